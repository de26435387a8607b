//! A database for each town: a SQLite file, or a clone of a migrated PostgreSQL database where the environment names one.
//! Where that is the coordinator of a Citus cluster, every machine of it gets its part.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use motcua::base::time::Timestamp;
use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use motcua::store::distribution;
use motcua::store::migrations;
use motcua::store::partitions;
use tokio::sync::OnceCell;

use super::MORNING;
use crate::server;

pub struct Database {
    pub url: String,
    pub name: String,
    directory: Option<tempfile::TempDir>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Database {
    pub async fn fresh() -> Self {
        let name = format!("town_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        match named() {
            None => {
                let directory = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", directory.path().join("town.db").display());
                Self { url, name, directory: Some(directory) }
            }
            Some(server) => {
                let template = template(&server).await;
                server::on_all(&server, vec![format!("CREATE DATABASE {name} TEMPLATE {template}")]).await;
                Self { url: server::with_name(&server, &name), name, directory: None }
            }
        }
    }

    /// Without any migration applied.
    pub async fn empty() -> Self {
        let database = Self::fresh().await;
        if let (Some(server), None) = (named(), &database.directory) {
            server::remove(&server, &database.name).await;
            server::create(&server, &database.name).await;
        }
        database
    }

    pub async fn drop(self) {
        if let (Some(server), None) = (named(), &self.directory) {
            server::remove(&server, &self.name).await;
        }
    }
}

fn named() -> Option<String> {
    std::env::var("MOTCUA_TEST_DATABASE").ok()
}

/// Whether the tests run on a Citus cluster.
pub async fn is_citus() -> bool {
    match named() {
        Some(server) => server::is_cluster(&server).await,
        None => false,
    }
}

/// A database with every migration applied, made once for the process.
async fn template(server: &str) -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = || async {
        let name = format!("template_{}", std::process::id());
        server::remove(server, &name).await;
        server::create(server, &name).await;
        let url = server::with_name(server, &name);
        let options = ConnectOptions { url: &url, connections: 1 };
        let db = Db::connect(&options).await.unwrap();
        migrations::run(&db).await.unwrap();
        if server::is_cluster(server).await {
            distribution::distribute(&db).await.unwrap();
        }
        partitions::tend(&db, MORNING, Timestamp::default()).await.unwrap();
        db.close().await;
        // Citus keeps connections to it, and nobody can copy what others are connected to.
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        server::on_all(server, vec![format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"), end.clone()]).await;
        name
    };
    TEMPLATE.get_or_init(make).await
}
