//! By whose clock the pages tell when something happened: the deployment's, as its letters do.

use std::time::Duration;

use motcua::base::time::Timestamp;
use motcua::base::zone::Zone;

use super::signed_in;
use crate::town::Town;

/// Letters follow `[units] time_zone`; pages that said another hour of the same sign-in would be taken for another one.
#[tokio::test]
async fn pages_tell_the_time_of_the_zone_of_the_deployment() {
    let town = Town::with(|config| config.units.time_zone = Zone::named("America/Los_Angeles").unwrap()).await;
    let mut browser = signed_in(&town, "khai").await;
    let here = town.app.config.units.time_zone.moment(town.app.clock.now());
    assert_ne!(here, Zone::default().moment(town.app.clock.now()));
    for path in ["/account", "/account/history"] {
        let page = browser.open(path).await;
        assert!(page.body.contains(&here), "{path}, {here}: {}", page.body);
    }
    town.leave().await;
}

/// The months of the history are those of the zone, where the clocks are put back in the midst of one, too.
#[tokio::test]
async fn months_of_the_history_are_those_of_the_zone() {
    let town = Town::with(|config| config.units.time_zone = Zone::named("America/Los_Angeles").unwrap()).await;
    // 2026-12-01T07:59Z, a minute before the midnight that ends November there, and a day after it began in Việt Nam.
    let late = Timestamp::from_seconds(1_796_111_940);
    town.clock.pass(late.since(town.app.clock.now()));
    let mut browser = signed_in(&town, "khai").await;
    let shown = async |browser: &mut crate::town::Browser, month: &str| {
        browser.open(&format!("/account/history?month={month}")).await.body.contains("23:59 30/11/2026")
    };
    town.clock.pass(Duration::from_secs(120));
    assert!(shown(&mut browser, "2026-11").await);
    assert!(!shown(&mut browser, "2026-12").await);
    town.leave().await;
}
