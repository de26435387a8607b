//! The ledger: writes that every sign-in needs share a commit, and each caller is answered after the commit that holds
//! its row. Batches form by themselves while the last commit runs.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::assertions;
use super::assertions::UsedAssertion;
use super::audit;
use super::audit::Entry;
use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use super::db::within_deadline;
use super::grants;
use super::grants::Grant;
use super::grants::NewGrant;
use super::grants::Rotation;
use super::sessions;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::telemetry::metrics::Metrics;

/// The way to the one writer.
#[derive(Clone)]
pub struct Ledger {
    queue: mpsc::Sender<Item>,
    waiting: Arc<AtomicUsize>,
}

enum Item {
    Redeem(NewGrant, Reply<bool>),
    Rotate(Rotation, Reply<Option<Grant>>),
    Record(Entry, Reply<()>),
    Use(UsedAssertion, Reply<bool>),
    Touch(Uuid, Timestamp),
}

type Reply<T> = oneshot::Sender<Result<T, Fault>>;

/// As many items wait at most; one more is refused.
const QUEUE: usize = 8192;
/// As many share a commit at most.
const BATCH: usize = 128;

impl Ledger {
    /// Starts the writer. It ends when the last handle is dropped and the queue is empty.
    pub fn start(db: Db, metrics: Arc<Metrics>) -> Self {
        let (queue, items) = mpsc::channel(QUEUE);
        let waiting = Arc::new(AtomicUsize::new(0));
        let writer = Writer { db, metrics, waiting: Arc::clone(&waiting) };
        tokio::spawn(writer.run(items));
        Self { queue, waiting }
    }

    /// Turns a code into a grant; `true` for the one attempt that wins.
    pub async fn redeem(&self, grant: NewGrant) -> Result<bool, Fault> {
        self.ask(|reply| Item::Redeem(grant, reply)).await
    }

    /// Exchanges a refresh token's generation; `None` where the guard does not hold.
    pub async fn rotate(&self, rotation: Rotation) -> Result<Option<Grant>, Fault> {
        self.ask(|reply| Item::Rotate(rotation, reply)).await
    }

    /// Writes an audit event that has no transaction of its own.
    pub async fn record(&self, entry: Entry) -> Result<(), Fault> {
        self.ask(|reply| Item::Record(entry, reply)).await
    }

    /// Uses up a JWT that counts once; `true` for the one use that counts.
    pub async fn use_once(&self, assertion: UsedAssertion) -> Result<bool, Fault> {
        self.ask(|reply| Item::Use(assertion, reply)).await
    }

    /// Notes a session's last use; when the queue is full the note is left to the next use.
    pub fn touch(&self, session: Uuid, at: Timestamp) {
        if self.queue.try_send(Item::Touch(session, at)).is_ok() {
            self.waiting.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn ask<T>(&self, item: impl FnOnce(Reply<T>) -> Item) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(item(reply)).map_err(|_| Fault::unavailable("the ledger's queue is full"))?;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        answer.await.map_err(|_| Fault::unavailable("the ledger has stopped"))?
    }
}

struct Writer {
    db: Db,
    metrics: Arc<Metrics>,
    waiting: Arc<AtomicUsize>,
}

impl Writer {
    async fn run(self, mut items: mpsc::Receiver<Item>) {
        let mut batch = Vec::with_capacity(BATCH);
        while items.recv_many(&mut batch, BATCH).await > 0 {
            let left = self.waiting.fetch_sub(batch.len(), Ordering::Relaxed).saturating_sub(batch.len());
            self.metrics.ledger_batch(batch.len(), left);
            self.commit(Batch::sort(batch.drain(..))).await;
        }
    }

    /// One commit for all; where a row spoils the batch, each item is tried by itself, so that it harms nobody else.
    async fn commit(&self, batch: Batch) {
        match self.write(&batch).await {
            Ok(written) => batch.answer(written),
            Err(Fault::Broken(_)) if batch.len() > 1 => {
                for single in batch.split() {
                    match self.write(&single).await {
                        Ok(written) => single.answer(written),
                        Err(fault) => single.fail(&fault),
                    }
                }
            }
            Err(fault) => batch.fail(&fault),
        }
    }

    async fn write(&self, batch: &Batch) -> Result<Written, Fault> {
        if batch.kinds() == 1 {
            return match &self.db.writes {
                Pool::Sqlite(pool) => within_deadline(write_sqlite(batch, pool)).await,
                Pool::Postgres(pool) => within_deadline(write_postgres(batch, pool)).await,
            };
        }
        let mut tx = self.db.begin().await?;
        let written = match &mut tx {
            Tx::Sqlite(tx) => within_deadline(write_sqlite_in(batch, tx)).await?,
            Tx::Postgres(tx) => within_deadline(write_postgres_in(batch, tx)).await?,
        };
        tx.commit().await?;
        Ok(written)
    }
}

#[derive(Default)]
struct Batch {
    grants: Vec<NewGrant>,
    redeemers: Vec<Reply<bool>>,
    rotations: Vec<Rotation>,
    rotators: Vec<Reply<Option<Grant>>>,
    latecomers: Vec<Reply<Option<Grant>>>,
    assertions: Vec<UsedAssertion>,
    users: Vec<Reply<bool>>,
    late_users: Vec<Reply<bool>>,
    entries: Vec<Entry>,
    recorders: Vec<Reply<()>>,
    touches: Vec<(Uuid, Timestamp)>,
}

#[derive(Default)]
struct Written {
    winners: HashSet<Uuid>,
    rotated: HashMap<Uuid, Grant>,
    used: HashSet<Vec<u8>>,
}

impl Batch {
    fn sort(items: impl Iterator<Item = Item>) -> Self {
        let mut batch = Self::default();
        for item in items {
            match item {
                Item::Redeem(grant, reply) => {
                    batch.grants.push(grant);
                    batch.redeemers.push(reply);
                }
                Item::Rotate(rotation, reply) if batch.rotations.iter().any(|r| r.family == rotation.family) => {
                    // The first of a family wins, as if the others had come after its commit.
                    batch.latecomers.push(reply);
                }
                Item::Rotate(rotation, reply) => {
                    batch.rotations.push(rotation);
                    batch.rotators.push(reply);
                }
                Item::Record(entry, reply) => {
                    batch.entries.push(entry);
                    batch.recorders.push(reply);
                }
                Item::Use(used, reply) if batch.assertions.iter().any(|other| other.digest == used.digest) => {
                    batch.late_users.push(reply);
                }
                Item::Use(used, reply) => {
                    batch.assertions.push(used);
                    batch.users.push(reply);
                }
                Item::Touch(session, at) => {
                    batch.touches.retain(|(other, _)| *other != session);
                    batch.touches.push((session, at));
                }
            }
        }
        batch
    }

