//! Which shards a database of several machines keeps together.

use std::sync::Arc;

use sqlx::PgConnection;

use crate::base::id::Shard;

/// The groups of shards that lie together: on Citus one for each of its own shards, so that a transaction of one group
/// touches one machine. Everything else is one group.
#[derive(Clone, Default)]
pub struct Groups {
    /// The group of each shard, by its number; nothing where there is one group.
    of: Arc<[usize]>,
}

impl Groups {
    /// Asks a PostgreSQL whether Citus spreads the people over machines, and how.
    pub(in crate::store) async fn look(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        if !is_citus(connection).await? {
            return Ok(Self::default());
        }
        const PLACES: &str = "SELECT get_shard_id_for_distribution_column(logicalrelid, n)::bigint \
             FROM pg_dist_partition, generate_series(0, $1 - 1) AS n \
             WHERE logicalrelid = to_regclass('people') AND partmethod = 'h' ORDER BY n";
        let places: Vec<i64> = sqlx::query_scalar(PLACES).bind(Shard::COUNT).fetch_all(connection).await?;
        let mut distinct = places.clone();
        distinct.sort_unstable();
        distinct.dedup();
        Ok(Self { of: places.iter().filter_map(|place| distinct.binary_search(place).ok()).collect() })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.of.iter().max().map_or(1, |last| last + 1)
    }

    /// The group of a shard.
    pub fn of(&self, shard: Shard) -> usize {
        usize::try_from(shard.number()).ok().and_then(|number| self.of.get(number)).copied().unwrap_or_default()
    }

    /// Whether the people are spread over machines.
    pub fn are_spread(&self) -> bool {
        !self.of.is_empty()
    }
}

/// Whether the database has the extension.
pub(in crate::store) async fn is_citus(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    const IS_THERE: &str = "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL";
    sqlx::query_scalar(IS_THERE).fetch_one(connection).await
}
