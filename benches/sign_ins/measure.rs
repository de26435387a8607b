//! Measures one path of one engine: all contenders and the floor, in turns.

use std::time::Duration;
use std::time::Instant;

use super::bare::Bare;
use super::bare::Need;
use super::cpu;
use super::cpu::Spent;
use super::load::Done;
use super::load::Limit;
use super::paths::Path;
use super::provider::FORGOTTEN;
use super::provider::Provider;
use super::provider::SIGNING_IN;
use super::provider::Scale;
use super::provider::USERS;
use super::user::Operation;

pub const SCALE: Scale = Scale { users: USERS, forgotten: FORGOTTEN, tokens: 5_000 };
/// After one for warming up.
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(2);
const FLOOR: Duration = Duration::from_millis(600);
const FLOW: Duration = Duration::from_secs(4);
/// Of the greatest rate that was reached, while latencies are measured: driver and provider share the cores.
const SHARE: f64 = 1.0 / 3.0;

/// What a path cost one contender.
#[derive(Default)]
pub struct Cost {
    /// CPU µs of each call: the provider's, the database's, Redis's.
    pub micros: Vec<f64>,
    /// Calls a second, as soon as possible.
    pub rate: f64,
    /// From when each call was due, sorted.
    pub latencies: Vec<Duration>,
}

impl Cost {
    pub fn together(&self) -> f64 {
        self.micros.iter().sum()
    }
}

/// The floor in CPU µs, and what each contender needed.
pub async fn measure(path: &Path, bare: &Bare, contenders: &mut [Provider]) -> (f64, Vec<Cost>) {
    let mut floors = Vec::new();
    let mut sums: Vec<(Vec<f64>, Done)> =
        contenders.iter().map(|one| (vec![0.0; one.pids().len()], Done::default())).collect();
    for round in 0..=ROUNDS {
        floors.push(floor(path, bare).await);
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for n in order {
            let crowd = contenders[n].crowd(path, SCALE, None).await;
            let pids = contenders[n].pids();
            let (micros, done) = spend(&pids, crowd.rush(at_once(path), Limit { calls: u64::MAX, time: ROUND })).await;
            if round > 0 {
                let (sum, all) = &mut sums[n];
                sum.iter_mut().zip(micros).for_each(|(sum, micros)| *sum += micros);
                *all = Done { calls: all.calls + done.calls, seconds: all.seconds + done.seconds };
            }
        }
    }
    let mut costs = Vec::new();
    for (provider, (sum, done)) in contenders.iter_mut().zip(sums) {
        let rate = done.calls / done.seconds;
        let crowd = provider.crowd(path, SCALE, None).await;
        let latencies = crowd.flow(rate * SHARE, FLOW).await;
        costs.push(Cost { micros: sum.iter().map(|micros| micros / done.calls).collect(), rate, latencies });
    }
    (floors.iter().sum::<f64>() / floors.len() as f64, costs)
}

fn at_once(path: &Path) -> usize {
    if path.operation == Operation::PasswordSignIn { SIGNING_IN } else { USERS }
}

async fn floor(path: &Path, bare: &Bare) -> f64 {
    let mut floor = 0.0;
    for (times, need) in path.floor {
        floor += times * if *need == Need::Exchange { exchange(bare).await } else { on_all_cores(*need) };
    }
    floor
}

async fn exchange(bare: &Bare) -> f64 {
    let crowd = bare.crowd(USERS, Need::Exchange);
    let (micros, done) = spend(&[bare.pid()], crowd.rush(USERS, Limit { calls: u64::MAX, time: FLOOR })).await;
    micros[0] / done.calls
}

/// CPU µs of each time, while all cores do it: a server under load has no idle core beside it.
fn on_all_cores(need: Need) -> f64 {
    let cores = std::thread::available_parallelism().unwrap().get();
    let threads: Vec<_> = (0..cores).map(|_| std::thread::spawn(move || repeat(need))).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).sum::<f64>() / cores as f64
}

fn repeat(need: Need) -> f64 {
    let mut work = need.work();
    work();
    let (begun, before, mut times) = (Instant::now(), cpu::of_this_thread(), 0.0);
    while begun.elapsed() < FLOOR {
        work();
        times += 1.0;
    }
    (cpu::of_this_thread() - before) / times
}

/// CPU µs that each of the processes spends meanwhile.
async fn spend(pids: &[u32], work: impl Future<Output = Done>) -> (Vec<f64>, Done) {
    let before: Vec<Spent> = pids.iter().map(|pid| Spent::by(*pid)).collect();
    let done = work.await;
    let spent = pids.iter().zip(&before).map(|(pid, before)| Spent::by(*pid).since(before));
    (spent.collect(), done)
}
