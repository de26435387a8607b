//! The ledger: writes that every sign-in needs share a commit, and each caller is answered after the commit that holds
//! its row. Batches form by themselves while the last commit runs. There is one writer; where the people are spread over
//! machines, one for each group of shards.
//!
//! A caller waits for [`DEADLINE`] at most. What nobody waits for any more is not begun, what has begun runs to its end,
//! and every row bears the time of its commit. After a failure in doubt the database is first asked whether it answers:
//! while it does not, those who wait are refused at once and not one deadline after the other.

mod lane;
mod rows;
mod writer;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::sync::oneshot;
use uuid::Uuid;

use self::lane::Reply;
use self::rows::Item;
use self::rows::Touch;
use self::writer::Shared;
use self::writer::Writer;
use super::assertions::UsedAssertion;
use super::db::DEADLINE;
use super::db::Db;
use super::db::Groups;
use super::families::Rotation;
use super::grants::Grant;
use super::grants::NewGrant;
use super::partitions::CLOCKS;
use super::refusals::Refusal;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Clock;
use crate::base::time::Timestamp;
use crate::telemetry::metrics::Metrics;

/// By how much our clock and the database's may differ where the time decides what cannot be undone.
const OFF: Duration = Duration::from_secs(5);

/// The way to the writers.
#[derive(Clone)]
pub struct Ledger {
    /// One for each group of shards.
    queues: Arc<[mpsc::Sender<Item>]>,
    groups: Groups,
    shared: Shared,
    /// By how many microseconds our clock is ahead of the database's.
    ahead: Arc<AtomicI64>,
    clock: Arc<dyn Clock>,
}

/// As many items wait for each writer at most; one more is refused.
const QUEUE: usize = 8192;

impl Ledger {
    /// Starts the writers. They end when the last handle is dropped and the queues are empty.
    pub fn start(db: Db, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        let (shared, groups) = (Shared::default(), db.groups.clone());
        let start = |_| {
            let (queue, items) = mpsc::channel(QUEUE);
            let writer = Writer::new(db.clone(), Arc::clone(&clock), Arc::clone(&metrics), shared.clone());
            tokio::spawn(writer.run(items));
            queue
        };
        let queues = (0..groups.count()).map(start).collect();
        Self { queues, groups, shared, ahead: Arc::default(), clock }
    }

    /// Notes what time it is here and where the database runs.
    pub fn compare_clocks(&self, here: Timestamp, there: Timestamp) {
        self.ahead.store(here.micros() - there.micros(), Ordering::Relaxed);
    }

    /// Whether codes are refused because our clock is too far ahead of the database's.
    pub fn is_ahead(&self) -> bool {
        self.ahead.load(Ordering::Relaxed) > i64::try_from(CLOCKS.as_micros()).unwrap_or(i64::MAX)
    }

    /// Whether our clock and the database's tell such different times that nothing is decided by ours which cannot be undone.
    pub fn is_off(&self) -> bool {
        u128::from(self.ahead.load(Ordering::Relaxed).unsigned_abs()) > OFF.as_micros()
    }

    /// What the database's clock says when ours says `here`.
    pub fn there(&self, here: Timestamp) -> Timestamp {
        Timestamp::from_micros(here.micros() - self.ahead.load(Ordering::Relaxed))
    }

    /// Turns a code into a grant; `true` for the one attempt that wins. An id of the future by the database's clock is refused:
    /// its row would lie in a day to come.
    pub async fn redeem(&self, grant: NewGrant) -> Result<bool, Fault> {
        if id::made_at(grant.authorization.grant) > self.there(self.clock.now()) + CLOCKS {
            tracing::error!(target: "motcua::fault", "a code was made by a clock over a minute ahead of the database's");
            return Err(Fault::unavailable("the code was made by a clock that is ahead of the database's"));
        }
        self.ask(|reply| Item::Redeem(grant, reply)).await
    }

    /// Exchanges a refresh token's generation; `None` where the guard does not hold.
    pub async fn rotate(&self, rotation: Rotation) -> Result<Option<Grant>, Fault> {
        self.ask(|reply| Item::Rotate(rotation, reply)).await
    }

    /// Uses up a JWT that counts once; `true` for the one use that counts.
    pub async fn use_once(&self, assertion: UsedAssertion) -> Result<bool, Fault> {
        self.ask(|reply| Item::Use(assertion, reply)).await
    }

    /// Notes a session's last use; when the queue is full the note is left to the next use.
    pub fn touch(&self, session: Uuid, at: Timestamp) {
        let _ = self.put(Item::Touch(Touch { session, at }, None));
    }

    /// Counts a sign-in that was refused; when the queue is full, metrics alone know of it.
    pub fn refuse(&self, refusal: Refusal) {
        let _ = self.put(Item::Refuse(refusal, None));
    }

    async fn ask<T>(&self, item: impl FnOnce(Option<Reply<T>>) -> Item) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        self.put(item(Some(reply)))?;
        match tokio::time::timeout(DEADLINE, answer).await {
            Ok(answered) => answered.map_err(|_| Fault::unavailable("the ledger has stopped"))?,
            Err(_) => Err(Fault::unavailable("the ledger did not write in time")),
        }
    }

    fn put(&self, item: Item) -> Result<(), Fault> {
        let queue = self.queues.get(self.groups.of(item.shard()));
        let sent = queue.is_some_and(|queue| queue.try_send(item).is_ok());
        sent.then_some(()).ok_or_else(|| Fault::unavailable("the ledger's queue is full"))?;
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
