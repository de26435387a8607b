//! People on several machines: what `motcua migrate --distribute` does on a Citus cluster, and says elsewhere. The rest of
//! the suite runs there too, where `MOTCUA_TEST_DATABASE` names a coordinator.

use motcua::base::id::Shard;
use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use motcua::store::distribution;
use motcua::store::distribution::GROUPS;
use motcua::store::migrations;
use motcua::store::people;
use motcua::store::people::Digests;

use super::is_postgres;
use super::tables;
use super::texts;
use crate::town::MORNING;
use crate::town::Town;
use crate::town::database::Database;
use crate::town::database::is_citus;

/// Skips what needs a cluster, with a word.
async fn without_cluster() -> bool {
    let without = !is_citus().await;
    if without {
        eprintln!("skipped: MOTCUA_TEST_DATABASE names no coordinator of a Citus cluster");
    }
    without
}

#[tokio::test]
async fn what_cannot_be_spread_says_why() {
    let town = Town::new().await;
    if !is_citus().await {
        let error = distribution::distribute(&town.app.db).await.unwrap_err().to_string();
        let why = if is_postgres(&town.app.db) { "CREATE EXTENSION citus" } else { "not by SQLite" };
        assert!(error.contains(why), "{error}");
        assert_eq!(town.app.db.groups.count(), 1);
    }
    town.leave().await;
}

/// sign-in.md, "An id says where it lives": whatever bears a shard lies beside its person.
#[tokio::test]
async fn every_table_with_a_shard_is_spread_and_the_registry_is_everywhere() {
    if without_cluster().await {
        return;
    }
    let town = Town::new().await;
    let db = &town.app.db;
    let with_shard = "SELECT table_name::text FROM information_schema.columns WHERE column_name = 'shard' \
                      AND table_schema = 'public' ORDER BY 1";
    let beside_people = "SELECT logicalrelid::text FROM pg_dist_partition WHERE partmethod = 'h' AND colocationid = \
                         (SELECT colocationid FROM pg_dist_partition WHERE logicalrelid = 'people'::regclass) ORDER BY 1";
    let spread = texts(db, beside_people.into()).await;
    assert_eq!(spread, texts(db, with_shard.into()).await);
    let everywhere = texts(db, "SELECT logicalrelid::text FROM pg_dist_partition WHERE repmodel = 't'".into()).await;
    let at_the_coordinator: Vec<String> =
        tables(db).await.into_iter().filter(|table| !spread.contains(table) && !everywhere.contains(table)).collect();
    let expected = [
        "authenticator_metadata",
        "authenticator_models",
        "data_keys",
        "figure_collectors",
        "figures",
        "instance",
        "invalidations",
        "kept_answers",
        "outbox",
        "passes",
        "pending_acts",
        "registration_subjects",
        "registration_versions",
        "reseals",
        "rights",
        "signing_keys",
    ];
    assert_eq!(at_the_coordinator, expected);
    assert_eq!(distribution::distribute(db).await.unwrap(), [""; 0], "the second time there is nothing to do");
    town.leave().await;
}

#[tokio::test]
async fn people_who_were_there_before_are_found_where_they_belong() {
    if without_cluster().await {
        return;
    }
    let database = Database::empty().await;
    let options = ConnectOptions { url: &database.url, connections: 1 };
    let db = Db::connect(&options).await.unwrap();
    migrations::run(&db).await.unwrap();
    let ids: Vec<_> = (0..64_u128).map(|n| uuid::Uuid::from_u128(n << 64 | 7 << 76 | 2 << 62)).collect();
    let mut tx = db.begin().await.unwrap();
    for (id, n) in ids.iter().zip(0_u8..) {
        let digests = Digests { user_name: Some(vec![n; 32]), ..Digests::default() };
        people::put(&mut tx, *id, b"sealed", &digests, MORNING).await.unwrap();
    }
    tx.commit().await.unwrap();
    distribution::distribute(&db).await.unwrap();
    db.close().await;

    let db = Db::connect(&options).await.unwrap();
    assert_eq!(db.groups.count(), usize::try_from(GROUPS).unwrap());
    let groups: std::collections::BTreeSet<usize> = ids.iter().map(|id| db.groups.of(Shard::of(*id))).collect();
    assert!(groups.len() > 10, "64 people lie in {} groups", groups.len());
    for (id, n) in ids.iter().zip(0_u8..) {
        assert_eq!(people::find_by_name(&db, &[n; 32]).await.unwrap().map(|person| person.id), Some(*id));
    }
    db.close().await;
    database.drop().await;
}
