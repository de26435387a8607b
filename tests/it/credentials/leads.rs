//! Between a sign-in with a password and where it leads: "After a password sign-in people are offered a passkey, once, and can
//! say never"; "who signs in with a shorter one is led to a second factor, a passkey or a longer one, and can put it off until a
//! date that the operator sets".

use std::time::Duration;

use motcua::base::day::Day;
use motcua::config::Config;
use motcua::identity::credential::password;
use motcua::identity::credential::workspace::Workspace;

use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;
use crate::town::code;
use crate::town::from_base32;

/// Eleven characters: too few alone, enough beside a second factor.
pub const SHORT: &str = "river stone";
/// Too few in any case.
pub const TINY: &str = "kx3 vw7";
const LONG: &str = "another horse battery staple";
const DAY: Duration = Duration::from_secs(86_400);

/// Whoever has a password that was hashed elsewhere may have a short one.
pub async fn moved(town: &Town, name: &str, typed: &str) {
    let cost = town.app.config.passwords.cost();
    let phc = password::hash(typed, [7; 16], cost, None, &mut Workspace::default()).unwrap().phc;
    town.apply(&format!("[[people]]\nuser_name = \"{name}\"\npassword_hash = '{phc}'\n")).await;
}

/// Where a sign-in leads in a browser whose script says that it can make a passkey.
pub async fn sign_in(town: &Town, browser: &mut Browser, name: &str, typed: &str) -> Page {
    let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    browser.fill(&page, &[("username", name), ("password", typed), ("makes", "1")]).await
}

fn ends(page: &Page) -> bool {
    page.parameter("code").is_some()
}

#[track_caller]
fn is_lead(page: &Page, words: &str) {
    assert!(page.path() == "/login/lead" && page.body.contains(words), "{} {}", page.url, page.body);
}

const OFFER: &str = "Sign in without a password next time?";

#[tokio::test]
async fn a_passkey_is_offered_once_in_each_browser_and_never_to_who_says_never() {
    let town = Town::new().await;
    let mut known = town.browser().speaking("en");
    let page = sign_in(&town, &mut known, "khai", PASSWORD).await;
    is_lead(&page, OFFER);
    let done = known.fill(&page, &[("choice", "later")]).await;
    assert!(ends(&done), "not now: the service gets its code: {}", done.body);
    assert!(ends(&sign_in(&town, &mut known, "khai", PASSWORD).await), "offered here before");
    assert!(ends(&sign_in(&town, &mut town.browser(), "khai", PASSWORD).await), "and elsewhere a moment ago");
    town.clock.pass(31 * DAY);
    town.heartbeat().await;
    assert!(ends(&sign_in(&town, &mut known, "khai", PASSWORD).await), "offered here before, however long ago");
    let mut other = town.browser().speaking("en");
    let page = sign_in(&town, &mut other, "khai", PASSWORD).await;
    is_lead(&page, OFFER);
    assert!(ends(&other.fill(&page, &[("choice", "never")]).await));
    town.clock.pass(400 * DAY);
    town.heartbeat().await;
    assert!(ends(&sign_in(&town, &mut town.browser(), "khai", PASSWORD).await), "never is never");
    town.leave().await;
}

/// "It may add nothing to SSO": the offer is between the password and the service for which it was typed.
#[tokio::test]
async fn an_offer_that_nobody_answers_holds_nobody_up() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "khai", PASSWORD).await;
    is_lead(&page, OFFER);
    assert!(ends(&browser.open(&town.rp("portal").url(&[])).await), "another tab");
    assert!(ends(&browser.open(&town.rp("portal").url(&[("prompt", "none")])).await));
    assert_eq!(browser.open("/account").await.path(), "/account");
    is_lead(&browser.open(&page.url).await, OFFER);
    assert!(ends(&browser.fill(&page, &[("choice", "later")]).await));
    let again = browser.fill(&page, &[("choice", "later")]).await;
    assert!(ends(&again), "the same form once more: {}", again.body);
    assert!(ends(&browser.open(&page.url).await), "the page once more");
    town.leave().await;
}

