//! What a sign-in costs, beside its floor, in one run: the server's CPU time for each operation (database and Redis
//! included where `MOTCUA_BENCH_PIDS=PID,PID` names them), divided by that of bare exchanges and bare signatures.
//!
//! `cargo bench --bench sign_ins` measures SQLite and memory; `MOTCUA__DATABASE__URL` and `MOTCUA__EPHEMERAL__URL` choose otherwise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods, missing_docs)]

mod cpu;
mod floor;
mod provider;
mod user;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cpu::Meter;
use provider::Provider;
use user::User;

const USERS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(6);

/// One thing that is measured: its name, and its floor in exchanges, signatures and verifications.
struct Path {
    name: &'static str,
    operation: user::Operation,
    exchanges: f64,
    signatures: f64,
    verifications: f64,
    wanted: f64,
}

#[rustfmt::skip]
const PATHS: [Path; 5] = [
    Path { name: "SSO sign-in", operation: user::Operation::Sso, exchanges: 2.0, signatures: 2.0, verifications: 0.0, wanted: 2.0 },
    Path { name: "refresh", operation: user::Operation::Refresh, exchanges: 1.0, signatures: 2.0, verifications: 0.0, wanted: 2.5 },
    Path { name: "client credentials", operation: user::Operation::ClientCredentials, exchanges: 1.0, signatures: 1.0, verifications: 0.0, wanted: 2.0 },
    Path { name: "UserInfo, a fresh token", operation: user::Operation::FreshUserInfo, exchanges: 1.0, signatures: 0.0, verifications: 1.0, wanted: 2.5 },
    Path { name: "UserInfo, the same again", operation: user::Operation::UserInfo, exchanges: 1.0, signatures: 0.0, verifications: 0.0, wanted: 5.0 },
];

fn main() {
    if let Some(port) = std::env::var("MOTCUA_BENCH_FLOOR_PORT").ok().and_then(|port| port.parse().ok()) {
        return floor::serve(port);
    }
    let driver = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    driver.block_on(run());
}

async fn run() {
    let signature = floor::signature();
    let verification = floor::verification();
    let bare = floor::Bare::start();
    let exchange = measure(&[bare.pid()], || bare.clients(USERS), |client| Box::pin(client.exchange())).await;
    println!("floor: exchange {exchange:.1} µs, ES256 signature {signature:.1} µs, verification {verification:.1} µs");
    let provider = Provider::start(USERS).await;
    println!("{:26} {:>9} {:>9} {:>7}  wanted", "µs of server CPU", "measured", "floor", "ratio");
    for path in PATHS {
        let users = provider.sign_in(USERS, path.operation).await;
        let mut users = Some(users);
        let spent = measure(
            &provider.pids(),
            || users.take().unwrap(),
            move |user: &mut User| Box::pin(user.step(path.operation)),
        )
        .await;
        // A fresh token has to be bought first; what that costs was measured as SSO and is measured again beside it.
        let spent = match path.operation {
            user::Operation::FreshUserInfo => {
                let mut users = Some(provider.sign_in(USERS, user::Operation::Sso).await);
                let buying = measure(
                    &provider.pids(),
                    || users.take().unwrap(),
                    |user: &mut User| Box::pin(user.step(user::Operation::Sso)),
                )
                .await;
                spent - buying
            }
            _ => spent,
        };
        let floor = path.exchanges * exchange + path.signatures * signature + path.verifications * verification;
        println!("{:26} {spent:9.1} {floor:9.1} {:7.2}  ≤ {}", path.name, spent / floor, path.wanted);
    }
}

type Step<'a> = std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// CPU µs that the processes spend for each step that `clients` take together.
async fn measure<C: Send + 'static>(
    pids: &[u32],
    clients: impl FnOnce() -> Vec<C>,
    step: impl for<'a> Fn(&'a mut C) -> Step<'a> + Send + Sync + 'static,
) -> f64 {
    let (done, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let step = Arc::new(step);
    let mut tasks = tokio::task::JoinSet::new();
    for mut client in clients() {
        let (done, stop, step) = (Arc::clone(&done), Arc::clone(&stop), Arc::clone(&step));
        tasks.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                step(&mut client).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(WARM_UP).await;
    let meter = Meter::start(pids);
    let before = done.load(Ordering::Relaxed);
    tokio::time::sleep(MEASURED).await;
    let steps = done.load(Ordering::Relaxed) - before;
    let micros = meter.micros();
    stop.store(true, Ordering::Relaxed);
    tasks.join_all().await;
    micros / steps as f64
}
