//! A country of a dozen units with a reform that lies ahead, in the rows of a database.

use motcua::base::day::Day;
use motcua::base::time::Timestamp;
use motcua::base::zone::Zone;
use motcua::store::db::Db;
use serde_json::Value;
use uuid::Uuid;

use crate::operations::program::Serving;
use crate::operations::program::Site;
use crate::operations::program::http;
use crate::store::execute;
use crate::store::is_postgres;

/// The last day before the reform, and the first one after it.
pub const JUNE: &str = "2099-06-30";
pub const JULY: &str = "2099-07-01";

/// Level, code, parent, and whether it is there from the reform on only, until it only, or always.
const UNITS: [(&str, &str, &str, When); 14] = [
    ("centre", "vn", "", When::Always),
    ("province", "01", "vn", When::Always),
    ("province", "02", "vn", When::Always),
    ("district", "101", "01", When::Before),
    ("district", "102", "01", When::Before),
    ("district", "103", "01", When::After),
    ("district", "201", "02", When::Before),
    ("district", "202", "02", When::Before),
    ("district", "203", "02", When::After),
    ("district", "204", "02", When::After),
    ("commune", "00001", "101", When::Always),
    ("commune", "00003", "102", When::Always),
    ("commune", "00004", "201", When::Always),
    ("commune", "00005", "202", When::Always),
];

#[derive(Clone, Copy, PartialEq)]
enum When {
    Always,
    Before,
    After,
}

/// 101 and 102 become 103, 201 is abolished, 202 is divided between 203 and 204; the communes go where they belong then.
const SUCCESSIONS: [(&str, &str, &str); 5] = [
    ("merge", "101", "103"),
    ("merge", "102", "103"),
    ("abolish", "201", ""),
    ("split", "202", "203"),
    ("split", "202", "204"),
];
const MOVED: [(&str, &str); 4] = [("00001", "103"), ("00003", "103"), ("00004", "02"), ("00005", "203")];

/// Health and justice are of the state, hospitals of health; the party is its own.
const BRANCHES: [(&str, i64, &str); 5] =
    [("state", 0, ""), ("health", 1, "state"), ("justice", 1, "state"), ("hospitals", 2, "health"), ("party", 0, "")];

/// What became of a place by the reform, for an agency.
const BECAME: [(&str, &str); 4] = [("101", "103"), ("102", "103"), ("201", "02"), ("202", "02")];

pub fn at(day: &str) -> Timestamp {
    Zone::default().end(Day::parse(day).unwrap()).unwrap() - std::time::Duration::from_secs(43_200)
}

fn uuid(code: &str) -> Uuid {
    let number = UNITS.iter().position(|(_, own, ..)| *own == code).unwrap_or(UNITS.len());
    Uuid::from_u128(number as u128 + 1)
}

/// The id of a unit.
pub fn unit(code: &str) -> motcua::identity::hierarchy::UnitId {
    motcua::identity::hierarchy::UnitId(uuid(code))
}

/// Founds it; an agency `UNIT-BRANCH` stands in every unit for every branch.
pub async fn found(db: &Db) {
    let id = |code: &str| literal(db, code);
    let name = |text: &str| format!("'{{\"vi\":\"{text}\",\"en\":\"{text}\"}}'");
    for (rank, level) in ["centre", "province", "district", "commune"].iter().enumerate() {
        let name = name(level);
        execute(db, &format!("INSERT INTO levels (code, rank, name) VALUES ('{level}', {rank}, {name})")).await;
    }
    let rank =
        |level: &str| ["centre", "province", "district", "commune"].iter().position(|own| *own == level).unwrap();
    for (level, code, parent, when) in UNITS {
        let from = if when == When::After { 20_990_701 } else { 20_200_101 };
        let to = if when == When::Before { 20_990_701 } else { 99_991_231 };
        let (own, rank, name) = (id(code), rank(level), name(code));
        let values = format!("({own}, '{level}', {rank}, '{code}', {name}, {from}, {to})");
        execute(db, &format!("INSERT INTO units (id, level, rank, code, name, valid_from, valid_to) VALUES {values}"))
            .await;
        if !parent.is_empty() {
            put_parent(db, code, from, parent).await;
        }
    }
    for (code, parent) in MOVED {
        put_parent(db, code, 20_990_701, parent).await;
    }
    let all = "INSERT INTO reorganizations (id, kind, effective, done_at) VALUES";
    execute(db, &format!("{all} ({}, 'succession', 20990701, 0)", id("reform"))).await;
    for (n, (kind, from, to)) in SUCCESSIONS.iter().enumerate() {
        let own = literal_of(db, Uuid::from_u128(1000 + n as u128));
        let (to, share) = if to.is_empty() { ("NULL".to_owned(), "none") } else { (id(to), "all") };
        let (reform, from) = (id("reform"), id(from));
        let values = format!("({own}, {reform}, '{kind}', {from}, {to}, '{share}', 20990701)");
        let into = "successions (id, reorganization_id, kind, from_id, to_id, share, effective)";
        execute(db, &format!("INSERT INTO {into} VALUES {values}")).await;
    }
    found_branches(db).await;
    found_agencies(db).await;
    execute(db, "UPDATE hierarchy SET revision = revision + 1").await;
}

