//! A database for each town: a SQLite file, or a clone of a migrated PostgreSQL database where the environment names one.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use motcua::base::time::Timestamp;
use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use motcua::store::migrations;
use motcua::store::partitions;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;
use tokio::sync::OnceCell;

use super::MORNING;

pub struct Database {
    pub url: String,
    pub name: String,
    directory: Option<tempfile::TempDir>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Database {
    pub async fn fresh() -> Self {
        let name = format!("town_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        match server() {
            None => {
                let directory = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", directory.path().join("town.db").display());
                Self { url, name, directory: Some(directory) }
            }
            Some(server) => {
                let template = template(&server).await;
                admin(&server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                Self { url: with_name(&server, &name), name, directory: None }
            }
        }
    }

    /// Without any migration applied.
    pub async fn empty() -> Self {
        let database = Self::fresh().await;
        if let (Some(server), None) = (server(), &database.directory) {
            admin(&server, format!("DROP DATABASE {}", database.name)).await;
            admin(&server, format!("CREATE DATABASE {}", database.name)).await;
        }
        database
    }

    pub async fn drop(self) {
        if let (Some(server), None) = (server(), &self.directory) {
            admin(&server, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
        }
    }
}

fn server() -> Option<String> {
    std::env::var("MOTCUA_TEST_DATABASE").ok()
}

/// A database with every migration applied, made once for the process.
async fn template(server: &str) -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = || async {
        let name = format!("template_{}", std::process::id());
        admin(server, format!("DROP DATABASE IF EXISTS {name}")).await;
        admin(server, format!("CREATE DATABASE {name}")).await;
        let db = Db::connect(&ConnectOptions { url: &with_name(server, &name), connections: 1 }).await.unwrap();
        migrations::run(&db).await.unwrap();
        partitions::tend(&db, MORNING, Timestamp::default()).await.unwrap();
        db.close().await;
        name
    };
    TEMPLATE.get_or_init(make).await
}

fn with_name(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(name);
    url.into()
}

/// Statements that make and drop databases are made of our own names alone.
async fn admin(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
