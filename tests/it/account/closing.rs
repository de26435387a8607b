//! "closing the account, with 30 days to think again".

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use motcua::config::people::People;
use motcua::flows::admin::people;
use motcua::jobs;
use motcua::parts::leaving;
use motcua::parts::letters::Channel;
use motcua::store::db::by_itself;
use uuid::Uuid;

use super::confirm;
use super::is_signed_in;
use super::on_a_phone;
use super::sign_in;
use super::signed_in;
use crate::store::abandoned::abandoned;
use crate::store::columns;
use crate::store::tables;
use crate::store::texts;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::ISSUER;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const DAY: Duration = Duration::from_secs(86_400);
/// When khai closes the account on the morning of 24 November 2026, it is closed on this day.
const LAST: &str = "24/12/2026";

async fn close(browser: &mut Browser) -> Page {
    let page = browser.open("/account/close").await;
    browser.fill(&page, &[("decision", "close")]).await
}

/// Somebody whose account closes signs in by themselves.
async fn come_back(town: &Town, name: &str) -> (Browser, Page) {
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    let page = browser.fill(&page, &[("username", name), ("password", PASSWORD)]).await;
    (browser, page)
}

async fn id_of(town: &Town, name: &str) -> Option<Uuid> {
    let shown = people::show(&town.app, name, town.app.clock.now()).await.unwrap();
    shown.map(|shown| shown.row.id)
}

async fn count(town: &Town, act: &str) -> usize {
    town.audit().await.iter().filter(|(found, ..)| found == act).count()
}

async fn close_what_is_due(town: &Town) {
    jobs::closing::run(Arc::clone(&town.app)).await.unwrap();
}

/// Tables in which something stands of a person.
async fn where_known(town: &Town, person: Uuid) -> Vec<String> {
    let db = &town.app.db;
    let (hex, mut found) = (person.simple().to_string(), Vec::new());
    for table in tables(db).await {
        let all = columns(db, &table).await;
        let column = if table == "people" {
            Some("id")
        } else {
            all.iter().find(|name| *name == "person_id").map(|_| "person_id")
        };
        let Some(column) = column else { continue };
        let sql = match crate::store::is_postgres(db) {
            true => format!("SELECT 'x' FROM {table} WHERE {column} = '{person}' LIMIT 1"),
            false => format!("SELECT 'x' FROM {table} WHERE hex({column}) = upper('{hex}') LIMIT 1"),
        };
        if !texts(db, sql).await.is_empty() {
            found.push(table);
        }
    }
    found
}

#[test]
fn there_are_thirty_days_to_think_again() {
    assert_eq!(*People::default().closing, 30 * DAY);
}

