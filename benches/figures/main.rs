//! What it costs a sign-in to be counted: issue 13, "collecting them costs a sign-in at most 1 µs of CPU". It is all that the token
//! endpoint does for it, by one thread and by four that meet at the same clients.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods, missing_docs)]

#[allow(dead_code)] // what the other benchmark needs beside
#[path = "../sign_ins/cpu.rs"]
mod cpu;

use std::process::ExitCode;
use std::sync::Arc;

use motcua::app::App;
use motcua::base::id;
use motcua::cli::serve::OnEmpty;
use motcua::cli::serve::World;
use motcua::cli::serve::build;
use motcua::config::Config;
use motcua::config::database::SecretUrl;
use motcua::identity::assurance::Acr;
use motcua::identity::assurance::Amr;
use motcua::identity::authorization::Authorization;
use motcua::parts::figures;
use motcua::protocol::oauth::scope::Scope;
use motcua::protocol::oidc::claims::ClaimsRequest;
use uuid::Uuid;

/// Microseconds.
const WANTED: f64 = 1.0;
const SIGN_INS: usize = 500_000;

fn main() -> ExitCode {
    if std::env::args().skip(1).any(|argument| !argument.starts_with('-')) {
        return ExitCode::SUCCESS; // the words of `cargo bench -- WORD` are for another benchmark
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let app = runtime.block_on(instance(directory.path()));
    println!("\n| threads | CPU µs for each sign-in (wanted: {WANTED}) |\n|--:|--:|");
    let each = [1, 4].map(|threads| {
        let spent = measure(&app, threads);
        println!("| {threads} | {spent:.3} |");
        spent <= WANTED
    });
    if each.iter().all(|enough| *enough) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn instance(directory: &std::path::Path) -> Arc<App> {
    let mut config = Config::default();
    config.database.url = SecretUrl(format!("sqlite://{}", directory.join("figures.db").display()));
    config.keys.directory = directory.join("keys");
    let app = build(config, World::default(), OnEmpty::Begin).await.unwrap();
    figures::begin(&app, app.clock.now()).await.unwrap();
    app
}

/// By all of so many threads, for each sign-in. The id of the attempt is made beside: it was made before anything was counted.
fn measure(app: &Arc<App>, threads: usize) -> f64 {
    let people = |seed: usize| {
        let app = Arc::clone(app);
        move || {
            let now = app.clock.now();
            let sign_in = |n: usize| {
                let person = id::new(now, &*app.entropy);
                (authorization(&format!("client-{}", n % 300), person), app.figures.attempt(now, &*app.entropy))
            };
            let all: Vec<_> = (0..SIGN_INS / threads).map(|n| sign_in(n + seed)).collect();
            let before = cpu::of_this_thread();
            for (given, attempt) in &all {
                figures::signed_in(&app, given, *attempt);
            }
            cpu::of_this_thread() - before
        }
    };
    let running: Vec<_> = (0..threads).map(|seed| std::thread::spawn(people(seed))).collect();
    let spent: f64 = running.into_iter().map(|thread| thread.join().unwrap()).sum();
    spent / SIGN_INS as f64
}

fn authorization(client: &str, person: Uuid) -> Authorization {
    Authorization {
        grant: person,
        person,
        session: Uuid::nil(),
        client: client.to_owned(),
        client_epoch: 0,
        scope: Scope::parse("openid").unwrap(),
        claims: ClaimsRequest::default(),
        resource: None,
        nonce: None,
        auth_time: id::made_at(person),
        acr: Acr::Two,
        amr: Amr::password().and(Amr::code()),
    }
}
