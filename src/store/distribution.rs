//! The people on several machines: Citus keeps the rows of a shard together, and copies the registry to every machine.

use sqlx::PgConnection;

use super::db::Db;
use super::db::Pool;
use super::db::fault;
use super::db::is_citus;
use super::db::within_deadline;
use crate::base::fault::Fault;

/// As many shards has Citus, each with some of ours; as many machines can share them before they are split.
pub const GROUPS: i32 = 32;
/// What every machine reads of units, agencies and clients. The outbox, announcements and keys stay with the coordinator.
const REGISTRY: &[&str] = &[
    "sectors",
    "agencies",
    "services",
    "clients",
    "client_origins",
    "registrations",
    "hierarchy",
    "levels",
    "branches",
    "branch_parents",
    "units",
    "unit_parents",
    "reorganizations",
    "successions",
    "agency_places",
];

/// Whether this connection is the only one of the program's to the database.
pub async fn is_alone(db: &Db) -> Result<bool, Fault> {
    const OTHERS: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND application_name = 'motcua' AND pid <> pg_backend_pid()";
    let Pool::Postgres(pool) = &db.writes else { return Ok(true) };
    let others: i64 = within_deadline(sqlx::query_scalar(OTHERS).fetch_one(pool)).await?;
    Ok(others == 0)
}

/// Refuses what cannot spread people over machines.
pub async fn check(db: &Db) -> Result<(), Fault> {
    coordinator(db).await.map(drop)
}

/// A connection to the coordinator, which no pool gets back.
async fn coordinator(db: &Db) -> Result<PgConnection, Fault> {
    const IS_COORDINATOR: &str = "SELECT groupid = 0 FROM pg_dist_local_group";
    let Pool::Postgres(pool) = &db.writes else {
        return Err(Fault::broken("database.url: people are spread over machines by Citus, not by SQLite"));
    };
    let mut connection = pool.acquire().await.map_err(fault)?.detach();
    if !is_citus(&mut connection).await.map_err(fault)? {
        return Err(Fault::broken("the database has no Citus: CREATE EXTENSION citus, on every machine"));
    }
    if sqlx::query_scalar(IS_COORDINATOR).fetch_one(&mut connection).await.map_err(fault)? {
        Ok(connection)
    } else {
        Err(Fault::broken("database.url names a worker: name the coordinator"))
    }
}

/// Lays out the tables that are not laid out yet, with the rows that they have; returns their names. Nobody may write
/// meanwhile, and servers must start after it.
pub async fn distribute(db: &Db) -> Result<Vec<String>, Fault> {
    lay_out(&mut coordinator(db).await?).await.map_err(fault)
}

/// Drops what was there before: it lies where it belongs now, and a second time where nobody sees it.
pub async fn clear(db: &Db) -> Result<(), Fault> {
    const CLEAR: &str = "SELECT truncate_local_data_after_distributing_table(logicalrelid)::text FROM pg_dist_partition \
         JOIN pg_class ON pg_class.oid = logicalrelid WHERE partmethod = 'h' AND NOT relispartition";
    let Pool::Postgres(pool) = &db.writes else { return Ok(()) };
    sqlx::query(CLEAR).execute(pool).await.map(drop).map_err(fault)
}

async fn lay_out(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    // Rows may have to move, for as long as that takes; and the machines plan as we do.
    const PATIENCE: &str = "SET statement_timeout = 0";
    const PLANS: &str = "DO $$ BEGIN \
         EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET enable_seqscan = off', current_database()); \
         EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET enable_hashjoin = off', current_database()); \
         EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET enable_mergejoin = off', current_database()); \
         EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET jit = off', current_database()); END $$";
    let (people, registry) = (of_people(connection).await?, of_registry(connection).await?);
    if people.is_empty() && registry.is_empty() {
        return Ok(Vec::new()); // replicas that start at once would only meet at the role
    }
    sqlx::query(PATIENCE).execute(&mut *connection).await?;
    sqlx::query(PLANS).execute(&mut *connection).await?;
    let mut laid_out = Vec::new();
    for table in people {
        const FIRST: &str = "SELECT create_distributed_table('people', 'shard', shard_count := $1)::text";
        const OTHER: &str = "SELECT create_distributed_table($1::regclass, 'shard', colocate_with := 'people')::text";
        let query = if table == "people" { sqlx::query(FIRST).bind(GROUPS) } else { sqlx::query(OTHER).bind(&table) };
        query.execute(&mut *connection).await?;
        laid_out.push(table);
    }
    for table in registry {
        const COPY: &str = "SELECT create_reference_table($1::regclass)::text";
        sqlx::query(COPY).bind(&table).execute(&mut *connection).await?;
        laid_out.push(table);
    }
    Ok(laid_out)
}

/// The tables of the registry that are not everywhere yet, those to which others refer first.
async fn of_registry(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    const TABLES: &str = "SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS t (name, n) \
         WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass(name) AND repmodel = 't') \
         ORDER BY n";
    sqlx::query_scalar(TABLES).bind(REGISTRY).fetch_all(connection).await
}

/// The tables whose rows bear a shard, but for those that are laid out; people first, beside whom the others lie.
async fn of_people(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    const TABLES: &str = "SELECT relname::text FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid \
         WHERE attname = 'shard' AND relkind IN ('r', 'p') AND NOT relispartition \
         AND relnamespace = current_schema()::regnamespace \
         AND NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = pg_class.oid) \
         ORDER BY relname <> 'people', relname";
    sqlx::query_scalar(TABLES).fetch_all(connection).await
}