#[tokio::test]
async fn everything_ends_at_once_and_the_person_is_told_by_every_way() {
    let town = Town::with_post(|_| {}).await;
    let (mut here, mut there) = (signed_in(&town, "khai").await, on_a_phone(&town, "khai").await);
    while town.mailbox().try_next_for("khai@songlam.example").await.is_some() {}
    while town.phone().try_next_for("+84912000412").await.is_some() {}
    let clinic = town.rp("clinic").with_scope("openid offline_access");
    let tokens = clinic.tokens(&mut there, &[]).await;
    let page = here.open("/account").await;
    assert!(page.body.contains("href=\"/account/close\""), "{}", page.body);
    let page = close(&mut here).await;
    assert!(page.status == StatusCode::OK && page.body.contains(&format!("closes on {LAST}")), "{}", page.body);
    assert!(!is_signed_in(&mut here).await && !is_signed_in(&mut there).await);
    assert_eq!(clinic.refresh(tokens.refresh_token(), &[]).await.json()["error"], "invalid_grant");
    assert_eq!(clinic.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    let mail = town.mailbox().next_for("khai@songlam.example").await;
    assert!(mail.subject.contains(LAST) && mail.link() == format!("{ISSUER}/account/close"), "{mail:?}");
    let message = town.phone().next_for("+84912000412").await;
    assert!(message.contains(LAST) && message.contains("/account/close"), "{message}");
    assert_eq!((count(&town, "account_closing").await, count(&town, "signed_out").await), (1, 2));
    town.leave().await;
}

#[tokio::test]
async fn who_signs_in_meanwhile_is_told_and_keeps_the_account_by_one_button() {
    let town = Town::with_post(|_| {}).await;
    close(&mut signed_in(&town, "khai").await).await;
    town.clock.pass(29 * DAY);
    close_what_is_due(&town).await;
    let (mut browser, page) = come_back(&town, "khai").await;
    assert_eq!(page.path(), "/account/close");
    assert!(page.body.contains(&format!("closes on {LAST}")) && page.body.contains("Keep my account"), "{}", page.body);
    let page = browser.fill(&page, &[("decision", "keep")]).await;
    assert!(page.path() == "/account" && !page.body.contains(LAST), "{}", page.body);
    town.rp("portal").tokens(&mut browser, &[]).await;
    let history = browser.open("/account/history").await.body;
    for line in ["You asked to close your account", "You decided to keep your account"] {
        assert!(history.contains(line), "{line}");
    }
    town.clock.pass(2 * DAY);
    close_what_is_due(&town).await;
    sign_in(&mut browser, "khai").await;
    assert_eq!((count(&town, "account_kept").await, count(&town, "account_closed").await), (1, 0));
    town.leave().await;
}

/// The link of the letter leads whoever follows it, after a sign-in, to the button.
#[tokio::test]
async fn the_link_of_the_letter_leads_to_the_button() {
    let town = Town::with_post(|_| {}).await;
    let mut browser = signed_in(&town, "khai").await;
    while town.mailbox().try_next_for("khai@songlam.example").await.is_some() {}
    close(&mut browser).await;
    let link = town.mailbox().next_for("khai@songlam.example").await.link();
    let page = browser.open(&link).await;
    let page = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    let page = browser.fill(&page, &[("decision", "keep")]).await;
    assert_eq!(page.path(), "/account");
    assert_eq!(count(&town, "account_kept").await, 1);
    town.leave().await;
}

/// "can get no service's token meanwhile": the service waits for the decision, and goes on once the account is kept.
#[tokio::test]
async fn a_service_gets_nothing_before_the_account_is_kept() {
    let town = Town::new().await;
    close(&mut signed_in(&town, "khai").await).await;
    let portal = town.rp("portal");
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&portal.url(&[])).await;
    let page = browser.sign_in(&page, "khai").await;
    assert_eq!(page.path(), "/login/closing", "{}", page.body);
    assert!(page.body.contains(&format!("closes on {LAST}")), "{}", page.body);
    let silent = browser.open(&portal.url(&[("prompt", "none")])).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("interaction_required"), "OpenID Connect Core §3.1.2.6");
    let again = browser.open(&portal.url(&[])).await;
    assert_eq!(again.path(), "/login/closing");
    let shown = browser.open(&page.url).await;
    assert_eq!(shown.path(), "/login/closing", "a reload shows it again");
    let arrived = browser.fill(&shown, &[("decision", "keep")]).await;
    let code = arrived.parameter("code").unwrap_or_else(|| panic!("{} {}", arrived.url, arrived.body));
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

#[tokio::test]
async fn who_lets_it_close_is_signed_out_again_and_the_service_is_told() {
    let town = Town::new().await;
    close(&mut signed_in(&town, "khai").await).await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    let page = browser.sign_in(&page, "khai").await;
    for _ in 0..2 {
        let answer = browser.fill(&page, &[("decision", "close")]).await;
        assert_eq!(answer.parameter("error").as_deref(), Some("access_denied"), "{} {}", answer.url, answer.body);
        assert!(!is_signed_in(&mut browser).await);
    }
    let (mut browser, page) = come_back(&town, "khai").await;
    let page = browser.fill(&page, &[("decision", "close")]).await;
    assert!(page.body.contains(LAST), "{}", page.body);
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(count(&town, "account_closing").await, 1, "it closed already");
    town.leave().await;
}

