//! The tables, in Markdown.

use std::time::Duration;

use motcua::config::passwords::Passwords;

use super::callgrind::Counts;
use super::measure::Cost;
use super::paths::Path;
use super::provider::Engine;

/// Times its cost on an empty database that a path may cost at size.
const AT_SIZE: f64 = 1.5;

/// How a contender is called in the tables: nothing where there is but one.
pub fn label(n: usize, contenders: usize) -> String {
    if contenders > 1 { format!(" ({})", n + 1) } else { String::new() }
}

pub fn costs_header(engine: Engine) {
    let title = format!("{}: CPU µs of each call", title(engine));
    let spent = "provider | database |  Redis | together |    floor | ratio | wanted";
    println!("\n| {title:42} | {spent} |    /s | p50 ms | p95 ms | p99 ms |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
}

pub fn costs(path: &Path, engine: Engine, label: &str, floor: f64, cost: &Cost) {
    let spent = |n: usize| cost.micros.get(n).map_or_else(|| "–".to_owned(), |micros| format!("{micros:.1}"));
    let (name, together) = (format!("{}{label}", path.name), cost.together());
    let wanted = path.wanted.map_or_else(|| "–".to_owned(), |wanted| format!("≤ {:4}", wanted[engine as usize]));
    let percentile = |share: f64| milliseconds(&cost.latencies, share);
    print!("| {name:42} | {:>8} | {:>8} | {:>6} | {together:8.1} | {floor:8.1} ", spent(0), spent(1), spent(2));
    print!("| {:5.2} | {wanted:6} | {:5.0} ", together / floor, cost.rate);
    println!("| {:6.2} | {:6.2} | {:6.2} |", percentile(0.5), percentile(0.95), percentile(0.99));
}

/// Contenders beside each other: CPU µs of each call, and its share of the first one's.
pub fn comparison(engine: Engine, rows: &[(&Path, Vec<Cost>)]) {
    let count = rows.first().map_or(0, |(_, costs)| costs.len());
    let heads: String =
        (1..=count).map(|n| if n == 1 { " 1 |".to_owned() } else { format!(" {n} | {n} / 1 |") }).collect();
    println!("\n| {}, µs together |{heads}\n|---|{}", title(engine), "--:|".repeat(2 * count - 1));
    for (path, costs) in rows {
        let cells = costs.iter().enumerate().map(|(n, cost)| match n {
            0 => format!(" {:.1} |", cost.together()),
            _ => format!(" {:.1} | {:.2} |", cost.together(), cost.together() / costs[0].together()),
        });
        println!("| {} |{}", path.name, cells.collect::<String>());
    }
}

/// One provider at three times beside each other: µs of the provider and the database, how many times those of the
/// first, and p99.
pub fn at_size(tables: &[Vec<(&Path, Vec<Cost>)>]) {
    let ratios = "full / empty | after ANALYZE | wanted";
    println!("\n| PostgreSQL at size: CPU µs | empty | full | after ANALYZE | {ratios} | p99 ms |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (n, (path, _)) in tables[0].iter().enumerate() {
        let costs: Vec<&Cost> = tables.iter().map(|table| &table[n].1[0]).collect();
        let sum = |cost: &Cost| cost.micros[0] + cost.micros[1];
        let spent: String =
            costs.iter().map(|cost| format!(" {:.0} + {:.0} |", cost.micros[0], cost.micros[1])).collect();
        let ratios: String = costs[1..].iter().map(|cost| format!(" {:.2} |", sum(cost) / sum(costs[0]))).collect();
        let p99: Vec<String> = costs.iter().map(|cost| format!("{:.2}", milliseconds(&cost.latencies, 0.99))).collect();
        println!("| {} |{spent}{ratios} ≤ {AT_SIZE} | {} |", path.name, p99.join(", "));
    }
}

pub fn counts_header(engine: Engine) {
    let title = format!("{}: the provider's instructions", title(engine));
    println!("\n| {title:49} | thousands |    floor | ratio | allocations |");
    println!("|---|--:|--:|--:|--:|");
}

pub fn counts(path: &Path, label: &str, floor: f64, counts: Counts) {
    let (name, thousands) = (format!("{}{label}", path.name), counts.instructions / 1e3);
    let (ratio, allocations) = (counts.instructions / floor, counts.allocations);
    println!("| {name:49} | {thousands:9.0} | {:8.0} | {ratio:5.2} | {allocations:11.0} |", floor / 1e3);
}

pub fn soak_header() {
    println!("\n| engine | minute | sign-ins | MiB | descriptors | WAL bytes each | p50 ms | p99 ms |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
}

pub fn soak(engine: Engine, minute: u32, sign_ins: f64, seen: [f64; 2], wal: Option<f64>, latencies: &[Duration]) {
    let (engine, [mib, descriptors]) = (title(engine), seen);
    let wal = wal.map_or_else(|| "–".to_owned(), |bytes| format!("{bytes:.0}"));
    let [p50, p99] = [0.5, 0.99].map(|share| milliseconds(latencies, share));
    println!("| {engine} | {minute} | {sign_ins:.0} | {mib:.1} | {descriptors:.0} | {wal} | {p50:.2} | {p99:.2} |");
}

pub fn grown(engine: Engine, grants: f64, others: f64) {
    println!("\n{}: each sign-in left {grants:.4} rows of grants and {others:.6} others.", title(engine));
}

pub fn memory(label: &str, resident: f64, sign_ins: u64) {
    let passwords = Passwords::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let pool = threads as f64 * f64::from(passwords.memory_kib) / 1024.0;
    println!("\nMemory of the provider{label} after {sign_ins} SSO sign-ins: {resident:.0} MiB.");
    println!("The password pool may hold {pool:.0} of them.");
}

fn title(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite and memory",
        Engine::Postgres => "PostgreSQL and Redis",
    }
}

fn milliseconds(sorted: &[Duration], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((sorted.len() as f64 * share) as usize)
        .or(sorted.get(last))
        .map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
}