/// What a unit is after the reform.
pub fn became(code: &str) -> &str {
    BECAME.iter().find(|(before, _)| *before == code).map_or(code, |(_, after)| after)
}

/// The reform, which lay ahead, takes effect on the day of an instant.
pub async fn reform(db: &Db, at: Timestamp) {
    let day = Zone::default().day(at).to_string().replace('-', "");
    for column in [
        "units SET valid_from",
        "units SET valid_to",
        "unit_parents SET valid_from",
        "agency_places SET valid_from",
        "successions SET effective",
        "reorganizations SET effective",
    ] {
        let (_, name) = column.rsplit_once(' ').unwrap();
        execute(db, &format!("UPDATE {column} = {day} WHERE {name} = 20990701")).await;
    }
    execute(db, "UPDATE hierarchy SET revision = revision + 1").await;
}

async fn put_parent(db: &Db, code: &str, from: i64, parent: &str) {
    let own = (literal(db, code), literal(db, parent));
    let values = format!(
        "SELECT own.id, own.rank, {from}, above.id, above.rank FROM units AS own, units AS above \
         WHERE own.id = {} AND above.id = {}",
        own.0, own.1
    );
    execute(db, &format!("INSERT INTO unit_parents (unit_id, rank, valid_from, parent_id, parent_rank) {values}"))
        .await;
}

pub async fn found_branches(db: &Db) {
    for (code, depth, parent) in BRANCHES {
        let name = format!("'{{\"vi\":\"{code}\",\"en\":\"{code}\"}}'");
        let values = format!("('{code}', {depth}, {name}, 20200101, 99991231)");
        execute(db, &format!("INSERT INTO branches (code, depth, name, valid_from, valid_to) VALUES {values}")).await;
        let parent = if parent.is_empty() { "NULL, NULL".to_owned() } else { format!("'{parent}', {}", depth - 1) };
        let into = "branch_parents (branch, depth, valid_from, parent, parent_depth)";
        execute(db, &format!("INSERT INTO {into} VALUES ('{code}', {depth}, 20200101, {parent})")).await;
    }
}

pub async fn found_agencies(db: &Db) {
    let sector = literal_of(db, Uuid::from_u128(9999));
    execute(db, &format!("INSERT INTO sectors (name, id) VALUES ('all', {sector})")).await;
    for (_, code, _, when) in UNITS {
        for (branch, ..) in BRANCHES {
            let (agency, name) = (format!("{code}-{branch}"), format!("'{{\"vi\":\"{code}\",\"en\":\"{code}\"}}'"));
            execute(db, &format!("INSERT INTO agencies (id, name, sector) VALUES ('{agency}', {name}, 'all')")).await;
            let from = if when == When::After { 20_990_701 } else { 20_200_101 };
            stand(db, &agency, from, (code, branch)).await;
            if let Some((_, next)) = BECAME.iter().find(|(before, _)| *before == code) {
                stand(db, &agency, 20_990_701, (next, branch)).await;
            }
        }
    }
}

async fn stand(db: &Db, agency: &str, from: i64, (unit, branch): (&str, &str)) {
    let values = format!("('{agency}', 0, {from}, {}, '{branch}')", literal(db, unit));
    let into = "agency_places (agency_id, depth, valid_from, unit_id, branch)";
    execute(db, &format!("INSERT INTO {into} VALUES {values}")).await;
}

fn literal(db: &Db, code: &str) -> String {
    literal_of(db, uuid(code))
}

fn literal_of(db: &Db, id: Uuid) -> String {
    if is_postgres(db) { format!("'{id}'") } else { format!("X'{}'", id.simple()) }
}

/// The country at a site that is served, and by which URL its API calls itself.
pub async fn served() -> (Site, Serving, String) {
    let site = Site::new("", "").await;
    let db = site.db().await;
    found(&db).await;
    db.close().await;
    let serving = site.serve().await;
    let described: Value = http().get(serving.url("/api/v1/openapi.json")).send().await.unwrap().json().await.unwrap();
    let api = format!("{}/api/v1", described["servers"][0]["url"].as_str().unwrap());
    (site, serving, api)
}