/// Whoever sends the form of a page that asked somebody else decides nothing for them.
#[tokio::test]
async fn nobody_else_decides() {
    let town = Town::new().await;
    let (mut khai, mut an) = (signed_in(&town, "khai").await, signed_in(&town, "an").await);
    let foreign = confirm(&an.open("/account/close").await);
    for confirm in [foreign.as_str(), "", "AAAA"] {
        for decision in ["close", "keep"] {
            let page = khai.submit("/account/close", &[("confirm", confirm), ("decision", decision)]).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST);
        }
    }
    let own = confirm(&khai.open("/account/close").await);
    khai.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    let page = khai.submit("/account/close", &[("confirm", &own), ("decision", "close")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    khai.headers.remove("sec-fetch-site");
    let page = khai.submit("/account/close", &[("confirm", &own)]).await;
    assert_eq!(page.path(), "/account/close", "without a decision it is asked again");
    town.live(Duration::from_secs(800)).await;
    is_signed_in(&mut khai).await;
    town.live(Duration::from_secs(200)).await;
    let page = khai.open("/account/close").await;
    assert_eq!(page.path(), "/sign-in", "who signed in long ago does so once more");
    let page = khai.submit("/account/close", &[("confirm", &own), ("decision", "close")]).await;
    assert_eq!(page.path(), "/sign-in");
    // A page of a sign-in that asked khai is answered by an, who signed in there meanwhile.
    assert_eq!(count(&town, "account_closing").await, 0);
    town.leave().await;
}

#[tokio::test]
async fn a_page_that_asked_somebody_else_keeps_no_account() {
    let town = Town::new().await;
    close(&mut signed_in(&town, "khai").await).await;
    close(&mut signed_in(&town, "an").await).await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    let asked = browser.sign_in(&page, "khai").await;
    let page = browser.open(&portal.url(&[("prompt", "login")])).await;
    browser.sign_in(&page, "an").await;
    let page = browser.fill(&asked, &[("decision", "keep")]).await;
    assert_eq!((page.path(), count(&town, "account_kept").await), ("/login/closing".to_owned(), 0));
    town.leave().await;
}

/// A double click on a slow line, and two replicas at once: it is said once, and told once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_sent_twice_counts_once() {
    let town = Town::with_post(|_| {}).await;
    let replica = town.replica().await;
    let mut browser = signed_in(&town, "khai").await;
    while town.mailbox().try_next_for("khai@songlam.example").await.is_some() {}
    let confirm = confirm(&browser.open("/account/close").await);
    let fields = [("confirm", confirm.as_str()), ("decision", "close")];
    let mut elsewhere = replica.browser_like(&browser);
    let (first, second) =
        tokio::join!(browser.submit("/account/close", &fields), elsewhere.submit("/account/close", &fields));
    for page in [&first, &second] {
        assert!(page.status == StatusCode::OK && page.body.contains(LAST), "{} {}", page.url, page.body);
    }
    replica.heartbeat().await;
    let third = elsewhere.submit("/account/close", &fields).await;
    assert!(third.body.contains(LAST), "{} {}", third.url, third.body);
    assert_eq!(count(&town, "account_closing").await, 1);
    assert!(town.mailbox().try_next_for("khai@songlam.example").await.is_some());
    assert!(town.mailbox().try_next_for("khai@songlam.example").await.is_none(), "one letter");
    town.leave().await;
}

/// A session of another replica that began while the account closed leads on within a second of its being kept.
#[tokio::test]
async fn every_replica_learns_that_it_is_kept() {
    let town = Town::new().await;
    let replica = town.replica().await;
    close(&mut signed_in(&town, "khai").await).await;
    let (mut browser, page) = come_back(&town, "khai").await;
    let mut elsewhere = replica.browser_like(&browser);
    assert_eq!(elsewhere.open(&replica.rp("portal").url(&[])).await.path(), "/login/closing");
    browser.fill(&page, &[("decision", "keep")]).await;
    replica.heartbeat().await;
    assert!(elsewhere.open(&replica.rp("portal").url(&[])).await.parameter("code").is_some());
    town.leave().await;
}

