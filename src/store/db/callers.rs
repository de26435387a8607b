//! Nobody who holds a transaction asks for another connection: as many of them as there are connections would wait for one
//! more, until all give up. Programs that are built with assertions look, so that every test does.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;
use std::thread::ThreadId;

use tokio::task;

tokio::task_local! {
    static CALLER: u64;
}

/// Who asks. Several may share a task, and the body of a test is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Own(u64),
    Task(task::Id),
    Thread(ThreadId),
}

/// How many transactions each holds.
static HOLDING: LazyLock<Mutex<HashMap<Caller, usize>>> = LazyLock::new(Mutex::default);

/// Runs what asks by itself, though it shares a task with others.
pub async fn by_itself<T>(future: impl Future<Output = T>) -> T {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    CALLER.scope(NEXT.fetch_add(1, Ordering::Relaxed), future).await
}

fn caller() -> Caller {
    let own = CALLER.try_with(|number| Caller::Own(*number)).ok();
    own.or_else(|| task::try_id().map(Caller::Task)).unwrap_or_else(|| Caller::Thread(thread::current().id()))
}

/// Somebody asks for a connection.
pub(super) fn check() {
    if cfg!(debug_assertions) {
        let holding = HOLDING.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&caller());
        debug_assert!(!holding, "whoever holds a transaction asks for another connection");
    }
}

/// That a transaction is held.
pub(super) struct Mark(Option<Caller>);

impl Mark {
    /// By whoever asks.
    pub(super) fn set() -> Self {
        if !cfg!(debug_assertions) {
            return Self(None);
        }
        let caller = caller();
        *HOLDING.lock().unwrap_or_else(PoisonError::into_inner).entry(caller).or_default() += 1;
        Self(Some(caller))
    }

    /// It is held no more.
    pub(super) fn lift(&mut self) {
        let Some(caller) = self.0.take() else { return };
        let mut holding = HOLDING.lock().unwrap_or_else(PoisonError::into_inner);
        let left = holding.get(&caller).copied().unwrap_or_default().saturating_sub(1);
        match left {
            0 => holding.remove(&caller),
            left => holding.insert(caller, left),
        };
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.lift();
    }
}