/// Without a script, and for who has a passkey, there is no offer.
#[tokio::test]
async fn nothing_is_offered_to_who_can_make_none_or_has_one() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    assert!(page.body.contains("<input type=\"hidden\" name=\"makes\">"), "the script fills it in: {}", page.body);
    assert!(ends(&browser.sign_in(&page, "khai").await));
    let mut device = Device::new();
    browser.enrol(&mut device).await;
    let page = sign_in(&town, &mut browser, "khai", PASSWORD).await;
    assert_eq!(page.path(), "/login/code", "{}", page.body);
    assert!(ends(&browser.use_passkey(&page, &mut device).await));
    town.leave().await;
}

/// What a device makes for the offer, on its way: the challenge comes from where the page's script asks for it.
async fn made(browser: &mut Browser, page: &Page, device: &mut Device) -> [String; 2] {
    let (options, ceremony) = browser.challenge_to_make(page).await;
    [ceremony, device.make(&options)]
}

#[tokio::test]
async fn a_passkey_that_is_made_leads_on_and_one_that_fails_loses_nothing() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "khai", PASSWORD).await;
    let mut faulty = Device::new();
    faulty.truncated = 3;
    let [ceremony, broken] = made(&mut browser, &page, &mut faulty).await;
    let again = browser.fill(&page, &[("ceremony", &ceremony), ("passkey", &broken)]).await;
    assert!(again.status == 400 && again.body.contains("did not confirm the passkey"), "{}", again.body);
    let mut device = Device::new();
    let [ceremony, passkey] = made(&mut browser, &again, &mut device).await;
    let fields = [("ceremony", ceremony.as_str()), ("passkey", passkey.as_str())];
    let done = browser.fill(&again, &fields).await;
    assert!(ends(&done), "{}", done.body);
    assert!(ends(&browser.fill(&again, &fields).await), "the same form once more");
    assert!(browser.open("/account/security").await.body.contains("My passkey"));
    let mut other = town.browser();
    let page = other.open(&town.rp("portal").url(&[])).await;
    assert!(ends(&other.use_passkey(&page, &mut device).await), "and it signs in");
    town.leave().await;
}

#[tokio::test]
async fn who_comes_by_themselves_is_offered_the_same_and_gets_where_they_wanted() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in?to=account").await;
    let page = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD), ("makes", "1")]).await;
    assert!(page.path() == "/sign-in/lead" && page.body.contains(OFFER), "{}", page.body);
    let [ceremony, passkey] = made(&mut browser, &page, &mut Device::new()).await;
    let fields = [("ceremony", ceremony.as_str()), ("passkey", passkey.as_str())];
    assert_eq!(browser.fill(&page, &fields).await.path(), "/account");
    assert_eq!(browser.fill(&page, &fields).await.path(), "/account", "the same form once more");
    town.leave().await;
}

/// NIST SP 800-63B-4 §3.1.1.2: fewer than 15 characters do not stand alone. Nobody learns it before the password is right.
#[tokio::test]
async fn a_short_password_leads_to_three_ways_and_can_be_put_off_without_a_date() {
    let town = Town::new().await;
    moved(&town, "ngan", SHORT).await;
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "ngan", "river ston").await;
    assert!(page.path() == "/login" && !page.body.contains("too short"), "{}", page.body);
    for _ in 0..2 {
        let page = sign_in(&town, &mut browser, "ngan", SHORT).await;
        is_lead(&page, "needs at least 15 characters");
        for way in ["id=\"make-passkey\"", "id=\"app\"", "id=\"longer\"", "id=\"later\""] {
            assert!(page.body.contains(way), "{way}: {}", page.body);
        }
        assert!(!page.body.contains("id=\"never\""));
        assert!(ends(&browser.fill(&page, &[("choice", "later")]).await));
    }
    let page = sign_in(&town, &mut browser, "khai", PASSWORD).await;
    is_lead(&page, OFFER);
    town.leave().await;
}

/// The page that a link of the choice leads to.
async fn choose(browser: &mut Browser, page: &Page, id: &str) -> Page {
    let link = page.body.split(&format!("id=\"{id}\" href=\"")).nth(1).unwrap().split('"').next().unwrap();
    browser.open(&link.replace("&#38;", "&").replace("&amp;", "&")).await
}

