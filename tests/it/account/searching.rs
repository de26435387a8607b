//! "the history … searchable by service and month": the list holds every service of the whole history, and each disclosure says
//! for which purpose it was and from which device (identity.md, "Telling people").

use std::time::Duration;

use motcua::flows::admin::people;
use motcua::jobs;

use super::desk;
use super::on_a_phone;
use super::sign_in;
use super::signed_in;
use crate::store::texts;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::Town;

const DAY: u64 = 86_400;

/// The services to choose from on the page of an address: identifier and name.
async fn choices(browser: &mut Browser, url: &str) -> Vec<(String, String)> {
    let page = browser.open(url).await;
    let options = page.body.split("<option value=\"").skip(2).map(|rest| rest.split("</option>").next().unwrap());
    options
        .map(|option| option.replace("\" selected>", "\">"))
        .map(|option| {
            let (id, name) = option.split_once("\">").unwrap();
            (id.to_owned(), name.to_owned())
        })
        .collect()
}

async fn ids(browser: &mut Browser, url: &str) -> Vec<String> {
    choices(browser, url).await.into_iter().map(|(id, _)| id).collect()
}

/// What is kept of what was read, for everybody.
async fn kept(town: &Town) -> Vec<String> {
    texts(&town.app.db, "SELECT CAST(read_until AS TEXT) FROM histories ORDER BY person_id".into()).await
}

#[tokio::test]
async fn the_list_holds_every_service_of_the_whole_history() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    town.rp("portal").tokens(&mut browser, &[]).await;
    town.live(Duration::from_secs(400 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    town.rp("clinic").tokens(&mut browser, &[]).await;
    town.live(Duration::from_secs(500 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    for url in ["/account/history", "/account/history?month=2026-12", "/account/history?client=clinic"] {
        assert_eq!(ids(&mut browser, url).await, ["portal", "clinic"], "{url}");
        assert_eq!(kept(&town).await.len(), 1);
    }
    let before = kept(&town).await;
    town.rp("certified").tokens(&mut browser, &[]).await;
    assert_eq!(ids(&mut browser, "/account/history").await.len(), 3, "and what is of this moment");
    assert_eq!(kept(&town).await, before, "nobody writes at each look");
    town.live(Duration::from_secs(3 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    assert_eq!(ids(&mut browser, "/account/history").await.len(), 3);
    assert_ne!(kept(&town).await, before);
    // What is older than is kept stands there no more.
    town.live(Duration::from_secs(1000 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    let left = ids(&mut browser, "/account/history").await;
    assert!(left.len() == 2 && !left.contains(&"portal".to_owned()), "{left:?}");
    people::remove(&town.app, "khai", town.app.clock.now()).await.unwrap();
    assert_eq!(kept(&town).await, [""; 0], "it goes with its person");
    town.leave().await;
}

/// Who never looks again leaves nothing behind that is older than a history.
#[tokio::test]
async fn what_was_kept_goes_with_the_history() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    town.rp("portal").tokens(&mut browser, &[]).await;
    town.live(Duration::from_secs(30 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    assert_eq!(ids(&mut browser, "/account/history").await.len(), 1);
    jobs::clean::run(town.app.clone()).await.unwrap();
    assert_eq!(kept(&town).await.len(), 1);
    town.live(*town.app.config.tokens.history).await;
    jobs::clean::run(town.app.clone()).await.unwrap();
    assert_eq!(kept(&town).await, [""; 0]);
    town.close().await;
}

/// What was read before is read again by nobody, and what somebody else reads is nobody else's.
#[tokio::test]
async fn everybody_has_a_list_of_their_own() {
    let town = Town::new().await;
    let (mut khai, mut an) = (signed_in(&town, "khai").await, signed_in(&town, "an").await);
    town.rp("portal").tokens(&mut khai, &[]).await;
    town.rp("clinic").tokens(&mut an, &[]).await;
    for _ in 0..2 {
        assert_eq!(ids(&mut khai, "/account/history").await, ["portal"]);
        assert_eq!(ids(&mut an, "/account/history").await, ["clinic"]);
        town.live(Duration::from_secs(3 * DAY)).await;
        sign_in(&mut khai, "khai").await;
        sign_in(&mut an, "an").await;
    }
    assert_eq!(kept(&town).await.len(), 2);
    town.leave().await;
}

/// A service that is no more stands there under its identifier, and not under another one's name.
#[tokio::test]
async fn a_service_of_former_times_can_be_chosen() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    town.apply(&desk("Former")).await;
    town.rp("desk").tokens(&mut browser, &[]).await;
    town.live(Duration::from_secs(500 * DAY)).await;
    town.try_apply(DECLARATION, true).await.unwrap();
    town.apply(&desk("Present")).await;
    let mut browser = signed_in(&town, "khai").await;
    let choices = choices(&mut browser, "/account/history").await;
    assert!(choices.len() == 1 && choices[0].1.contains("no longer connected (desk)"), "{choices:?}");
    town.leave().await;
}

/// "which service, which claims, for which purpose, when, from which device": also where the sign-in is not on the page; and
/// what a service says today is not what it said then.
#[tokio::test]
async fn a_disclosure_names_its_purpose_and_its_device() {
    let town = Town::new().await;
    let mut browser = on_a_phone(&town, "khai").await;
    town.clock.pass(Duration::from_secs(60));
    town.rp("portal").tokens(&mut browser, &[]).await;
    town.clock.pass(Duration::from_secs(60));
    town.apply(&DECLARATION.replace("filling in your form", "checking your form")).await;
    town.clock.pass(Duration::from_secs(60));
    town.rp("portal").tokens(&mut browser, &[]).await;
    let (then, now) = ("Purpose: filling in your form", "Purpose: checking your form");
    for url in ["/account/history", "/account/history?client=portal", "/account/history?client=portal&month=2026-11"] {
        let page = browser.open(url).await;
        let items = page.body.split("<li class=\"row\">").skip(1);
        let received: Vec<&str> = items.filter(|item| item.contains("Received")).collect();
        assert_eq!(received.len(), 2, "{url}: {}", page.body);
        assert!(received[0].contains(now) && received[1].contains(then), "{url}: {received:?}");
        assert!(received.iter().all(|line| line.contains("<small>Chrome · Android</small>")), "{url}: {received:?}");
    }
    let page = browser.open("/account/history?lang=vi").await;
    assert!(page.body.contains("Mục đích: điền sẵn tờ khai"), "{}", page.body);
    town.leave().await;
}
