//! Databases of the tests' own on a PostgreSQL server, or on every machine of a Citus cluster.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;
use tokio::sync::OnceCell;

/// Drops a database, whoever is connected to it.
pub async fn remove(server: &str, name: &str) {
    on_all(server, vec![format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]).await;
}

/// An empty database; on a cluster, one that knows its machines.
pub async fn create(server: &str, name: &str) {
    let machines = machines(server).await;
    on_all(server, vec![format!("CREATE DATABASE {name}")]).await;
    if let [(coordinator, port), workers @ ..] = machines {
        let here = with_name(server, name);
        on_all(&here, vec!["CREATE EXTENSION citus".to_owned()]).await;
        admin(&here, format!("SELECT citus_set_coordinator_host('{coordinator}', {port})")).await;
        for (host, port) in workers {
            admin(&here, format!("SELECT citus_add_node('{host}', {port})")).await;
        }
    }
}

/// Whether the server is the coordinator of a cluster.
pub async fn is_cluster(server: &str) -> bool {
    !machines(server).await.is_empty()
}

/// The machines of the cluster, the coordinator first; none where the server is by itself.
async fn machines(server: &str) -> &'static [(String, i32)] {
    static MACHINES: OnceCell<Vec<(String, i32)>> = OnceCell::const_new();
    let ask = || async {
        let mut connection = PgConnection::connect(server).await.unwrap();
        let is_citus: bool = sqlx::query_scalar("SELECT to_regclass('pg_catalog.pg_dist_node') IS NOT NULL")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        let nodes = "SELECT nodename, nodeport FROM pg_dist_node ORDER BY groupid";
        if is_citus { sqlx::query_as(nodes).fetch_all(&mut connection).await.unwrap() } else { Vec::new() }
    };
    MACHINES.get_or_init(ask).await
}

/// Executes statements at the server; on a cluster at every machine, at once.
pub async fn on_all(server: &str, statements: Vec<String>) {
    let mut urls = vec![server.to_owned()];
    for (host, port) in machines(server).await.iter().skip(1) {
        let mut url = url::Url::parse(server).unwrap();
        url.set_host(Some(host)).unwrap();
        url.set_port(Some(u16::try_from(*port).unwrap())).unwrap();
        urls.push(url.into());
    }
    let each = urls.iter().map(|url| async {
        for statement in &statements {
            admin(url, statement.clone()).await;
        }
    });
    futures_util::future::join_all(each).await;
}

pub fn with_name(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(name);
    url.into()
}

/// Statements that make and drop databases are made of our own names alone. A busy server refuses them for a while: it has
/// no connection left, or those that DROP DATABASE ends are not gone within its five seconds.
async fn admin(server: &str, sql: String) {
    let mut tries = 0;
    while let Err(error) = execute(server, sql.clone()).await {
        tries += 1;
        assert!(tries < 10, "{sql}: {error}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn execute(server: &str, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
    let _ = connection.close().await; // the statement is committed, whatever the server answers to the farewell
    Ok(())
}
