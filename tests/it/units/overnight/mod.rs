//! 1 July 2025, replayed: 10,795 units become 3,356 while 2,900 services of 84 agencies, 700 officials and 5,000 people go on.

mod country;
mod expected;
mod people;
mod places;
mod rights;

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;

use motcua::app::App;
use motcua::base::time::Timestamp;
use motcua::flows::admin::people_import;
use motcua::flows::admin::rights::look;
use motcua::flows::admin::units::succession;
use uuid::Uuid;

use self::country::OFFICIALS;
use self::country::PEOPLE;
use self::country::SERVICES;
use self::country::citizen;
use self::country::official;
use self::expected::Files;
use self::people::SignedIn;
use super::LEVELS;
use super::replay::AFTER;
use super::replay::BEFORE;
use super::replay::SUCCESSION;
use super::succeed;
use super::take;
use super::would_succeed;
use crate::store::is_postgres;
use crate::store::texts;
use crate::town::Town;

const EVE: &str = "2025-06-30";
const DAY: &str = "2025-07-01";

/// 23:50 of 30 June in Hà Nội.
const EVENING: Timestamp = Timestamp::from_seconds(1_751_302_200);
const UNTIL_MIDNIGHT: Duration = Duration::from_secs(600);

/// So many people sign in through every door; the others have what the ledger writes when somebody does.
const SIGNED_IN: usize = 100;

/// What is not to change: clients with all that is registered of them, sectors, grants, refresh tokens, sessions that are open.
const KEPT: [(&str, &str); 6] = [
    (
        "clients",
        "id || ' ' || COALESCE(service_id, '-') || ' ' || sector || ' ' || CAST(metadata AS TEXT) || ' ' || \
         CAST(secrets AS TEXT) || ' ' || CAST(created_at AS TEXT) || ' ' || CAST(updated_at AS TEXT)",
    ),
    ("sectors", "name || ' ' || CAST(id AS TEXT)"),
    ("services", "id || ' ' || agency_id || ' ' || CAST(name AS TEXT)"),
    ("grants", "client_id || ' ' || CAST(created_at AS TEXT) || ' ' || COALESCE(CAST(revoked_at AS TEXT), '-')"),
    ("families", "CAST(generation AS TEXT) || ' ' || COALESCE(CAST(revoked_at AS TEXT), '-')"),
    ("rights", "role || ' ' || CAST(valid_from AS TEXT) || ' ' || COALESCE(CAST(revoked_at AS TEXT), '-')"),
];

/// Every row of what is not to change, in an order of its own.
async fn kept(app: &App) -> BTreeMap<&'static str, Vec<String>> {
    let mut kept = BTreeMap::new();
    for (table, row) in KEPT {
        let id = if is_postgres(&app.db) { "CAST(id AS TEXT)" } else { "HEX(id)" };
        let sql = match table {
            "clients" | "sectors" | "services" => format!("SELECT {row} AS kept FROM {table} ORDER BY 1"),
            _ => format!("SELECT {id} || ' ' || {row} AS kept FROM {table} ORDER BY 1"),
        };
        let sql = if is_postgres(&app.db) { sql } else { sql.replace("CAST(id AS TEXT)", "HEX(id)") };
        kept.insert(table, texts(&app.db, sql).await);
    }
    kept
}

/// Does something, and says how long it took.
async fn timed<T>(what: &str, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let outcome = work.await;
    eprintln!("{what}: {:.1} s", began.elapsed().as_secs_f64());
    outcome
}

/// The peak of this process's memory since it was last forgotten, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// Forgets the peak (proc(5), `clear_refs`); what the process has from then on, in MiB.
fn forget_peak() -> u64 {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    peak()
}

async fn import(app: &std::sync::Arc<App>) {
    let (mut imported, file) = (0, country::people().into_bytes());
    let tell = |step: people_import::Step| {
        assert_eq!(step.mistakes, []);
        imported += step.imported;
        Ok(())
    };
    people_import::import(app, Box::new(std::io::Cursor::new(file)), tell).await.unwrap();
    assert_eq!(imported, PEOPLE + OFFICIALS);
}

async fn ids(app: &App, names: impl Iterator<Item = String>) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(look::person(app, &name).await.unwrap().unwrap());
    }
    ids
}

