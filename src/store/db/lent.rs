//! A connection for one statement, whose caller may go at any moment.
//!
//! sqlx asks a connection whether it lives when it is given back, and waits for the answer without a limit: one whose
//! answer was given up would keep its place in the pool for as long as the network takes to notice.

use std::time::Duration;

use sqlx::Connection;
use sqlx::Database;
use sqlx::Pool;
use sqlx::pool::PoolConnection;
use tokio::time::timeout;

use super::callers;

/// A connection that is lent by its pool.
pub struct Lent<D: Database>(Option<PoolConnection<D>>);

/// An abandoned statement must end within this time, or its connection is closed.
const PATIENCE: Duration = Duration::from_secs(5);

impl<D: Database> Lent<D> {
    /// The next connection that is free.
    pub(in crate::store) async fn from(pool: &Pool<D>) -> Result<Self, sqlx::Error> {
        callers::check();
        Ok(Self(Some(pool.acquire().await?)))
    }

    pub(in crate::store) fn connection(&mut self) -> Result<&mut D::Connection, sqlx::Error> {
        self.0.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// The statement has ended.
    pub(in crate::store) fn give_back(mut self) {
        self.0 = None;
    }
}

impl<D: Database> Drop for Lent<D> {
    fn drop(&mut self) {
        let Some(mut connection) = self.0.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return drop(connection.detach()) };
        runtime.spawn(async move {
            if !matches!(timeout(PATIENCE, connection.ping()).await, Ok(Ok(()))) {
                tracing::warn!(target: "motcua::fault", "a database connection was closed: its statement did not end");
                drop(connection.detach());
            }
        });
    }
}
