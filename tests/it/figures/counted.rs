//! What is counted, where, and that several processes add to the same figures.

use std::time::Duration;

use motcua::identity::figures::Figure;
use motcua::parts::figures;
use motcua::parts::figures::Bounds;
use motcua::parts::hierarchy;

use super::at_once;
use super::person;
use super::redeem;
use super::run;
use super::today;
use crate::store::texts;
use crate::town::Town;

/// A minute that is over for so long is written.
const OVER: Duration = Duration::from_secs(121);

/// "people who signed in …; success rate, and at which step people give up; errors by kind; sign-ins by method and level; time
/// to sign in; refreshes".
#[tokio::test]
async fn a_sign_in_is_counted_with_all_that_belongs_to_it() {
    let town = Town::new().await;
    figures::begin(&town.app, town.app.clock.now()).await.unwrap();
    let (rp, mut browser) = (town.rp("portal"), town.browser());
    let page = browser.open(&rp.url(&[("scope", "openid offline_access")])).await;
    town.clock.pass(Duration::from_secs(20));
    let page = browser.sign_in(&page, "khai").await;
    let page = browser.fill(&page, &[("decision", "allow")]).await;
    let tokens = rp.redeem(&page.parameter("code").unwrap(), &[]).await.json();
    let refreshed = rp.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    town.clock.pass(OVER);
    run(&town.app).await;
    let day = hierarchy::today(&town.app, town.app.clock.now());
    let sum = figures::of(&town.app, [day, day], &Bounds::Service("licences".into())).await.unwrap();
    let counts: Vec<(&str, u64)> = sum.counts.iter().collect();
    let expected = [
        ("asked_for_consent", 1),
        ("asked_to_sign_in", 1),
        ("by_password", 1),
        ("class_1", 1),
        ("refreshes", 1),
        ("sign_ins", 1),
        ("within_30_seconds", 1),
    ];
    assert_eq!(counts, expected);
    assert_eq!((sum.people(), sum.is_exact()), (1, true));
    for (bounds, sign_ins) in [
        (Bounds::All, 1),
        (Bounds::Agency("province".into()), 1),
        (Bounds::Agency("hospital".into()), 0),
        (Bounds::Service("appointments".into()), 0),
        (Bounds::Branch("health".into()), 0),
    ] {
        let sum = figures::of(&town.app, [day, day], &bounds).await.unwrap();
        assert_eq!(sum.counts.get(Figure::SignIns), sign_ins, "{bounds:?}");
    }
    town.leave().await;
}

/// "collecting them costs a sign-in … no row": nothing is written until the minute is over.
#[tokio::test]
async fn nothing_is_written_before_the_job_runs() {
    let town = Town::new().await;
    figures::begin(&town.app, town.app.clock.now()).await.unwrap();
    for _ in 0..50 {
        redeem(&town.app, "portal", person(&town.app)).await;
    }
    let rows = "SELECT service_id FROM figures";
    run(&town.app).await;
    assert_eq!(texts(&town.app.db, rows.into()).await, [""; 0], "the minute is not over");
    town.clock.pass(OVER);
    run(&town.app).await;
    assert_eq!(texts(&town.app.db, rows.into()).await, ["licences"]);
    assert_eq!(today(&town.app).await, (50, 50));
    run(&town.app).await;
    assert_eq!(today(&town.app).await, (50, 50));
    town.leave().await;
}

/// Replicas that write at the same time add to the same rows, and the same person at several is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_add_to_the_same_figures() {
    let town = Town::new().await;
    let replicas = [town.replica().await, town.replica().await, town.replica().await];
    let people: Vec<_> = (0..30).map(|_| person(&town.app)).collect();
    for replica in &replicas {
        figures::begin(&replica.app, town.app.clock.now()).await.unwrap();
        for (n, person) in people.iter().enumerate() {
            redeem(&replica.app, ["portal", "clinic"][n % 2], *person).await;
        }
    }
    town.clock.pass(OVER);
    at_once(replicas.iter().map(|replica| &replica.app)).await;
    assert_eq!(today(&town.app).await, (90, 30));
    for replica in &replicas {
        redeem(&replica.app, "portal", people[0]).await;
        figures::leave(&replica.app, town.app.clock.now()).await.unwrap();
    }
    assert_eq!(today(&town.app).await, (93, 30), "whoever ends writes everything");
    let left = "SELECT CAST(number AS TEXT) FROM figure_collectors";
    assert_eq!(texts(&town.app.db, left.into()).await, [""; 0]);
    town.leave().await;
}
