//! What a sign-in costs, beside its floor, in one run: the CPU time of the provider, its database and Redis for each
//! operation, divided by that of bare exchanges, signatures, verifications and hashes.
//!
//! `cargo bench` measures everything on SQLite and memory, then on a PostgreSQL and a Redis of its own, and needs some
//! minutes. `cargo bench -- refresh UserInfo` measures the paths whose names contain one of the words.
//!
//! `MOTCUA_BENCH_ENGINES=sqlite` (or `postgres`) measures one engine. `MOTCUA_BENCH_PROGRAM=PATH,PATH` measures other
//! builds of the program, in turns, instead of the one that was built with this. `MOTCUA_BENCH_COUNT=0` counts no
//! instructions. `MOTCUA_BENCH_SOAK=30` signs in at a steady rate for so many minutes instead, on the engines at once.
//!
//! `MOTCUA_BENCH_HISTORY="people=10000000 grants=100000000 days=1830"` measures PostgreSQL alone, at size: empty but
//! for the bench's own people, then with so many people more and so many grants in partitions of so many days, then after
//! ANALYZE. One path is added: refresh tokens drawn evenly from 180 days.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods, missing_docs)]

#[allow(dead_code)] // what tests need beside
#[path = "../../tests/it/town/authenticator.rs"]
mod authenticator;
mod bare;
mod callgrind;
mod count;
mod cpu;
mod history;
mod load;
mod measure;
mod paths;
mod process;
mod provider;
mod report;
mod servers;
mod soak;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use bare::Bare;
use callgrind::Callgrind;
use count::Needs;
use history::History;
use history::Size;
use measure::Cost;
use paths::PATHS;
use paths::Path;
use paths::State;
use provider::Engine;
use provider::Provider;

fn main() -> ExitCode {
    if let Some(port) = std::env::var(bare::PORT).ok().and_then(|port| port.parse().ok()) {
        bare::serve(port);
    }
    // The servers end with the thread that started them: this one.
    let driver = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    driver.block_on(async {
        let [mut interrupted, mut terminated] =
            [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).unwrap());
        tokio::select! {
            () = run() => ExitCode::SUCCESS,
            _ = interrupted.recv() => ExitCode::from(130),
            _ = terminated.recv() => ExitCode::from(143),
        }
    })
}

async fn run() {
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let size = Size::wanted();
    let possible = |path: &&Path| size.is_some() || path.state != State::LongAgo;
    let chosen = |path: &&Path| words.is_empty() || words.iter().any(|word| path.name.contains(word));
    let paths: Vec<&Path> = PATHS.iter().filter(possible).filter(chosen).collect();
    assert!(!paths.is_empty(), "no path's name contains {words:?}");
    let programs = programs();
    for (n, program) in programs.iter().enumerate().filter(|_| programs.len() > 1) {
        println!("({}) {}", n + 1, program.display());
    }
    if let Ok(minutes) = std::env::var("MOTCUA_BENCH_SOAK") {
        let minutes = minutes.parse().unwrap_or_else(|_| panic!("MOTCUA_BENCH_SOAK takes minutes, not {minutes}"));
        report::soak_header();
        let soaks = engines().into_iter().map(|engine| soak::soak(engine, &programs[0], minutes));
        futures_util::future::join_all(soaks).await;
        return;
    }
    if let Some(size) = size {
        assert!(programs.len() == 1, "one program is measured at size");
        return at_size(size, &paths, &programs[0]).await;
    }
    let unwanted = std::env::var("MOTCUA_BENCH_COUNT").is_ok_and(|count| count == "0");
    let callgrind = if unwanted { None } else { Callgrind::find() };
    for engine in engines() {
        let mut contenders = Vec::new();
        for program in &programs {
            contenders.push(Provider::start(engine, program, None).await);
        }
        measure_all(engine, &paths, &mut contenders).await;
        match &callgrind {
            Some(callgrind) => count_all(engine, &paths, &mut contenders, callgrind).await,
            None => println!("\nInstructions are not counted: Valgrind is not installed, or MOTCUA_BENCH_COUNT is 0."),
        }
    }
}

async fn measure_all<'a>(
    engine: Engine,
    paths: &[&'a Path],
    contenders: &mut [Provider],
) -> Vec<(&'a Path, Vec<Cost>)> {
    let bare = Bare::start(None);
    report::costs_header(engine);
    let mut rows = Vec::new();
    for path in paths {
        let (floor, costs) = measure::measure(path, &bare, contenders).await;
        for (n, cost) in costs.iter().enumerate() {
            report::costs(path, engine, &report::label(n, costs.len()), floor, cost);
        }
        rows.push((*path, costs));
    }
    if contenders.len() > 1 {
        report::comparison(engine, &rows);
    }
    for (n, provider) in contenders.iter().enumerate() {
        report::memory(&report::label(n, contenders.len()), cpu::resident(provider.pid()), provider.sign_ins());
    }
    rows
}

/// One provider before years went by, after them, and when the database has looked at what they left.
async fn at_size(size: Size, paths: &[&Path], program: &std::path::Path) {
    let mut provider = [Provider::start(Engine::Postgres, program, Some(size)).await];
    let mut tables = Vec::new();
    for state in ["Empty", "Full, before ANALYZE", "Full, after ANALYZE"] {
        let change = async |history: &mut History| {
            match tables.len() {
                0 => {}
                1 => history.fill().await,
                _ => history.analyze().await,
            }
            history.settle(state).await;
        };
        provider[0].change_history(change).await;
        tables.push(measure_all(Engine::Postgres, paths, &mut provider).await);
    }
    report::at_size(&tables);
}

async fn count_all(engine: Engine, paths: &[&Path], contenders: &mut [Provider], callgrind: &Callgrind) {
    let needs = Needs::count(callgrind).await;
    let labels: Vec<String> = (0..contenders.len()).map(|n| report::label(n, contenders.len())).collect();
    report::counts_header(engine);
    for provider in contenders.iter_mut() {
        provider.restart(Some(callgrind));
    }
    for path in paths {
        for (provider, label) in contenders.iter_mut().zip(&labels) {
            let counts = count::count(path, provider, callgrind).await;
            report::counts(path, label, needs.floor(path), counts);
        }
    }
}

fn engines() -> Vec<Engine> {
    let chosen = std::env::var("MOTCUA_BENCH_ENGINES").unwrap_or_else(|_| "sqlite postgres".to_owned());
    let engine = |name| match name {
        "sqlite" => Engine::Sqlite,
        "postgres" => Engine::Postgres,
        other => panic!("MOTCUA_BENCH_ENGINES accepts sqlite, postgres, or both, not {other}"),
    };
    chosen.split_whitespace().map(engine).collect()
}

fn programs() -> Vec<PathBuf> {
    let chosen = std::env::var("MOTCUA_BENCH_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_motcua").to_owned());
    chosen
        .split(',')
        .map(|program| std::fs::canonicalize(program).unwrap_or_else(|error| panic!("{program}: {error}")))
        .collect()
}
