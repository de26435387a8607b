//! PostgreSQL with `synchronous_commit = off` answers before it has written: what counts once would count once only for as
//! long as it does not crash.

use std::sync::Arc;

use motcua::jobs;

use super::program::Site;
use crate::store::execute;
use crate::store::is_postgres;
use crate::town::Town;

/// For this database; the connections that are open keep what they had.
const OFF: &str =
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$";

#[tokio::test]
async fn a_database_that_forgets_commits_is_refused_at_the_start() {
    let site = Site::new("", "").await;
    let db = site.db().await;
    if is_postgres(&db) {
        execute(&db, OFF).await;
        let error = site.configured(&["serve"]).failed();
        assert!(error.contains("synchronous_commit is off") && error.contains("ALTER ROLE"), "{error}");
        let on = OFF.replace("SET synchronous_commit = off", "RESET synchronous_commit");
        execute(&db, &on).await;
    }
    db.close().await;
    site.serve().await.stop().await;
    site.leave().await;
}

/// An operator who turns it off later is told within the hour; sign-ins go on.
#[tokio::test]
async fn a_database_that_begins_to_forget_commits_is_an_alarm() {
    let town = Town::new().await;
    let shown = |app: &motcua::app::App| app.metrics.exposition().contains("motcua_database_durable 1\n");
    jobs::durability::run(Arc::clone(&town.app)).await.unwrap();
    assert!(shown(&town.app));
    if is_postgres(&town.app.db) {
        execute(&town.app.db, OFF).await;
        let later = town.replica().await;
        jobs::durability::run(Arc::clone(&later.app)).await.unwrap();
        assert!(!shown(&later.app), "{}", later.app.metrics.exposition());
        motcua::flows::health::ready(&later.app).await.unwrap();
        later.app.db.close().await;
    }
    town.leave().await;
}
