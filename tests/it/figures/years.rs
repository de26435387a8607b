//! "people are hashed with a key of the year that is then destroyed, sparse sketches are sealed".

use std::time::Duration;

use motcua::base::day::Day;
use motcua::base::time::Timestamp;
use motcua::parts::columns;
use motcua::parts::columns::Column;
use motcua::parts::figures;
use motcua::parts::figures::Bounds;
use motcua::store::figures as rows;

use super::of_day;
use super::person;
use super::redeem;
use super::run;
use crate::store::texts;
use crate::town::Town;

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn the_key_of_a_year_is_wiped_when_the_year_is_over() {
    let eve = Timestamp::parse("2026-12-31T16:50:00Z").unwrap(); // ten minutes before midnight
    let town = Town::on(eve).await;
    let keys = "SELECT purpose || ' ' || CASE WHEN retired_at IS NULL THEN 'lives' ELSE CAST(LENGTH(sealed) AS TEXT) END \
                FROM data_keys WHERE purpose LIKE 'figures%' ORDER BY 1";
    figures::begin(&town.app, eve).await.unwrap();
    assert_eq!(texts(&town.app.db, keys.into()).await, ["figures.2026 lives", "figures.2027 lives"]);
    let who = person(&town.app);
    redeem(&town.app, "portal", who).await;
    let hash = town.app.data_keys.years.hash(who, eve).unwrap();
    town.clock.pass(Duration::from_secs(900));
    run(&town.app).await;
    redeem(&town.app, "portal", who).await;
    assert_ne!(town.app.data_keys.years.hash(who, town.app.clock.now()), Some(hash), "another year knows nobody again");
    town.clock.pass(Duration::from_secs(300));
    run(&town.app).await;
    let [last, first] = ["2026-12-31", "2027-01-01"].map(|day| Day::parse(day).unwrap());
    for day in [last, first] {
        assert_eq!(of_day(&town.app, day).await.people(), 1);
    }
    let both = figures::of(&town.app, [last, first], &Bounds::All).await.unwrap();
    assert_eq!(both.people(), 2, "once in each year");
    town.clock.pass(DAY);
    run(&town.app).await;
    assert_eq!(texts(&town.app.db, keys.into()).await, ["figures.2026 lives", "figures.2027 lives"]);
    town.clock.pass(DAY * 2);
    run(&town.app).await;
    assert_eq!(texts(&town.app.db, keys.into()).await, ["figures.2026 0", "figures.2027 lives"]);
    assert_eq!(town.app.data_keys.years.hash(who, eve), None);
    assert_eq!(of_day(&town.app, last).await.people(), 1, "what was counted stays");
    let told = town
        .audit()
        .await
        .into_iter()
        .filter(|(act, _, detail)| act == "key_retired" && detail.as_deref() == Some("figures 2026"));
    assert_eq!(told.count(), 1);
    town.leave().await;
}

/// Whoever has the rows and not the keys learns how often a service was used, and of nobody that they used it.
#[tokio::test]
async fn who_was_counted_is_sealed() {
    let town = Town::new().await;
    figures::begin(&town.app, town.app.clock.now()).await.unwrap();
    let who = person(&town.app);
    redeem(&town.app, "portal", who).await;
    redeem(&town.app, "clinic", who).await;
    town.clock.pass(Duration::from_secs(180));
    let hash = town.app.data_keys.years.hash(who, town.app.clock.now()).unwrap();
    run(&town.app).await;
    let day = motcua::parts::hierarchy::today(&town.app, town.app.clock.now());
    let found = rows::between(&town.app.db, [day, day], None, 10).await.unwrap();
    assert_eq!(found.len(), 2);
    for row in &found {
        for hidden in [&hash.to_be_bytes()[..], who.as_bytes()] {
            assert!(!row.people.windows(hidden.len()).any(|bytes| bytes == hidden));
        }
        let plain = columns::open(&town.app, Column::Sketch, &row.people).unwrap();
        assert!(plain.windows(8).any(|bytes| bytes == hash.to_be_bytes()));
        assert!(!plain.windows(16).any(|bytes| bytes == who.as_bytes()));
    }
    town.leave().await;
}
