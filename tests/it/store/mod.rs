//! What we remember: statements and migrations on the engine of the environment, the ledger, the caches of replicas.

pub mod abandoned;
mod announcements;
mod cache;
mod distribution;
mod ephemeral;
mod ledger;
mod migrations;
mod partitions;
mod plans;
mod sealed;
mod statements;

use motcua::store::db::Db;
use motcua::store::db::Pool;
use motcua::store::db::Tx;
use motcua::store::db::by_itself;
use sqlx::AssertSqlSafe;

pub use self::migrations::remember;
use crate::town::Town;

/// The one column of text that a query of the test answers with.
pub async fn texts(db: &Db, sql: String) -> Vec<String> {
    let query = AssertSqlSafe(sql);
    match &db.writes {
        Pool::Sqlite(pool) => sqlx::query_scalar(query).fetch_all(pool).await.unwrap(),
        Pool::Postgres(pool) => sqlx::query_scalar(query).fetch_all(pool).await.unwrap(),
    }
}

/// Every row of a table, as text, in one order.
pub async fn whole(db: &Db, table: &str) -> Vec<String> {
    let row = match &db.writes {
        Pool::Postgres(_) => "CAST(whole AS TEXT)".to_owned(),
        Pool::Sqlite(_) => {
            let columns = texts(db, format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')")).await;
            assert!(!columns.is_empty(), "{table}");
            columns.join(" || ' ' || ")
        }
    };
    texts(db, format!("SELECT '{table} ' || {row} FROM {table} AS whole ORDER BY 1")).await
}

/// Does to the database what no door does.
pub async fn execute(db: &Db, sql: &str) {
    let query = AssertSqlSafe(sql.to_owned());
    match &db.writes {
        Pool::Sqlite(pool) => sqlx::query(query).execute(pool).await.map(drop).unwrap(),
        Pool::Postgres(pool) => sqlx::query(query).execute(pool).await.map(drop).unwrap(),
    }
}

/// Transactions that hold every connection that requests may have; on SQLite the one that writes.
async fn every_connection(town: &Town) -> Vec<Tx> {
    let all = if is_postgres(&town.app.db) { town.config.database.connections } else { 1 };
    let mut held = Vec::new();
    for _ in 0..all {
        held.push(by_itself(town.app.db.begin()).await.unwrap());
    }
    held
}

pub fn is_postgres(db: &Db) -> bool {
    matches!(db.writes, Pool::Postgres(_))
}

/// The tables that our migrations made, without the partitions of PostgreSQL.
pub async fn tables(db: &Db) -> Vec<String> {
    let sql = match is_postgres(db) {
        true => {
            "SELECT relname::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
             WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1"
        }
        false => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
    };
    let all = texts(db, sql.to_owned()).await;
    all.into_iter().filter(|table| table != "_sqlx_migrations").collect()
}

/// The columns of a table, in order.
pub async fn columns(db: &Db, table: &str) -> Vec<String> {
    let sql = match is_postgres(db) {
        true => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' \
             AND table_schema = 'public' ORDER BY ordinal_position"
        ),
        false => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
    };
    texts(db, sql).await
}
