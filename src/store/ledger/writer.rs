//! A writer, on a connection that is nobody else's.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Executor;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::rows::Batch;
use super::rows::Item;
use super::rows::Written;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Clock;
use crate::store::batch::MOST;
use crate::store::batch::On;
use crate::store::db::DEADLINE;
use crate::store::db::Db;
use crate::store::db::Pool;
use crate::store::db::is_rolled_back;
use crate::store::db::within_deadline;
use crate::telemetry::metrics::Metrics;

/// As many share a commit at most.
const BATCH: usize = 128;
/// After a failure in doubt the database must answer this soon, or those who wait are refused at once.
const PROBE: Duration = Duration::from_millis(500);

/// Where somebody holds a row for long, nothing else is waited for longer than this.
const HURRY: &str = "SET LOCAL lock_timeout = '100ms'";

/// Why rows were not written.
enum Failure {
    /// One of them is refused, or held by somebody else.
    OfARow(Fault),
    /// It may hold for the next as well.
    OfAll(Fault),
}

/// What the writers of a ledger share.
#[derive(Clone, Default)]
pub(super) struct Shared {
    /// Items that wait in their queues.
    pub(super) waiting: Arc<AtomicUsize>,
    /// How often a batch failed in a way that may hold for the next.
    doubts: Arc<AtomicUsize>,
}

pub(super) struct Writer {
    db: Db,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    shared: Shared,
    connection: Option<Connection>,
    /// How many doubts there were when this one knew that the database answers.
    settled: usize,
    /// Whether somebody held a row for long when it was last tried.
    hurries: bool,
}

enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Writer {
    pub(super) fn new(db: Db, clock: Arc<dyn Clock>, metrics: Arc<Metrics>, shared: Shared) -> Self {
        Self { db, clock, metrics, shared, connection: None, settled: 0, hurries: false }
    }

    pub(super) async fn run(mut self, mut items: mpsc::Receiver<Item>) {
        let mut batch = Vec::with_capacity(BATCH);
        let closing = self.closing();
        tokio::pin!(closing);
        let mut is_open = true;
        loop {
            let taken = tokio::select! {
                biased;
                taken = items.recv_many(&mut batch, BATCH) => taken,
                () = &mut closing, if is_open => {
                    (is_open, self.connection) = (false, None); // who closes the pool waits for it
                    continue;
                }
            };
            if taken == 0 {
                return;
            }
            let left = self.shared.waiting.fetch_sub(taken, Ordering::Relaxed).saturating_sub(taken);
            self.metrics.ledger_batch(taken, left);
            self.commit(&mut batch).await;
        }
    }

    /// Ends when somebody closes the ledger's connection.
    fn closing(&self) -> impl Future<Output = ()> + use<> {
        let pool = self.db.ledger.clone();
        async move {
            match &pool {
                Pool::Sqlite(pool) => pool.close_event().await,
                Pool::Postgres(pool) => pool.close_event().await,
            }
        }
    }

    /// One commit for all; where a row spoils the batch, or somebody holds it, each is tried by itself, so that it harms nobody
    /// else.
    async fn commit(&mut self, items: &mut Vec<Item>) {
        let in_doubt = self.settled != self.shared.doubts.load(Ordering::Relaxed);
        let probed = if in_doubt { self.probe().await } else { Ok(()) };
        let turn = match probed {
            Ok(()) => self.db.turn().await,
            Err(fault) => Err(fault),
        };
        // Only now is it known who still waits, and what time it is.
        let now = self.clock.now();
        let mut batch = Batch::default();
        let gone = items.drain(..).filter_map(|item| (!batch.take(item, now)).then_some(())).count();
        self.metrics.ledger_dropped(gone);
        if let Err(fault) = turn {
            return self.refuse(batch, Failure::OfAll(fault));
        }
        match self.write(&batch).await {
            Ok(written) => {
                self.hurries = false;
                batch.answer(written);
            }
            Err(Failure::OfARow(_)) if batch.len() > 1 => {
                self.hurries = true;
                self.write_singly(batch.split(now)).await;
            }
            Err(failure) => self.refuse(batch, failure),
        }
    }

    /// Where somebody holds a row, those beside it are waited for no more: many may be the same person's.
    async fn write_singly(&mut self, singles: Vec<(Shard, Batch)>) {
        let mut held = HashSet::new();
        for (shard, single) in singles {
            if held.contains(&shard) {
                self.refuse(single, Failure::OfARow(Fault::unavailable("somebody holds a row beside it")));
                continue;
            }
            match self.write(&single).await {
                Ok(written) => single.answer(written),
                Err(failure) => {
                    if matches!(failure, Failure::OfARow(Fault::Unavailable { .. })) {
                        held.insert(shard);
                    }
                    self.refuse(single, failure);
                }
            }
        }
    }

    fn refuse(&mut self, batch: Batch, failure: Failure) {
        let fault = match failure {
            Failure::OfAll(fault) => {
                if matches!(fault, Fault::Unavailable { .. }) {
                    self.shared.doubts.fetch_add(1, Ordering::Relaxed);
                }
                fault
            }
            Failure::OfARow(fault) => fault,
        };
        if batch.len() > 0 {
            tracing::warn!(target: "motcua::fault", %fault, rows = batch.len(), "a batch of the ledger was not written");
        }
        batch.fail(|| Fault::unavailable(format!("the ledger could not write: {fault}")));
    }

    async fn probe(&mut self) -> Result<(), Fault> {
        let doubts = self.shared.doubts.load(Ordering::Relaxed);
        let probe = async {
            match self.connect().await? {
                Connection::Sqlite(c) => c.execute("BEGIN IMMEDIATE; ROLLBACK").await.map(|_| ()), // it reads while it is locked
                Connection::Postgres(c) => c.execute("SELECT 1").await.map(|_| ()),
            }
        };
        let outcome = timeout(PROBE, within_deadline(probe)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(Fault::unavailable("the database does not answer yet")));
        match &outcome {
            Ok(()) => self.settled = doubts,
            Err(_) => self.give_up_connection(),
        }
        outcome
    }

    async fn write(&mut self, batch: &Batch) -> Result<Written, Failure> {
        let (is_spread, hurries) = (self.db.groups.are_spread(), self.hurries);
        let mut is_of_a_row = false;
        let writing = async {
            let written = self.connect().await?.write(batch, is_spread, hurries).await;
            is_of_a_row = written.as_ref().is_err_and(is_of_a_row_alone);
            written
        };
        let outcome = within_deadline(writing).await;
        if outcome.is_err() {
            self.recover().await;
        }
        outcome.map_err(|fault| match fault {
            Fault::Broken(_) => Failure::OfARow(fault),
            _ if is_of_a_row => Failure::OfARow(fault),
            _ => Failure::OfAll(fault),
        })
    }

    async fn connect(&mut self) -> Result<&mut Connection, sqlx::Error> {
        let connection = match (self.connection.take(), &self.db.ledger) {
            (Some(connection), _) => connection,
            (None, Pool::Sqlite(pool)) => Connection::Sqlite(pool.acquire().await?),
            (None, Pool::Postgres(pool)) => Connection::Postgres(pool.acquire().await?),
        };
        Ok(self.connection.insert(connection))
    }

    /// After a failure the connection is in no transaction, or is no more.
    async fn recover(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        let rollback = async {
            match connection {
                Connection::Sqlite(c) => c.execute("ROLLBACK").await.map(|_| ()),
                Connection::Postgres(c) => c.execute("ROLLBACK").await.map(|_| ()),
            }
        };
        if !is_rolled_back(timeout(PROBE, rollback).await) {
            self.give_up_connection();
        }
    }

    fn give_up_connection(&mut self) {
        match self.connection.take() {
            Some(Connection::Sqlite(connection)) => drop(connection.detach()),
            Some(Connection::Postgres(connection)) => drop(connection.detach()),
            None => return,
        }
        self.db.closed.add();
    }
}

impl Connection {
    /// One statement commits by itself; several share a transaction.
    async fn write(&mut self, batch: &Batch, is_spread: bool, hurries: bool) -> Result<Written, sqlx::Error> {
        let alone = batch.statements() < 2 && !hurries;
        match self {
            Self::Sqlite(c) if alone => batch.write(On::Sqlite(c)).await,
            Self::Postgres(connection) if alone => batch.write(On::Postgres { connection, is_spread }).await,
            Self::Sqlite(c) => {
                c.execute("BEGIN IMMEDIATE").await?;
                let written = batch.write(On::Sqlite(c)).await?;
                c.execute("COMMIT").await?;
                Ok(written)
            }
            Self::Postgres(connection) => {
                connection.execute("BEGIN").await?;
                if hurries {
                    connection.execute(HURRY).await?;
                }
                let written = batch.write(On::Postgres { connection, is_spread }).await?;
                connection.execute("COMMIT").await?;
                Ok(written)
            }
        }
    }
}

/// Whether others could be written: somebody holds a row of these for long (55P03, or 57014 where several do one after the
/// other), or two wait for each other (40P01).
fn is_of_a_row_alone(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|inner| inner.code());
    code.is_some_and(|code| matches!(&*code, "55P03" | "57014" | "40P01"))
}

const _: () = assert!(PROBE.as_millis() < DEADLINE.as_millis());
const _: () = assert!(BATCH <= MOST);
