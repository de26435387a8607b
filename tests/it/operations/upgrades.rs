//! A former version beside a later one: house.md's expand before contract.

use super::program::Site;
use crate::store::columns;
use crate::store::execute;
use crate::store::remember;
use crate::store::tables;
use crate::town::Tokens;
use crate::town::Town;

/// It is restarted beside a version that expanded every table, and does all that it did before.
#[tokio::test]
async fn a_former_version_serves_on_tables_that_a_later_one_expanded() {
    let town = Town::new().await;
    let db = &town.app.db;
    for table in tables(db).await {
        execute(db, &format!("ALTER TABLE {table} ADD COLUMN of_tomorrow TEXT")).await;
    }
    execute(db, "CREATE TABLE things_of_tomorrow (id UUID PRIMARY KEY)").await;
    remember(db, 9001, "things_of_tomorrow").await;
    let before = columns(db, "people").await;

    let restarted = town.replica().await;
    let (portal, mut browser) =
        (restarted.rp("portal").with_scope("openid offline_access"), restarted.browser_like(&town.browser()));
    let tokens = portal.tokens(&mut browser, &[]).await;
    let refreshed = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
    assert_eq!(portal.userinfo(refreshed.access_token()).await.json()["sub"], tokens.claims()["sub"]);
    assert_eq!(columns(db, "people").await, before);
    town.leave().await;
}

#[tokio::test]
async fn serve_starts_after_an_expanding_migration_and_names_the_version_after_one_that_took_away() {
    let site = Site::new("", "").await;
    site.serve().await.stop().await;
    let db = site.db().await;
    remember(&db, 9001, "things_of_tomorrow").await;
    site.serve().await.stop().await;
    assert_eq!(site.configured(&["migrate"]).succeeded(), "the database is up to date\n");
    remember(&db, 9002, "things_of_yesterday, needs 9001 of 7.8.9").await;
    db.close().await;
    for command in [&["serve"][..], &["migrate"], &["people", "count"]] {
        let error = site.configured(command).failed();
        assert!(error.contains("motcua 7.8.9 or later") && error.contains("9002"), "{command:?}: {error}");
    }
    site.leave().await;
}
