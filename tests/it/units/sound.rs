//! The database holds the tree, whoever writes: no circle, one parent at a time. Two at once mean something on PostgreSQL.

use motcua::flows::admin::units::moving;
use motcua::flows::admin::units::moving::Move;
use motcua::store::db::Pool;
use sqlx::AssertSqlSafe;

use super::day;
use super::path;
use super::small;
use super::take;
use super::unit;
use super::whole;
use crate::races::at_once;
use crate::town::Town;

/// What the database says to a statement that no door sends.
async fn refused(town: &Town, sql: &str) -> String {
    let query = AssertSqlSafe(sql.to_owned());
    let outcome = match &town.app.db.writes {
        Pool::Sqlite(pool) => sqlx::query(query).execute(pool).await.map(drop),
        Pool::Postgres(pool) => sqlx::query(query).execute(pool).await.map(drop),
    };
    outcome.err().unwrap_or_else(|| panic!("it took {sql}")).to_string()
}

#[tokio::test]
async fn no_statement_writes_a_circle_or_a_second_parent() {
    let town = small().await;
    let insert = "INSERT INTO unit_parents (unit_id, rank, valid_from, parent_id, parent_rank) SELECT";
    let units = "FROM units AS below, units AS above WHERE below.code";
    let pair = |below: &str, above: &str, ranks: &str, from: &str| {
        format!("{insert} below.id, {ranks}, {from}, above.id, {} {units} = '{below}' AND above.code = '{above}'", "@")
    };
    let with =
        |below, above, rank: &str, above_rank: &str, from| pair(below, above, rank, from).replace('@', above_rank);
    // The province below its district, as the ranks are and as somebody may pretend that they are.
    let said = refused(&town, &with("01", "101", "below.rank", "above.rank", "20250101")).await;
    assert!(said.to_lowercase().contains("check"), "{said}");
    let said = refused(&town, &with("01", "101", "4", "3", "20250101")).await;
    assert!(said.to_lowercase().contains("foreign key"), "{said}");
    let said = refused(&town, &with("00001", "00001", "below.rank", "above.rank", "20250101")).await;
    assert!(said.to_lowercase().contains("check"), "{said}");
    // A second parent on the day on which there is one.
    let said = refused(&town, &with("00001", "102", "below.rank", "above.rank", "20240101")).await;
    assert!(said.to_lowercase().contains("unique"), "{said}");
    // A level that passes another would turn the tree upside down.
    let said = refused(&town, "UPDATE levels SET rank = 7 WHERE code = 'district'").await;
    assert!(said.to_lowercase().contains("check"), "{said}");
    // A validity that has no day.
    let said = refused(&town, "UPDATE units SET valid_to = valid_from WHERE code = '00001'").await;
    assert!(said.to_lowercase().contains("check"), "{said}");
    town.leave().await;
}

/// Each is right alone; together they would be a circle.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_agencies_that_go_below_each_other_at_once_one_does() {
    let town = small().await;
    let names = "name = { vi = \"Sở\", en = \"Department\" }";
    town.apply(&format!("[[agencies]]\nid = \"a\"\n{names}\n[[agencies]]\nid = \"b\"\n{names}\n")).await;
    let replica = town.replica().await;
    for _ in 0..5 {
        let apps = [town.app.clone(), replica.app.clone()];
        let outcomes = at_once(2, |n| {
            let (app, ids) = (apps[n].clone(), [["a", "b"], ["b", "a"]][n]);
            async move {
                let to = Move { parent: Some(ids[1]), ..Move::default() };
                moving::move_agency(&app, ids[0], &to, day("2025-07-01")).await.map_err(|error| error.to_string())
            }
        })
        .await;
        assert!(outcomes.iter().filter(|outcome| outcome.is_ok()).count() >= 1, "{outcomes:?}");
        let said: Vec<&String> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
        assert!(said.len() == 1 && said[0].contains("in a circle"), "{outcomes:?}");
        let whole = whole(&replica.app).await;
        let paths = ["a", "b"].map(|id| whole.agency_path(id, day("2025-07-01")).len());
        assert!(paths == [2, 1] || paths == [1, 2], "{paths:?}");
    }
    town.leave().await;
}

/// Two imports at once follow one another: each sees what the other wrote.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_imports_at_once_leave_one_parent_and_one_bearer_of_a_code() {
    let town = small().await;
    let replica = town.replica().await;
    let apps = [town.app.clone(), replica.app.clone()];
    let outcomes = at_once(2, |n| {
        let app = apps[n].clone();
        let file =
            format!("level,code,name,parent\ncommune,00001,Xã Một,{}\ncommune,00099,Xã Mới,{0}\n", ["102", "201"][n]);
        async move { take(&app, &file, "2025-07-01").await }
    })
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let whole = whole(&replica.app).await;
    assert_eq!(whole.with_code("00099").count(), 1);
    let [one, new] = ["commune/00001", "commune/00099"].map(|code| unit(&whole, code, "2025-07-01"));
    let [one, new] = [one, new].map(|id| path(&whole, id, "2025-07-01"));
    assert_eq!((one.len(), &one[1..]), (4, &new[1..]), "who came last has both");
    assert_eq!(whole.check(day("2024-01-01")), []);
    town.leave().await;
}

/// Without the flow's lock: a transaction that writes a parent waits for one that writes another for the same day, and fails.
#[tokio::test]
async fn two_transactions_that_write_two_parents_at_once_do_not_both_end() {
    let town = small().await;
    let Pool::Postgres(pool) = &town.app.db.writes else { return town.leave().await };
    let insert = |parent: &str| {
        AssertSqlSafe(format!(
            "INSERT INTO unit_parents (unit_id, rank, valid_from, parent_id, parent_rank) SELECT below.id, below.rank, \
             20250701, above.id, above.rank FROM units AS below, units AS above WHERE below.code = '00001' \
             AND above.code = '{parent}'"
        ))
    };
    let (mut first, mut second) = (pool.begin().await.unwrap(), pool.begin().await.unwrap());
    sqlx::query(insert("102")).execute(&mut *first).await.unwrap();
    let waiting = tokio::spawn(async move {
        let outcome = sqlx::query(insert("201")).execute(&mut *second).await;
        outcome.map(drop)
    });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!waiting.is_finished(), "it waits for the other");
    first.commit().await.unwrap();
    let said = waiting.await.unwrap().unwrap_err().to_string();
    assert!(said.contains("unique"), "{said}");
    town.leave().await;
}
