//! How fast `motcua people import` is, beside its floor, in one run: the same rows, sealed already, written to the same
//! engine with the same indexes and in the same batches by a program that does nothing else. Then once more, killed in the
//! middle and begun again.
//!
//! `cargo bench --bench people_import -- 1000000` imports so many people; 100,000 where no number is given.
//! `MOTCUA_BENCH_ENGINES=sqlite` (or `postgres`) measures one engine, `MOTCUA_BENCH_PROGRAM=PATH` another build.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods, missing_docs)]

mod floor;
#[allow(dead_code)] // what the other benchmark needs beside
#[path = "../sign_ins/process.rs"]
mod process;
#[allow(dead_code)]
#[path = "../sign_ins/servers.rs"]
mod servers;
mod site;

use std::fmt::Write;
use std::process::ExitCode;
use std::time::Duration;

use servers::Servers;
use site::Import;
use site::Site;

/// What is wanted: so much of the floor's rate, in so much memory.
const SHARE: f64 = 0.5;
const MEMORY_KIB: u64 = 64 * 1024;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let size = match words.first() {
        None => 100_000,
        // The words of `cargo bench -- WORD` are for the other benchmark.
        Some(word) => match word.parse() {
            Ok(size) => size,
            Err(_) => return ExitCode::SUCCESS,
        },
    };
    let engines = std::env::var("MOTCUA_BENCH_ENGINES").unwrap_or_else(|_| "sqlite postgres".to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let people = people(size);
    println!("\n{size} people in {:.0} MB of CSV\n", people.len() as f64 / 1e6);
    println!("| engine | import | rate | floor | share (wanted: {SHARE}) | peak memory | killed and begun again |");
    println!("|---|---|---|---|---|---|---|");
    let each = engines.split_whitespace().map(|engine| runtime.block_on(measure(engine, size, &people)));
    if each.fold(true, |all, one| all & one) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(engine: &str, size: usize, people: &str) -> bool {
    let servers = match engine {
        "sqlite" => None,
        "postgres" => Some(Servers::start(&[])),
        other => panic!("MOTCUA_BENCH_ENGINES accepts sqlite, postgres, or both, not {other}"),
    };
    let mut sites = Vec::new();
    for name in ["whole", "killed", "bare"] {
        sites.push(Site::begin(servers.as_ref(), name, people).await);
    }
    let whole = sites[0].import(None).unwrap();
    assert_eq!(sites[0].count(), size);
    let bare = floor::copy(&sites[0].database_url, &sites[2].database_url).await;
    assert_eq!(sites[2].count(), size);
    let (at, resumed) = killed(&sites[1], whole.took);
    assert_eq!(sites[1].count(), size);
    let peak_kib = whole.peak_kib.max(resumed.peak_kib);
    let rate = |took: Duration| size as f64 / took.as_secs_f64();
    let share = rate(whole.took) / rate(bare);
    println!(
        "| {engine} | {:.1} s | {:.0}/s | {:.0}/s | {share:.2} | {:.0} MiB | at {:.0} %, {:.1} s more, none lost or twice |",
        whole.took.as_secs_f64(),
        rate(whole.took),
        rate(bare),
        peak_kib as f64 / 1024.0,
        at as f64 / size as f64 * 100.0,
        resumed.took.as_secs_f64(),
    );
    share >= SHARE && peak_kib <= MEMORY_KIB
}

/// How many were there when it was killed, and what it cost to go on to the end.
fn killed(site: &Site, whole: Duration) -> (usize, Import) {
    assert!(site.import(Some(whole / 2)).is_none(), "it ended before it was killed");
    let at = site.count();
    (at, site.import(None).unwrap())
}

fn people(size: usize) -> String {
    let mut file = "user_name,identity_number,password_hash,claims.name,claims.email,claims.birthdate\n".to_owned();
    for n in 0..size {
        let hash = format!("{{SSHA256}}{:0>43}{:0>9}", n * 7919, n);
        let (year, month) = (1930 + n % 90, 1 + n % 12);
        let line = format!("citizen-{n},{n:012},{hash},Nguyễn Văn {n},c{n}@songlam.example,{year}-{month:02}-01");
        writeln!(file, "{line}").unwrap();
    }
    file
}
