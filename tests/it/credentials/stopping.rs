//! "Every change of a credential is told on every verified channel, with a link that stops it": from the mail that arrived.

use std::time::Duration;

use crate::letters::KHAI;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const NEW: &str = "a quiet river at night";

/// A thief in Khai's account, and Khai elsewhere; the letters about both devices are read.
async fn thief(town: &Town) -> (Browser, Browser) {
    let (mut own, mut thief) = (town.browser().speaking("en"), town.browser().speaking("en"));
    for browser in [&mut own, &mut thief] {
        town.rp("portal").code(browser, &[]).await;
        town.mailbox().next_for(KHAI).await;
    }
    (own, thief)
}

/// Follows the link of the next letter, in a browser where nobody is, and confirms.
async fn stop(town: &Town) -> (Browser, Page, Page) {
    let link = town.mailbox().next_for(KHAI).await.link();
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&link).await;
    assert!(page.body.contains("If it was not you, stop it"), "{}", page.body);
    let stopped = browser.fill(&page, &[]).await;
    assert!(stopped.body.contains("It is stopped"), "{}", stopped.body);
    (browser, page, stopped)
}

async fn is_out(browser: &mut Browser) -> bool {
    browser.open("/account/security").await.path() == "/sign-in"
}

async fn opens(town: &Town, password: &str) -> bool {
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    browser.fill(&page, &[("username", "khai"), ("password", password)]).await.path() != "/sign-in"
}

/// Whether the page says that the way back in has begun.
fn has_begun(page: &Page) -> bool {
    page.body.contains("the last that opened your account") && page.body.contains("Come back after")
}

async fn stopped(town: &Town) -> usize {
    town.audit().await.iter().filter(|(act, ..)| act == "change_stopped").count()
}

#[tokio::test]
async fn a_passkey_that_was_added_opens_nothing_and_every_session_ends() {
    let town = Town::with_post(|_| {}).await;
    let ((mut own, mut thief), mut first, mut second) = (thief(&town).await, Device::new(), Device::new());
    own.enrol(&mut first).await;
    town.mailbox().next_for(KHAI).await;
    town.clock.pass(Duration::from_secs(1));
    thief.enrol(&mut second).await;
    let (mut browser, page, _) = stop(&town).await;
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    let uses = async |device: &mut Device| {
        let mut browser = town.browser().speaking("en");
        let page = browser.open("/sign-in").await;
        browser.use_passkey(&page, device).await.path() == "/"
    };
    assert!(!uses(&mut second).await && uses(&mut first).await);
    assert!(browser.fill(&page, &[]).await.body.contains("It is stopped"), "twice");
    assert_eq!(stopped(&town).await, 1, "and nobody is signed out again");
    town.leave().await;
}

#[tokio::test]
async fn an_app_and_recovery_codes_go_as_a_whole() {
    let town = Town::with_post(|_| {}).await;
    let (_, mut thief) = thief(&town).await;
    thief.add_app(town.app.clock.now()).await;
    let app = town.mailbox().next_for(KHAI).await.link();
    let page = thief.open("/account/recovery-codes").await;
    thief.fill(&page, &[]).await;
    stop(&town).await;
    let left = "SELECT kind FROM authenticators ORDER BY kind";
    assert_eq!(crate::store::texts(&town.app.db, left.into()).await, ["totp"]);
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&app).await;
    browser.fill(&page, &[]).await;
    assert!(crate::store::texts(&town.app.db, left.into()).await.is_empty());
    assert!(opens(&town, PASSWORD).await);
    town.leave().await;
}

/// A password that somebody else chose opens nothing; the way back in is told.
#[tokio::test]
async fn another_password_opens_nothing_and_one_of_later_stays() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = thief(&town).await;
    let page = thief.open("/account/password").await;
    thief.fill(&page, &[("current", PASSWORD), ("new", NEW)]).await;
    let (_, _, stopped) = stop(&town).await;
    assert!(stopped.body.contains("href=\"/recovery\"") && has_begun(&stopped), "{}", stopped.body);
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    assert!(!opens(&town, NEW).await && !opens(&town, PASSWORD).await);

    let now = town.app.clock.now();
    let password = motcua::base::secret::Secret::new(PASSWORD.to_owned());
    motcua::flows::admin::people::set_password(&town.app, "khai", password, now).await.unwrap().unwrap().unwrap();
    let page = {
        town.rp("portal").code(&mut own, &[]).await;
        own.open("/account/password").await
    };
    town.clock.pass(Duration::from_secs(1));
    own.fill(&page, &[("current", PASSWORD), ("new", NEW)]).await;
    assert!(town.mailbox().next_for(KHAI).await.text.contains("asked to recover"), "the way back is told of as any is");
    let former = loop {
        let mail = town.mailbox().next_for(KHAI).await;
        if mail.text.contains("password was changed") {
            break mail.link();
        }
    };
    town.clock.pass(Duration::from_secs(1));
    own.submit(
        "/account/password",
        &[("confirm", &page.hidden_value("confirm")), ("current", NEW), ("new", "a third quiet river")],
    )
    .await;
    let page = town.browser().speaking("en").open(&former).await;
    assert!(page.body.contains("It is stopped"), "a password that is another by now: {}", page.body);
    assert!(opens(&town, "a third quiet river").await);
    town.leave().await;
}