/// After that nothing is left but history, of nobody. The name is free, and whoever takes it is another person.
#[tokio::test]
async fn when_its_time_has_come_all_is_gone_but_the_history() {
    let town = Town::new().await;
    let (mut khai, portal) = (signed_in(&town, "khai").await, town.rp("portal"));
    let before = portal.tokens(&mut khai, &[]).await;
    town.rp("clinic").with_scope("openid offline_access").tokens(&mut khai, &[]).await;
    crate::credentials::proof(&town, "khai", motcua::identity::assurance::Level::Two).await;
    khai.add_app(town.app.clock.now()).await;
    let page = khai.open("/account/recovery-codes").await;
    khai.fill(&page, &[]).await;
    let person = id_of(&town, "khai").await.unwrap();
    let (audit, held) = (town.audit().await.len(), where_known(&town, person).await);
    for table in ["people", "credentials", "authenticators", "consents", "families", "names", "proofings"] {
        assert!(held.iter().any(|one| one == table), "{table}: {held:?}");
    }
    close(&mut khai).await;
    town.live(30 * DAY - Duration::from_secs(60)).await;
    close_what_is_due(&town).await;
    assert!(id_of(&town, "khai").await.is_some());
    town.live(Duration::from_secs(60)).await;
    close_what_is_due(&town).await;
    assert_eq!(id_of(&town, "khai").await, None);
    assert_eq!(id_of(&town, "036187001234").await, None);
    // What says who was when at which service, and what is over and swept by time.
    let left = where_known(&town, person).await;
    let history = ["audit_events", "families", "grants", "refused_sign_ins", "sessions"];
    assert!(left.iter().all(|table| history.contains(&table.as_str())), "{left:?}");
    assert!(left.iter().any(|table| table == "audit_events") && town.audit().await.len() > audit);
    assert_eq!(count(&town, "account_closed").await, 1);
    let (mut nobody, page) = come_back(&town, "khai").await;
    assert_eq!(page.path(), "/sign-in");
    town.apply(DECLARATION).await;
    assert_ne!(id_of(&town, "khai").await.unwrap(), person);
    sign_in(&mut nobody, "khai").await;
    let after = portal.tokens(&mut nobody, &[]).await;
    assert_ne!(before.claims()["sub"], after.claims()["sub"], "a subject identifier is never another's");
    assert_eq!(nobody.open("/account/history").await.body.matches("Received information").count(), 1);
    town.leave().await;
}

/// Somebody looks into something: what cannot be undone waits for them.
#[tokio::test]
async fn whom_an_operator_disabled_stays_until_they_are_enabled() {
    let town = Town::new().await;
    close(&mut signed_in(&town, "khai").await).await;
    let shown = people::show(&town.app, "khai", town.app.clock.now()).await.unwrap().unwrap();
    assert_eq!(shown.row.closes_at(), Some(town.app.clock.now() + 30 * DAY), "operators see it");
    people::disable(&town.app, "khai", town.app.clock.now()).await.unwrap();
    town.clock.pass(31 * DAY);
    close_what_is_due(&town).await;
    assert!(id_of(&town, "khai").await.is_some());
    people::enable(&town.app, "khai", town.app.clock.now()).await.unwrap();
    close_what_is_due(&town).await;
    assert_eq!(id_of(&town, "khai").await, None);
    town.leave().await;
}