#[tokio::test]
async fn each_way_ends_it_on_the_spot_and_for_good() {
    let town = Town::new().await;
    for name in ["ngan", "bich", "cuc"] {
        moved(&town, name, SHORT).await;
    }
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "ngan", SHORT).await;
    let form = choose(&mut browser, &page, "longer").await;
    let refused = browser.fill(&form, &[("current", SHORT), ("new", "river stones")]).await;
    assert!(refused.status == 400 && refused.body.contains("at least 15 characters"), "{}", refused.body);
    let refused = browser.fill(&refused, &[("current", "wrong"), ("new", LONG)]).await;
    assert!(refused.body.contains("current password is not right"), "{}", refused.body);
    let done = browser.fill(&refused, &[("current", SHORT), ("new", LONG)]).await;
    assert!(ends(&done), "{}", done.body);
    let page = sign_in(&town, &mut browser, "ngan", LONG).await;
    is_lead(&page, OFFER);

    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "bich", SHORT).await;
    let form = choose(&mut browser, &page, "app").await;
    let key = form.body.split("id=\"secret\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let secret = from_base32(&key);
    let wrong = browser.fill(&form, &[("otp", "000000")]).await;
    assert!(wrong.status == 400 && wrong.body.contains(&key[..4]), "the same app once more: {}", wrong.body);
    let done = browser.fill(&wrong, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert!(ends(&done), "{}", done.body);
    town.clock.pass(Duration::from_secs(60));
    let page = sign_in(&town, &mut browser, "bich", SHORT).await;
    let page = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    is_lead(&page, OFFER);

    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "cuc", SHORT).await;
    let mut device = Device::new();
    let [ceremony, passkey] = made(&mut browser, &page, &mut device).await;
    assert!(ends(&browser.fill(&page, &[("ceremony", &ceremony), ("passkey", &passkey)]).await));
    let page = sign_in(&town, &mut browser, "cuc", SHORT).await;
    assert!(ends(&browser.use_passkey(&page, &mut device).await), "eleven characters beside a passkey");
    town.leave().await;
}

/// The same: 8 characters are the least beside another factor, so that none would make up for seven.
#[tokio::test]
async fn a_password_that_no_factor_makes_up_for_leads_to_a_longer_one_alone() {
    let town = Town::new().await;
    moved(&town, "ngan", TINY).await;
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "ngan", TINY).await;
    is_lead(&page, "needs at least 15 characters");
    assert!(!page.body.contains("id=\"app\"") && !page.body.contains("make-passkey"), "{}", page.body);
    let form = choose(&mut browser, &page, "longer").await;
    assert!(ends(&browser.fill(&form, &[("current", TINY), ("new", LONG)]).await));
    town.leave().await;
}

async fn with_date(day: &str) -> Town {
    let day = Day::parse(day);
    assert!(day.is_some());
    Town::with(|config| config.passwords.short_until = day).await
}

#[test]
fn the_date_is_a_day_and_what_is_none_is_refused_by_its_name() {
    let read = |day: &str, environment: &[(&str, &str)]| {
        let text = format!("[server]\nissuer = \"https://id.example\"\n[passwords]\nshort_until = \"{day}\"\n");
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::read(&text, environment).map_err(|error| error.to_string())
    };
    let config = read("2027-06-30", &[]).unwrap();
    assert_eq!(config.passwords.short_until, Day::parse("2027-06-30"));
    assert!(config.print().contains("short_until = \"2027-06-30\""), "{}", config.print());
    let config = read("2027-06-30", &[("MOTCUA__PASSWORDS__SHORT_UNTIL", "2027-07-31")]).unwrap();
    assert_eq!(config.passwords.short_until, Day::parse("2027-07-31"));
    let error = read("30/06/2027", &[]).unwrap_err();
    assert!(error.contains("passwords.short_until") && error.contains("2027-06-30"), "{error}");
}

