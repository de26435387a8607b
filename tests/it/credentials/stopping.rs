//! "Every change of a credential is told on every verified channel, with a link that stops it": from the mail that arrived.

use std::time::Duration;

use crate::letters::KHAI;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const NEW: &str = "a quiet river at night";
/// What lies so far apart is in one order by the clock of every replica.
pub const APART: Duration = Duration::from_secs(11);

/// A thief in Khai's account, and Khai elsewhere; the letters about both devices are read.
pub async fn thief(town: &Town) -> (Browser, Browser) {
    let (mut own, mut thief) = (town.browser().speaking("en"), town.browser().speaking("en"));
    for browser in [&mut own, &mut thief] {
        town.rp("portal").code(browser, &[]).await;
        town.mailbox().next_for(KHAI).await;
    }
    town.clock.pass(APART);
    (own, thief)
}

/// Follows the link of the next letter, in a browser where nobody is, and confirms.
pub async fn stop(town: &Town) -> (Browser, Page, Page) {
    let link = town.mailbox().next_for(KHAI).await.link();
    follow(town, &link).await
}

pub async fn follow(town: &Town, link: &str) -> (Browser, Page, Page) {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(link).await;
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
    town.clock.pass(APART);
    thief.enrol(&mut second).await;
    let (mut browser, page, _) = stop(&town).await;
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    let uses = async |device: &mut Device| {
        let mut browser = town.browser().speaking("en");
        let page = browser.open("/sign-in").await;
        browser.use_passkey(&page, device).await.path() == "/"
    };
    assert!(!uses(&mut second).await && uses(&mut first).await);
    assert!(browser.fill(&page, &[]).await.body.contains("It is stopped already"), "twice");
    assert_eq!(stopped(&town).await, 1, "and nobody is signed out again");
    town.leave().await;
}

/// A thief goes on at a replica whose clock is behind: the letter of what came first stops what came after it.
#[tokio::test]
async fn what_followed_at_a_replica_that_is_behind_is_stopped() {
    let town = Town::with_post(|_| {}).await;
    let (_, mut thief) = thief(&town).await;
    let behind = town.replica_behind(Duration::from_secs(3)).await;
    let page = thief.open("/account/password").await;
    thief.fill(&page, &[("current", PASSWORD), ("new", NEW)]).await;
    let link = town.mailbox().next_for(KHAI).await.link();
    let mut there = behind.browser_like(&thief);
    let mut device = Device::new();
    there.enrol(&mut device).await;
    follow(&town, &link).await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.use_passkey(&page, &mut device).await.path(), "/sign-in");
    assert!(!opens(&town, NEW).await);
    town.leave().await;
}

#[tokio::test]
async fn an_app_and_recovery_codes_go_as_a_whole() {
    let town = Town::with_post(|_| {}).await;
    let (_, mut thief) = thief(&town).await;
    thief.add_app(town.app.clock.now()).await;
    let app = town.mailbox().next_for(KHAI).await.link();
    town.clock.pass(APART);
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
async fn another_password_opens_nothing() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = thief(&town).await;
    let page = thief.open("/account/password").await;
    thief.fill(&page, &[("current", PASSWORD), ("new", NEW)]).await;
    let (_, _, stopped) = stop(&town).await;
    assert!(stopped.body.contains("href=\"/recovery\"") && has_begun(&stopped), "{}", stopped.body);
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    assert!(!opens(&town, NEW).await && !opens(&town, PASSWORD).await);
    town.leave().await;
}

/// A thief changes the password twice: the first letter's link stops both, and what it says of itself is so.
#[tokio::test]
async fn whatever_was_set_since_goes_with_what_a_letter_tells_of() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = thief(&town).await;
    let page = thief.open("/account/password").await;
    thief.fill(&page, &[("current", PASSWORD), ("new", NEW)]).await;
    let first = town.mailbox().next_for(KHAI).await.link();
    town.clock.pass(Duration::from_secs(1));
    let confirm = page.hidden_value("confirm");
    let third = [("confirm", confirm.as_str()), ("current", NEW), ("new", "a third quiet river")];
    thief.submit("/account/password", &third).await;
    town.clock.pass(Duration::from_secs(1));
    let second = town.mailbox().next_for(KHAI).await.link();
    let (mut browser, _, stopped_at_once) = follow(&town, &first).await;
    assert!(stopped_at_once.body.contains("href=\"/recovery\""), "{}", stopped_at_once.body);
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    assert!(!opens(&town, "a third quiet river").await && !opens(&town, NEW).await);

    town.clock.pass(Duration::from_secs(1));
    let now = town.app.clock.now();
    let password = motcua::base::secret::Secret::new(PASSWORD.to_owned());
    motcua::flows::admin::people::set_password(&town.app, "khai", password, now).await.unwrap().unwrap().unwrap();
    let page = browser.open(&second).await;
    assert!(page.body.contains("It is stopped already"), "with the first one's: {}", page.body);
    assert!(opens(&town, PASSWORD).await, "what came after stays");
    assert_eq!(stopped(&town).await, 1);
    town.leave().await;
}

