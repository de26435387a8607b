//! Transactions that a caller may abandon at any moment.
//!
//! sqlx 0.9.0 gives a connection back to its pool inside a transaction when the future that begins it is dropped. Here the
//! guard is there before `BEGIN` is sent: whatever ends otherwise than by a commit is rolled back by a task that nobody
//! can drop, and a connection that cannot be rolled back is closed and counted.

use std::time::Duration;

use sqlx::Database;
use sqlx::Executor;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;
use tokio::time::timeout;

use super::DEADLINE;
use super::Pool;
use super::Turn;
use super::callers;
use super::callers::Mark;
use super::is_rolled_back;
use super::within_deadline;
use crate::base::fault::Fault;
use crate::telemetry::metrics::Tally;

/// An open transaction; dropped without commit, it is rolled back.
#[allow(missing_docs)]
pub enum Tx {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// A connection in a transaction.
pub struct Held<D: Engine> {
    connection: Option<PoolConnection<D>>,
    turn: Turn,
    closed: Tally,
    mark: Mark,
}

/// What both engines can do.
pub trait Engine: Database {
    /// Executes a statement without parameters.
    fn execute(
        connection: &mut Self::Connection,
        sql: &'static str,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

impl Engine for Sqlite {
    async fn execute(connection: &mut Self::Connection, sql: &'static str) -> Result<(), sqlx::Error> {
        Executor::execute(connection, sql).await.map(|_| ())
    }
}

impl Engine for Postgres {
    async fn execute(connection: &mut Self::Connection, sql: &'static str) -> Result<(), sqlx::Error> {
        Executor::execute(connection, sql).await.map(|_| ())
    }
}

/// For so long a rollback or a commit is waited for; what takes longer has lost its connection.
const PATIENCE: Duration = Duration::from_secs(30);

impl Tx {
    pub(super) async fn begin(pool: &Pool, turn: Turn, closed: &Tally) -> Result<Self, sqlx::Error> {
        callers::check();
        Ok(match pool {
            Pool::Sqlite(pool) => {
                Self::Sqlite(Held::begin(pool.acquire().await?, turn, closed, "BEGIN IMMEDIATE").await?)
            }
            Pool::Postgres(pool) => Self::Postgres(Held::begin(pool.acquire().await?, turn, closed, "BEGIN").await?),
        })
    }

    /// Makes it last. Once begun, a commit runs to its end whoever waits for it.
    pub async fn commit(self) -> Result<(), Fault> {
        let commit = tokio::spawn(async move {
            match self {
                Self::Sqlite(held) => held.commit().await,
                Self::Postgres(held) => held.commit().await,
            }
        });
        let committed = within_deadline(async { commit.await.unwrap_or(Err(sqlx::Error::WorkerCrashed)) }).await;
        committed.map_err(Fault::in_doubt)
    }
}

impl<D: Engine> Held<D> {
    async fn begin(
        connection: PoolConnection<D>,
        turn: Turn,
        closed: &Tally,
        sql: &'static str,
    ) -> Result<Self, sqlx::Error> {
        let mut held = Self { connection: Some(connection), turn, closed: closed.clone(), mark: Mark::set() };
        D::execute(held.connection()?, sql).await?;
        Ok(held)
    }

    /// The connection, for a statement.
    pub(in crate::store) fn connection(&mut self) -> Result<&mut D::Connection, sqlx::Error> {
        self.connection.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.mark.lift(); // whoever waits for it in vain goes on without it
        let committed = match timeout(PATIENCE, D::execute(self.connection()?, "COMMIT")).await {
            Ok(outcome) => outcome,
            Err(_) => {
                close(self.connection.take(), &self.closed);
                Err(sqlx::Error::PoolTimedOut)
            }
        };
        if committed.is_ok() {
            self.connection = None; // back to the pool, in no transaction
        }
        committed
    }
}

impl<D: Engine> Drop for Held<D> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let (turn, closed) = (self.turn.take(), self.closed.clone());
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return close(Some(connection), &closed);
        };
        runtime.spawn(async move {
            if !is_rolled_back(timeout(DEADLINE, D::execute(&mut connection, "ROLLBACK")).await) {
                close(Some(connection), &closed);
            }
            drop(turn); // the next writer begins when this one is over
        });
    }
}

/// Closes a connection whose state nobody knows. The server ends what it did when it sees that.
fn close<D: Engine>(connection: Option<PoolConnection<D>>, closed: &Tally) {
    if let Some(connection) = connection {
        closed.add();
        tracing::warn!(target: "motcua::fault", "a database connection was closed: its transaction did not end");
        drop(connection.detach());
    }
}