/// The country on the eve, built by what the commands do.
async fn eve(files: &Files) -> Town {
    let town = Town::on(EVENING).await;
    town.apply(LEVELS).await;
    let units = timed("units import, before", take(&town.app, BEFORE, "2024-07-01")).await.unwrap();
    assert_eq!(units.begun, 10_795);
    let report = timed("apply, services", town.apply(&country::declaration())).await;
    let made = |what: &str| report.changes.iter().filter(|change| change.starts_with(what)).count();
    assert_eq!((made("created service"), made("created client")), (SERVICES, SERVICES));
    assert_eq!(made("created agency"), country::AGENCIES);
    timed("people import", import(&town.app)).await;
    let report = timed("apply, rights", town.apply(&country::rights(&country::offices(files)))).await;
    assert_eq!(report.changes.len(), OFFICIALS);
    town
}

fn check_report(report: &succession::Report) {
    let ended = (report.abolished, report.divided.len(), report.merged + report.renamed, report.kept);
    assert_eq!(ended, (691, 471 - 36, 8_470, 1_198));
    let decide: Vec<(&str, &str)> =
        report.to_decide.iter().map(|one| (one.agency.as_str(), one.was_in.code.as_str())).collect();
    let rights = succession::Rights { moved: 443, raised: 139, undecided: 23 };
    assert_eq!(report.rights, rights);
    assert_eq!(decide, [("agency-80", "00007"), ("agency-81", "00016"), ("agency-82", "00070")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_country_wakes_up_reorganized_and_nobody_has_to_do_anything() {
    let held = forget_peak();
    let files = Files::read();
    let town = eve(&files).await;
    let app = &town.app;
    let people = timed("finding people", ids(app, (0..PEOPLE).map(citizen))).await;
    let officials = ids(app, (0..OFFICIALS).map(official)).await;
    let mut signed_in = Vec::new();
    let sign_in = async {
        for person in 0..SIGNED_IN {
            signed_in.push(SignedIn::at_all(&town, person).await);
        }
    };
    timed("sign-ins before", sign_in).await;
    let others: Vec<(usize, Uuid)> = people.iter().copied().enumerate().skip(SIGNED_IN).collect();
    let granted = timed("grants", people::grant(app, &others)).await;
    assert_eq!(granted, (PEOPLE - SIGNED_IN) * country::USED);
    let before = people::subjects(app, &people).await;
    assert_eq!(before.len(), PEOPLE * country::USED);
    let named: Vec<String> =
        (0..SIGNED_IN).flat_map(|n| country::used_by(n).map(|used| before[&(n, used)].clone())).collect();
    assert_eq!(signed_in.iter().flat_map(SignedIn::subjects).collect::<Vec<_>>(), named);
    let rows = kept(app).await;
    assert_eq!(rows["grants"].len(), PEOPLE * country::USED);

    timed("units import, after", take(app, AFTER, DAY)).await.unwrap();
    let would = timed("units succeed --dry-run", would_succeed(app, SUCCESSION, DAY)).await.unwrap();
    let report = timed("units succeed", succeed(app, SUCCESSION, DAY)).await.unwrap();
    assert_eq!(would, report);
    check_report(&report);
    let again = succeed(app, SUCCESSION, DAY).await.unwrap();
    assert_eq!((again.agencies_moved, again.rights), (0, succession::Rights::default()), "it happens once");
    let more = peak().saturating_sub(held);
    eprintln!("peak of memory with all of it: {more} MiB above what there was");
    assert!(more < 768, "{more} MiB"); // with whatever other tests have at the same time
    assert_eq!(kept(app).await, rows, "0 clients registered anew");
    let counted = timed("reports, before midnight", both_days_are_right(&town, &files, &officials)).await;

    town.clock.pass(UNTIL_MIDNIGHT);
    assert_eq!(timed("reports, after midnight", both_days_are_right(&town, &files, &officials)).await, counted);
    eprintln!("{counted:?}");
    let replica = town.replica().await;
    for app in [app, &replica.app] {
        let after = people::subjects(app, &people).await;
        let changed = before.iter().filter(|(key, sub)| after[*key] != **sub).count();
        assert_eq!((changed, after.len()), (0, before.len()), "0 changed subjects");
    }
    let go_on = async {
        let mut sign_ins = 0;
        for person in signed_in {
            sign_ins += person.goes_on(&town).await;
        }
        sign_ins
    };
    assert_eq!(timed("sign-ins after", go_on).await, SIGNED_IN * (country::USED + 1));
    let after = kept(app).await;
    for table in ["clients", "sectors", "services", "rights"] {
        assert_eq!(after[table], rows[table], "{table}");
    }
    timed("verdicts", rights::reach(&town, &files, &officials)).await;
    town.leave().await;
}

/// The reports as of both days; how many rights stand how on the second.
async fn both_days_are_right(town: &Town, files: &Files, officials: &[Uuid]) -> rights::Counted {
    places::are_those_of(town, files).await;
    rights::stand(town, files, officials).await
}