/// Two replicas, and a process that is killed at any moment: each account is closed once and whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_may_die_in_the_middle_and_run_twice() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let (khai, an) = (id_of(&town, "khai").await.unwrap(), id_of(&town, "an").await.unwrap());
    for name in ["khai", "an"] {
        close(&mut signed_in(&town, name).await).await;
    }
    town.clock.pass(30 * DAY);
    let now = town.app.clock.now();
    for polls in 1..200 {
        let done = abandoned(polls, leaving::finish(&town.app, khai, now)).await;
        let held = where_known(&town, khai).await;
        let whole = ["credentials", "names", "people"].iter().filter(|one| held.iter().any(|own| own == *one)).count();
        assert!(whole == 0 || whole == 3, "{held:?}");
        if done.is_some() {
            break;
        }
    }
    assert_eq!(id_of(&town, "khai").await, None);
    let (first, second) = tokio::join!(
        by_itself(jobs::closing::run(Arc::clone(&town.app))),
        by_itself(jobs::closing::run(Arc::clone(&replica.app)))
    );
    first.and(second).unwrap();
    assert!(id_of(&town, "an").await.is_none() && where_known(&town, an).await.iter().all(|table| table != "names"));
    assert_eq!(count(&town, "account_closed").await, 2);
    town.leave().await;
}

/// A replica whose clock is years ahead closes nothing: what is removed does not come again.
#[tokio::test]
async fn a_clock_that_is_ahead_of_the_database_closes_nothing() {
    let town = Town::new().await;
    close(&mut signed_in(&town, "khai").await).await;
    town.clock.pass(30 * DAY);
    let now = town.app.clock.now();
    town.app.ledger.compare_clocks(now, now - 30 * DAY);
    assert!(jobs::closing::run(Arc::clone(&town.app)).await.is_err());
    assert!(jobs::clean::run(Arc::clone(&town.app)).await.is_err());
    assert!(id_of(&town, "khai").await.is_some());
    town.app.ledger.compare_clocks(now, now);
    close_what_is_due(&town).await;
    assert!(id_of(&town, "khai").await.is_none());
    town.leave().await;
}

/// Begins, or goes on with, a way back in by mail.
async fn prove(town: &Town, browser: &mut Browser) -> Page {
    let page = browser.open("/recovery").await;
    let page = browser.fill(&page, &[("username", "khai"), ("way", "mail")]).await;
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    loop {
        let mail = crate::opening::letter(town, crate::letters::KHAI).await;
        if let Some(code) = mail.text.split_whitespace().find(is_code) {
            return browser.fill(&page, &[("otp", code)]).await;
        }
    }
}

/// Whoever gets the account back has it until that is over, and keeps it then.
#[tokio::test]
async fn an_account_that_is_being_recovered_is_not_closed() {
    let town = Town::with_post(|_| {}).await;
    close(&mut signed_in(&town, "khai").await).await;
    town.clock.pass(29 * DAY);
    let mut browser = town.browser().speaking("en");
    prove(&town, &mut browser).await;
    for channel in Channel::ALL {
        town.bring(channel).await;
    }
    town.clock.pass(3 * DAY);
    close_what_is_due(&town).await;
    let page = prove(&town, &mut browser).await;
    assert!(page.body.contains("name=\"new\""), "{}", page.body);
    browser.fill(&page, &[("new", "a quiet river at night")]).await;
    close_what_is_due(&town).await;
    assert!(id_of(&town, "khai").await.is_some());
    assert_eq!((count(&town, "account_kept").await, count(&town, "account_closed").await), (1, 0));
    town.leave().await;
}

/// It is done, and said to be, where what follows the commit cannot be done now.
#[tokio::test]
async fn a_closing_that_is_done_is_said_to_be() {
    const BROKEN: [&str; 3] = [
        "CREATE SEQUENCE tries",
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF nextval('tries') = 2 THEN RAISE 'not now'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER fails AFTER UPDATE ON families FOR EACH STATEMENT EXECUTE FUNCTION fail()",
    ];
    let town = Town::new().await;
    if !crate::store::is_postgres(&town.app.db) {
        return town.leave().await; // SQLite knows no trigger of a statement
    }
    for statement in BROKEN {
        crate::store::execute(&town.app.db, statement).await;
    }
    let page = close(&mut signed_in(&town, "khai").await).await;
    assert!(page.status == StatusCode::OK && page.body.contains(LAST), "{}", page.body);
    town.leave().await;
}