    fn len(&self) -> usize {
        self.counts().iter().sum()
    }

    fn kinds(&self) -> usize {
        self.counts().iter().filter(|count| **count > 0).count()
    }

    fn counts(&self) -> [usize; 5] {
        [self.grants.len(), self.rotations.len(), self.entries.len(), self.assertions.len(), self.touches.len()]
    }

    fn answer(self, mut written: Written) {
        for (grant, reply) in self.grants.into_iter().zip(self.redeemers) {
            let _ = reply.send(Ok(written.winners.contains(&grant.redemption_id)));
        }
        for (rotation, reply) in self.rotations.into_iter().zip(self.rotators) {
            let _ = reply.send(Ok(written.rotated.remove(&rotation.family)));
        }
        for reply in self.latecomers {
            let _ = reply.send(Ok(None));
        }
        for reply in self.recorders {
            let _ = reply.send(Ok(()));
        }
        for (used, reply) in self.assertions.iter().zip(self.users) {
            let _ = reply.send(Ok(written.used.contains(&used.digest[..])));
        }
        for reply in self.late_users {
            let _ = reply.send(Ok(false));
        }
    }

    fn fail(self, fault: &Fault) {
        let again = || Fault::unavailable(format!("the ledger could not write: {fault}"));
        self.redeemers.into_iter().for_each(|reply| drop(reply.send(Err(again()))));
        self.rotators.into_iter().chain(self.latecomers).for_each(|reply| drop(reply.send(Err(again()))));
        self.recorders.into_iter().for_each(|reply| drop(reply.send(Err(again()))));
        self.users.into_iter().chain(self.late_users).for_each(|reply| drop(reply.send(Err(again()))));
        tracing::error!(%fault, "a batch of the ledger was not written");
    }

    fn split(self) -> Vec<Self> {
        let redeem = self.grants.into_iter().zip(self.redeemers);
        let rotate = self.rotations.into_iter().zip(self.rotators);
        let record = self.entries.into_iter().zip(self.recorders);
        let assert = self.assertions.into_iter().zip(self.users);
        redeem
            .map(|(grant, reply)| Item::Redeem(grant, reply))
            .chain(rotate.map(|(rotation, reply)| Item::Rotate(rotation, reply)))
            .chain(record.map(|(entry, reply)| Item::Record(entry, reply)))
            .chain(assert.map(|(used, reply)| Item::Use(used, reply)))
            .chain(self.touches.into_iter().map(|(session, at)| Item::Touch(session, at)))
            .map(|item| Self::sort(std::iter::once(item)))
            .collect()
    }
}

/// The same statements for each engine: on a pool where one commits by itself, in a transaction where there are several.
macro_rules! writer {
    ($name:ident, $db:ty, $executor:ty, $c:ident => $connection:expr) => {
        async fn $name(batch: &Batch, $c: $executor) -> Result<Written, sqlx::Error> {
            let mut written = Written::default();
            if !batch.grants.is_empty() {
                let rows: Vec<(Uuid, Uuid)> =
                    grants::insert::<$db>(&batch.grants).build_query_as().fetch_all($connection).await?;
                written.winners = rows.into_iter().map(|(_, redemption)| redemption).collect();
            }
            if !batch.rotations.is_empty() {
                let rows: Vec<Grant> =
                    grants::rotate::<$db>(&batch.rotations).build_query_as().fetch_all($connection).await?;
                written.rotated = rows.into_iter().map(|grant| (grant.id(), grant)).collect();
            }
            if !batch.entries.is_empty() {
                audit::insert::<$db>(&batch.entries).build().execute($connection).await?;
            }
            if !batch.assertions.is_empty() {
                let rows: Vec<(Vec<u8>,)> =
                    assertions::insert::<$db>(&batch.assertions).build_query_as().fetch_all($connection).await?;
                written.used = rows.into_iter().map(|(digest,)| digest).collect();
            }
            if !batch.touches.is_empty() {
                sessions::touch::<$db>(&batch.touches).build().execute($connection).await?;
            }
            Ok(written)
        }
    };
}

writer!(write_sqlite, sqlx::Sqlite, &sqlx::SqlitePool, c => c);
writer!(write_postgres, sqlx::Postgres, &sqlx::PgPool, c => c);
writer!(write_sqlite_in, sqlx::Sqlite, &mut sqlx::SqliteConnection, c => &mut *c);
writer!(write_postgres_in, sqlx::Postgres, &mut sqlx::PgConnection, c => &mut *c);
