//! What is planned takes effect at the midnight of the deployment, on every replica, and nobody has to do anything.

use std::time::Duration;

use motcua::base::zone::Zone;
use motcua::parts::hierarchy;

use super::LEVELS;
use super::SMALL;
use super::day;
use super::small;
use super::take;
use super::unit;
use super::whole;
use crate::town::Town;

/// 14 hours after the town's morning it is midnight in Hà Nội.
const UNTIL_MIDNIGHT: Duration = Duration::from_secs(14 * 3600);

#[tokio::test]
async fn a_future_date_takes_effect_at_midnight_by_itself() {
    let town = small().await;
    let app = &town.app;
    assert_eq!(hierarchy::today(app, app.clock.now()).to_string(), "2026-11-24");
    let whole = whole(app).await;
    let commune = unit(&whole, "commune/00001", "2026-11-24");
    take(app, "level,code,name,parent\ncommune,00001,Xã Một,201\n", "2026-11-25").await.unwrap();
    let above = async || {
        let today = hierarchy::today(app, app.clock.now());
        let path = hierarchy::whole(app).await.unwrap().unit_path(commune, today);
        whole.unit(path[1]).unwrap().code.clone()
    };
    assert_eq!(above().await, "101");
    town.clock.pass(UNTIL_MIDNIGHT - Duration::from_micros(1));
    assert_eq!(above().await, "101");
    town.clock.pass(Duration::from_micros(1));
    assert_eq!(above().await, "201");
    town.leave().await;
}

#[tokio::test]
async fn midnight_is_that_of_the_time_zone() {
    let town = Town::with(|config| config.units.time_zone = Zone::named("America/Los_Angeles").unwrap()).await;
    assert_eq!(hierarchy::today(&town.app, town.app.clock.now()).to_string(), "2026-11-23");
    town.leave().await;
}

/// Another replica knows at once, whether it hears or not: it asks how often the hierarchy has changed.
#[tokio::test]
async fn another_replica_follows() {
    let town = Town::new().await;
    town.apply(LEVELS).await;
    let replica = town.replica().await;
    assert_eq!(whole(&replica.app).await.units().count(), 0);
    take(&town.app, SMALL, "2024-01-01").await.unwrap();
    assert_eq!(whole(&town.app).await.units().count(), 10, "who wrote it knows at once");
    let known = whole(&replica.app).await;
    assert_eq!(known.units().count(), 10);
    assert!(std::sync::Arc::ptr_eq(&known, &whole(&replica.app).await), "what has not changed is not read again");
    town.leave().await;
}

/// A unit that goes through several reorganizations is followed through all of them.
#[tokio::test]
async fn what_became_of_a_unit_is_followed_through_all_that_happened() {
    use motcua::identity::hierarchy::Fate;
    let town = small().await;
    let app = &town.app;
    super::succeed(app, "level,from,to,share\ncommune,00002,00001,all\n", "2025-07-01").await.unwrap();
    let rows = "level,code,name,parent\ncommune,00011,Xã Mười,101\ncommune,00012,Xã Mới,101\n";
    take(app, rows, "2026-01-01").await.unwrap();
    let split = "level,from,to,share\ncommune,00001,00011,default\ncommune,00001,00012,part\n";
    let report = super::succeed(app, split, "2026-01-01").await.unwrap();
    assert_eq!(report.divided.len(), 1);
    let whole = whole(app).await;
    let ids = |codes: &[&str]| codes.iter().map(|code| unit(&whole, code, "2026-01-01")).collect::<Vec<_>>();
    let second = unit(&whole, "commune/00002", "2024-01-01");
    let first = unit(&whole, "commune/00001", "2024-01-01");
    assert_eq!(whole.fate(second, day("2023-12-31")), Some(Fate::NotYet));
    assert_eq!(whole.fate(second, day("2025-06-30")), Some(Fate::Stands));
    assert_eq!(whole.fate(second, day("2025-12-31")), Some(Fate::Whole(first)));
    let Some(Fate::Divided { among, meanwhile }) = whole.fate(second, day("2026-01-01")) else { panic!() };
    let mut among: Vec<_> = among.into_iter().map(|(id, _)| id).collect();
    let mut expected = ids(&["commune/00011", "commune/00012"]);
    among.sort();
    expected.sort();
    assert_eq!((among, meanwhile), (expected, Some(unit(&whole, "district/101", "2026-01-01"))));
    town.leave().await;
}
