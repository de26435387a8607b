//! The program under fault: processes stopped and killed, databases that stall, callers that hang up, clocks that
//! differ; under a mixed load whose every request is kept, and judged in the end.
//!
//! `tests/faults/run --minutes M --seed N --engine sqlite|postgres` runs it for long; without a word in the environment
//! it runs for some seconds, on SQLite.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods, missing_docs)]

mod caller;
mod faults;
mod history;
mod judge;
mod load;
mod operator;
mod proxy;
mod random;
mod replica;
#[path = "../server/mod.rs"]
mod server;
mod trail;
mod user;
mod world;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use history::Answer;
use history::Kept;
use history::Thing;
use load::Graves;
use user::User;
use world::PEOPLE;
use world::World;

fn main() -> ExitCode {
    let variable = |name: &str| std::env::var(format!("MOTCUA_FAULTS_{name}")).ok();
    let seconds = variable("SECONDS").map(|text| text.parse().expect("MOTCUA_FAULTS_SECONDS: a number"));
    // `cargo test some::test` and `--list` ask for tests of other names.
    if seconds.is_none() && std::env::args().len() > 1 {
        return ExitCode::SUCCESS;
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed =
        variable("SEED").map_or(now.as_secs() % 100_000, |text| text.parse().expect("MOTCUA_FAULTS_SEED: a number"));
    let engine = variable("ENGINE").unwrap_or_else(|| "sqlite".into());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let passed = runtime.block_on(run(&engine, seed, Duration::from_secs(seconds.unwrap_or(8))));
    runtime.shutdown_background();
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(engine: &str, seed: u64, length: Duration) -> bool {
    println!("faults: engine {engine}, seed {seed}, {} s", length.as_secs());
    let world = match engine {
        "sqlite" => World::sqlite().await,
        "postgres" => {
            World::postgres(&std::env::var("MOTCUA_TEST_DATABASE").expect("MOTCUA_TEST_DATABASE"), seed).await
        }
        other => panic!("engine {other:?}: sqlite or postgres"),
    };
    let world = Arc::new(world);
    let (graves, until) = (Graves::default(), world.history().now() + length);
    let mut tasks = Vec::new();
    for number in 0..PEOPLE {
        let user = User::new(number, world.caller.clone(), seed);
        tasks.push(tokio::spawn(load::live(user, Arc::clone(&graves), until)));
    }
    tasks.push(tokio::spawn(load::haunt(world.caller.clone(), Arc::clone(&graves), seed, until)));
    faults::run(&world, &graves, seed, until).await;
    for task in tasks {
        task.await.unwrap();
    }
    world.crash().await;
    look_again(&world).await;
    let trail = trail::read(&world.database, &world.keys()).await;
    let passed = report(&world.history().kept(), &trail);
    if !passed {
        for replica in &world.replicas {
            replica.lock().await.broken().iter().take(10).for_each(|line| println!("log: {line}"));
        }
        println!("FAILED: seed {seed}, engine {engine}");
    }
    Arc::into_inner(world).expect("nothing runs any more").leave().await;
    passed
}

/// What was answered must be there: every token that somebody holds is presented once more.
async fn look_again(world: &World) {
    tokio::time::sleep(Duration::from_secs(2)).await;
    let all: Vec<_> = world.history().kept().received.values().cloned().collect();
    for (n, held) in all.iter().enumerate() {
        let replica = n % world.replicas.len();
        match &held.refresh_token {
            Some(token) => {
                let needs: [Thing; 1] = [held.thing.clone()];
                load::introspect(&world.caller, replica, held, token, &needs).await;
            }
            None => {
                load::userinfo(&world.caller, replica, held).await;
            }
        }
    }
    operator::check_present_secret(world).await;
}

/// Prints what happened and which sentences did not hold; whether all did.
fn report(kept: &Kept, trail: &trail::Trail) -> bool {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for entry in &kept.entries {
        let answer = match entry.answer {
            Answer::Accepted => "accepted",
            Answer::Refused(_) => "refused",
            Answer::Unavailable => "unavailable",
            Answer::Broken(_) => "broken",
            Answer::Unknown(_) => "unknown",
            Answer::HungUp => "hung up",
        };
        *counts.entry((entry.act, answer)).or_default() += 1;
    }
    for ((act, answer), count) in &counts {
        println!("  {act:20} {answer:12} {count}");
    }
    let worked = |act: &str| counts.get(&(act, "accepted")).is_some_and(|count| *count >= 5);
    let idle: Vec<&str> =
        ["redeem", "refresh", "userinfo", "introspect"].into_iter().filter(|act| !worked(act)).collect();
    if !idle.is_empty() {
        println!("nothing was tested: too few of {idle:?} were accepted");
    }
    let verdicts = judge::judge(kept, trail);
    for (sentence, places) in &verdicts.0 {
        println!("NOT SO: {sentence}: {} times, the first:", places.len());
        places.iter().take(5).for_each(|place| println!("    {place}"));
    }
    idle.is_empty() && verdicts.0.is_empty()
}