/// Whoever finds an old letter stops nothing.
#[tokio::test]
async fn a_link_is_over_after_a_week() {
    let town = Town::with_post(|_| {}).await;
    let (_, mut thief) = thief(&town).await;
    thief.add_app(town.app.clock.now()).await;
    let link = town.mailbox().next_for(KHAI).await.link();
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&link).await;
    town.clock.pass(Duration::from_secs(7 * 86_400));
    assert!(browser.open(&link).await.body.contains("It is stopped"));
    browser.fill(&page, &[]).await;
    assert_eq!(stopped(&town).await, 0);
    town.leave().await;
}

/// What was removed does not come back; who removed it is out.
#[tokio::test]
async fn a_removal_ends_every_session() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = thief(&town).await;
    own.add_app(town.app.clock.now()).await;
    town.mailbox().next_for(KHAI).await;
    let page = thief.open("/account/totp").await;
    thief.fill(&page, &[]).await;
    stop(&town).await;
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    town.leave().await;
}

/// "never the last one": of what a link takes back nothing is asked, for it may be a thief's; but nobody is left outside.
#[tokio::test]
async fn who_is_left_without_a_way_in_gets_one_back() {
    let town = Town::with_post(|_| {}).await;
    let ((mut own, _), mut first, mut second) = (thief(&town).await, Device::new(), Device::new());
    own.enrol(&mut first).await;
    town.clock.pass(Duration::from_secs(1));
    own.enrol(&mut second).await;
    let _about_the_first = town.mailbox().next_for(KHAI).await;
    shut(&town).await;
    let page = own.open("/account/security").await;
    let of_the_first =
        page.body.split("href=\"/account/passkeys/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = own.open(&format!("/account/passkeys/{of_the_first}")).await;
    let removal = format!("{}/remove", page.action());
    let fields = [("confirm", page.hidden_value("confirm"))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    own.submit(&removal, &fields).await;
    let left = "SELECT kind FROM authenticators ORDER BY kind";
    assert_eq!(crate::store::texts(&town.app.db, left.into()).await, ["passkey"]);
    let (mut browser, page, stopped) = stop(&town).await; // the letter about the second
    assert!(has_begun(&stopped), "{}", stopped.body);
    assert!(crate::store::texts(&town.app.db, left.into()).await.is_empty());
    assert!(has_begun(&browser.fill(&page, &[]).await), "the same once more");
    let began = town.audit().await.iter().filter(|(act, ..)| act == "recovery_began").count();
    assert_eq!(began, 1);
    town.leave().await;
}

/// A hundred wrong tries, which any stranger can make, shut a password: it is no way in that is left.
async fn shut(town: &Town) {
    let khai = crate::letters::khai(town).await;
    for _ in 0..motcua::identity::credential::MOST_FAILURES {
        motcua::store::credentials::fail(&town.app.db, khai).await.unwrap();
    }
}

#[tokio::test]
async fn a_link_about_a_removal_ends_sessions_once() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = thief(&town).await;
    own.add_app(town.app.clock.now()).await;
    town.mailbox().next_for(KHAI).await;
    let page = thief.open("/account/totp").await;
    thief.fill(&page, &[]).await;
    let (mut browser, page, _) = stop(&town).await;
    town.rp("portal").code(&mut own, &[]).await;
    assert!(!is_out(&mut own).await);
    assert!(browser.fill(&page, &[]).await.body.contains("It is stopped"));
    assert!(!is_out(&mut own).await, "whoever finds the letter signs nobody out again");
    assert_eq!(stopped(&town).await, 1);
    town.leave().await;
}
