//! Many callers at once: each as soon as it can (a closed loop), or when its time has come (an open loop).

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::sync::mpsc;

pub trait Caller: Send + 'static {
    fn call(&mut self) -> impl Future<Output = ()> + Send;
}

/// A provider takes no more connections of one address than some; who finds none free waits, and the time counts.
const LINES: usize = 128;

/// Callers that wait for their turn.
pub struct Crowd<C> {
    waiting: Arc<Mutex<VecDeque<C>>>,
    turns: Arc<Semaphore>,
    /// Each calls once.
    once: bool,
}

/// When a closed loop ends, whichever comes first.
pub struct Limit {
    pub calls: u64,
    pub time: Duration,
}

/// What a closed loop did.
#[derive(Clone, Copy, Default)]
pub struct Done {
    pub calls: f64,
    pub seconds: f64,
}

impl<C> Clone for Crowd<C> {
    fn clone(&self) -> Self {
        Self { waiting: Arc::clone(&self.waiting), turns: Arc::clone(&self.turns), once: self.once }
    }
}

impl<C: Caller> Crowd<C> {
    /// Callers that call again and again.
    pub fn lasting(callers: impl IntoIterator<Item = C>) -> Self {
        Self::new(callers.into_iter().collect(), false)
    }

    /// Callers that can call once.
    pub fn passing(callers: impl IntoIterator<Item = C>) -> Self {
        Self::new(callers.into_iter().collect(), true)
    }

    fn new(callers: VecDeque<C>, once: bool) -> Self {
        let turns = Arc::new(Semaphore::new(callers.len()));
        Self { waiting: Arc::new(Mutex::new(callers)), turns, once }
    }

    /// `at_once` of them call, each as soon as it can.
    pub async fn rush(&self, at_once: usize, limit: Limit) -> Done {
        let (begun, begun_calls) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..at_once {
            let (crowd, begun_calls) = (self.clone(), Arc::clone(&begun_calls));
            tasks.spawn(async move {
                let mut calls = 0.0;
                while begun.elapsed() < limit.time && begun_calls.fetch_add(1, Ordering::Relaxed) < limit.calls {
                    let Ok(turn) = crowd.turns.try_acquire() else { break };
                    turn.forget();
                    crowd.next().await;
                    calls += 1.0;
                }
                calls
            });
        }
        let calls = tasks.join_all().await.into_iter().sum();
        Done { calls, seconds: begun.elapsed().as_secs_f64() }
    }

    /// `rate` calls a second, whether or not earlier ones were answered: how long each took from when it was due.
    pub async fn flow(&self, rate: f64, time: Duration) -> Vec<Duration> {
        let left = if self.once { self.turns.available_permits() } else { usize::MAX };
        let calls = ((rate * time.as_secs_f64()) as usize).min(left);
        let (crowd, runtime) = (self.clone(), tokio::runtime::Handle::current());
        let (sender, mut answers) = mpsc::unbounded_channel();
        let lines = Arc::new(Semaphore::new(LINES));
        // A thread of its own: the runtime's timer counts in milliseconds.
        std::thread::spawn(move || {
            let begun = Instant::now();
            for n in 0..calls {
                let due = begun + Duration::from_secs_f64(n as f64 / rate);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let (crowd, sender, lines) = (crowd.clone(), sender.clone(), Arc::clone(&lines));
                runtime.spawn(async move {
                    let _line = lines.acquire().await;
                    crowd.turns.acquire().await.unwrap().forget();
                    crowd.next().await;
                    let _ = sender.send(due.elapsed());
                });
            }
        });
        let mut latencies = Vec::new();
        while let Some(latency) = answers.recv().await {
            latencies.push(latency);
        }
        assert_eq!(latencies.len(), calls, "a call failed");
        latencies.sort_unstable();
        latencies
    }

    /// Who has waited longest calls; the turn was taken.
    async fn next(&self) {
        let mut caller = self.waiting.lock().unwrap().pop_front().unwrap();
        caller.call().await;
        if !self.once {
            self.waiting.lock().unwrap().push_back(caller);
            self.turns.add_permits(1);
        }
    }
}