#[tokio::test]
async fn after_the_date_a_sign_in_goes_on_only_when_one_of_the_ways_is_done() {
    let town = with_date("2026-11-25").await;
    moved(&town, "ngan", SHORT).await;
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "ngan", SHORT).await;
    is_lead(&page, "until 25/11/2026");
    assert!(ends(&browser.fill(&page, &[("choice", "later")]).await), "the date has not come");
    town.clock.pass(2 * DAY);
    town.heartbeat().await;

    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "ngan", SHORT).await;
    is_lead(&page, "Please do this now");
    assert!(!page.body.contains("id=\"later\""), "{}", page.body);
    for choice in ["later", "never", ""] {
        let again = browser.fill(&page, &[("choice", choice)]).await;
        assert!(again.path() == "/login/lead" && !ends(&again), "{choice}: {}", again.url);
    }
    // No way round: nobody is signed in yet.
    assert_eq!(browser.open(&town.rp("portal").url(&[])).await.path(), "/login");
    let silent = browser.open(&town.rp("portal").url(&[("prompt", "none")])).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
    for path in ["/account", "/account/history", "/consents"] {
        assert!(browser.open(path).await.path().starts_with("/sign-in"), "{path}");
    }
    let form = choose(&mut browser, &page, "longer").await;
    let done = browser.fill(&form, &[("current", SHORT), ("new", LONG)]).await;
    assert!(ends(&done), "{}", done.body);
    assert_eq!(browser.open("/account").await.path(), "/account");
    assert!(ends(&browser.open(&town.rp("portal").url(&[("prompt", "none")])).await));
    town.leave().await;
}

#[tokio::test]
async fn after_the_date_who_comes_by_themselves_is_held_up_as_well_and_can_leave() {
    let town = with_date("2026-11-01").await;
    moved(&town, "ngan", SHORT).await;
    let mut browser = town.browser().speaking("en");
    let own = async |browser: &mut Browser| {
        let page = browser.open("/sign-in?to=account").await;
        browser.fill(&page, &[("username", "ngan"), ("password", SHORT)]).await
    };
    let page = own(&mut browser).await;
    assert!(page.path() == "/sign-in/lead" && page.body.contains("Please do this now"), "{}", page.body);
    assert_eq!(browser.fill(&page, &[("choice", "later")]).await.path(), "/sign-in/lead");
    assert_eq!(browser.open("/account").await.path(), "/sign-in");
    let leaving = browser.open("/logout/confirm").await;
    browser.fill(&leaving, &[]).await;
    assert_ne!(browser.open("/sign-in/lead?to=account").await.path(), "/sign-in/lead", "signed out");
    let page = own(&mut browser).await;
    let form = choose(&mut browser, &page, "longer").await;
    assert_eq!(browser.fill(&form, &[("current", SHORT), ("new", LONG)]).await.path(), "/account");
    town.leave().await;
}

/// Who sat before the page for too long proves once more who they are, and loses nothing else.
#[tokio::test]
async fn a_page_that_stood_open_for_too_long_asks_for_the_password_and_leads_on() {
    let town = with_date("2026-11-01").await;
    moved(&town, "ngan", SHORT).await;
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "ngan", SHORT).await;
    let form = choose(&mut browser, &page, "longer").await;
    town.clock.pass(Duration::from_secs(16 * 60));
    town.heartbeat().await;
    let page = browser.fill(&form, &[("current", SHORT), ("new", LONG)]).await;
    assert_eq!(page.path(), "/login", "{}", page.body);
    let page = browser.fill(&page, &[("username", "ngan"), ("password", SHORT)]).await;
    is_lead(&page, "Please do this now");
    let form = choose(&mut browser, &page, "longer").await;
    assert!(ends(&browser.fill(&form, &[("current", SHORT), ("new", LONG)]).await));
    town.leave().await;
}

/// Somebody else who signed in in this browser since answers nothing for the person who was asked.
#[tokio::test]
async fn an_answer_counts_for_whom_the_page_was_made_for() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = sign_in(&town, &mut browser, "khai", PASSWORD).await;
    let other = sign_in(&town, &mut browser, "an", PASSWORD).await;
    is_lead(&other, OFFER);
    browser.fill(&page, &[("choice", "never")]).await;
    assert!(ends(&browser.fill(&other, &[("choice", "later")]).await));
    is_lead(&sign_in(&town, &mut town.browser().speaking("en"), "khai", PASSWORD).await, OFFER);
    town.leave().await;
}