/// An app that was added, removed and added again is not what it was; its letter's link stops it all the same.
#[tokio::test]
async fn what_was_added_again_is_stopped_by_the_first_letter() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = thief(&town).await;
    thief.add_app(town.app.clock.now()).await;
    let first = town.mailbox().next_for(KHAI).await.link();
    town.clock.pass(Duration::from_secs(31));
    let page = thief.open("/account/totp").await;
    thief.fill(&page, &[]).await;
    town.clock.pass(Duration::from_secs(31));
    thief.add_app(town.app.clock.now()).await;
    let left = "SELECT kind FROM authenticators";
    assert_eq!(crate::store::texts(&town.app.db, left.into()).await, ["totp"]);
    follow(&town, &first).await;
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    assert!(crate::store::texts(&town.app.db, left.into()).await.is_empty());
    town.leave().await;
}

/// A password that is hashed anew at a sign-in is the same one, set when it was.
#[tokio::test]
async fn a_password_that_was_hashed_anew_is_stopped() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = thief(&town).await;
    let page = thief.open("/account/password").await;
    thief.fill(&page, &[("current", PASSWORD), ("new", NEW)]).await;
    let set = "SELECT CAST(updated_at AS TEXT) FROM credentials ORDER BY updated_at DESC LIMIT 1";
    let before = crate::store::texts(&town.app.db, set.into()).await;
    town.clock.pass(Duration::from_secs(60));
    let now = town.app.clock.now();
    let (db, khai) = (&town.app.db, crate::letters::khai(&town).await);
    let was = motcua::store::credentials::password(db, khai).await.unwrap().unwrap();
    let dearer = motcua::identity::credential::password::StoredPassword { phc: format!("{} ", was.phc), ..was.clone() };
    let mut tx = db.begin().await.unwrap();
    assert!(motcua::store::credentials::replace_password(&mut tx, khai, &was, &dearer).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(crate::store::texts(db, set.into()).await, before, "{now}");
    stop(&town).await;
    assert!(is_out(&mut thief).await && is_out(&mut own).await);
    assert!(motcua::store::credentials::password(db, khai).await.unwrap().is_none());
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
    for late in [browser.open(&link).await, browser.fill(&page, &[]).await] {
        assert!(late.body.contains("This can no longer be stopped"), "{}", late.body);
        assert!(late.body.contains("href=\"/recovery\"") && !late.body.contains("It is stopped"), "{}", late.body);
    }
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
    town.mailbox().next_for(KHAI).await;
    town.clock.pass(Duration::from_secs(1));
    own.enrol(&mut second).await;
    let about_the_second = town.mailbox().next_for(KHAI).await.link();
    shut(&town).await;
    remove_the_first(&mut own).await;
    let left = "SELECT kind FROM authenticators ORDER BY kind";
    assert_eq!(crate::store::texts(&town.app.db, left.into()).await, ["passkey"]);
    let (mut browser, page, stopped) = follow(&town, &about_the_second).await;
    assert!(has_begun(&stopped), "{}", stopped.body);
    assert!(crate::store::texts(&town.app.db, left.into()).await.is_empty());
    assert!(has_begun(&browser.fill(&page, &[]).await), "the same once more");
    let began = town.audit().await.iter().filter(|(act, ..)| act == "recovery_began").count();
    assert_eq!(began, 1);
    town.leave().await;
}

/// Removes the passkey that comes first on the page.
pub async fn remove_the_first(browser: &mut Browser) -> Page {
    let page = browser.open("/account/security").await;
    let page = browser.open(&page.passkeys()[0]).await;
    let (confirm, id) = (page.hidden_value("confirm"), page.hidden_value("id"));
    let change = [("confirm", &*confirm), ("id", &*id), ("action", "remove"), ("name", "")];
    browser.submit("/account/passkeys/change", &change).await
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

/// A known browser is written of to nobody, and has tries of its own: a thief's is known no more, nor is it by an operator's password.
#[tokio::test]
async fn the_browser_of_whoever_did_it_is_forgotten() {
    let town = Town::with_post(|_| {}).await;
    let (_, mut thief) = thief(&town).await;
    let khai = crate::letters::khai(&town).await;
    let forgotten = async || motcua::store::people::devices_forgotten(&town.app.db, khai).await.unwrap();
    let page = thief.open("/account/password").await;
    thief.fill(&page, &[("current", PASSWORD), ("new", NEW)]).await;
    assert_eq!(forgotten().await, 0);
    stop(&town).await;
    assert_eq!(forgotten().await, 1);

    town.clock.pass(Duration::from_secs(60));
    let now = town.app.clock.now();
    let password = motcua::base::secret::Secret::new(NEW.to_owned());
    motcua::flows::admin::people::set_password(&town.app, "khai", password, now).await.unwrap().unwrap().unwrap();
    assert_eq!(forgotten().await, 2);
    while town.mailbox().try_next_for(KHAI).await.is_some() {}
    let page = thief.open("/sign-in").await;
    thief.fill(&page, &[("username", "khai"), ("password", NEW)]).await;
    let told = town.mailbox().next_for(KHAI).await;
    assert!(told.subject.contains("thiết bị mới"), "{}", told.subject);

    town.apply(&crate::town::DECLARATION.replacen("Nguyễn Thị Minh Khai", "Khai", 1)).await;
    assert_eq!(forgotten().await, 3, "the file says another password than she has");
    town.apply(&crate::town::DECLARATION.replacen("Nguyễn Thị Minh Khai", "Minh Khai", 1)).await;
    assert_eq!(forgotten().await, 3, "the same");
    town.leave().await;
}
