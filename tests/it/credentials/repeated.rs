//! What people proved themselves with counts once, and a form that is sent twice is done once: after a sign-out, at the same
//! time, and where nobody waits for the answer.

use std::sync::Arc;
use std::time::Duration;

use motcua::base::secret::Secret;
use motcua::flows::account::password;
use motcua::flows::account::password::Changed;
use motcua::flows::account::password::Typed;
use motcua::flows::admin::people;
use motcua::identity::device as identity;
use motcua::parts::repetition::Repetition;
use motcua::parts::sessions;
use motcua::parts::sessions::Reach;
use motcua::parts::sessions::Visitor;
use tokio::sync::Notify;

use crate::races::at_once;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;
use crate::town::code;

const NEW: &str = "another horse battery staple";

type Form = Vec<(&'static str, String)>;

async fn send(browser: &mut Browser, path: &str, form: &Form) -> Page {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(path, &form).await
}

/// A sign-in page of a service, in a browser where nobody was.
async fn begin(town: &Town) -> (Browser, Page) {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    (browser, page)
}

/// Who sits at the browser.
fn visitor(browser: &Browser) -> Visitor {
    let cookie =
        |end: &str| browser.cookies.iter().find(|(name, _)| name.ends_with(end)).map(|(_, value)| value.clone());
    Visitor {
        session: cookie("session"),
        browser: cookie("browser"),
        device: cookie("device"),
        address: [192, 0, 2, 1].into(),
        software: identity::Device::default(),
    }
}

async fn sign_out_everywhere(town: &Town) {
    let signed_out = people::sign_out(&town.app, "khai", Reach::Sessions, town.app.clock.now()).await.unwrap();
    assert_eq!(signed_out, Some(1));
}

/// Signs in by `form`, is signed out everywhere, and sends it once more.
async fn once(town: &Town, browser: &mut Browser, path: &str, form: &Form) {
    let done = send(browser, path, form).await;
    assert!(done.parameter("code").is_some(), "{} {}", done.url, done.body);
    assert!(send(browser, path, form).await.parameter("code").is_some(), "sent twice, it leads to the same place");
    sign_out_everywhere(town).await;
    let again = send(browser, path, form).await;
    assert!(again.parameter("code").is_none(), "{}", again.url);
    assert_eq!(browser.open("/account").await.path(), "/sign-in", "and nobody is signed in");
}

/// A code that was intercepted with its form opens nothing after its person ended everything.
#[tokio::test]
async fn a_code_opens_nothing_after_a_sign_out_but_the_next_one_does() {
    let town = Town::new().await;
    let (mut own, page) = begin(&town).await;
    own.sign_in(&page, "khai").await;
    let secret = own.add_app(town.app.clock.now()).await;
    sign_out_everywhere(&town).await;
    town.clock.pass(Duration::from_secs(30));
    let (mut browser, page) = begin(&town).await;
    let page = browser.sign_in(&page, "khai").await;
    let with = |otp: String| vec![("login", page.hidden_value("login")), ("otp", otp)];
    once(&town, &mut browser, "/login/code", &with(code(&secret, town.app.clock.now()))).await;
    town.clock.pass(Duration::from_secs(30));
    let next = send(&mut browser, "/login/code", &with(code(&secret, town.app.clock.now()))).await;
    assert!(next.parameter("code").is_some(), "{}", next.body);
    town.leave().await;
}

/// Also of a device that counts nothing, as synced ones do, and in no other sign-in of the same browser.
#[tokio::test]
async fn a_passkey_s_answer_opens_nothing_after_a_sign_out() {
    for counter in [0, 1] {
        let town = Town::new().await;
        let (mut own, page) = begin(&town).await;
        own.sign_in(&page, "khai").await;
        let mut device = Device::new();
        device.counter = counter;
        own.enrol(&mut device).await;
        sign_out_everywhere(&town).await;
        let (mut browser, page) = begin(&town).await;
        let (options, ceremony) = browser.challenge().await;
        let answer = device.answer(&options);
        let with = |page: &Page| {
            vec![("login", page.hidden_value("login")), ("ceremony", ceremony.clone()), ("passkey", answer.clone())]
        };
        once(&town, &mut browser, "/login", &with(&page)).await;
        let other = browser.open(&town.rp("portal").url(&[])).await;
        assert!(send(&mut browser, "/login", &with(&other)).await.parameter("code").is_none());
        town.leave().await;
    }
}

/// A double click: both answers say what was done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_changed_twice_at_once_is_changed() {
    let town = Town::new().await;
    let (mut own, page) = begin(&town).await;
    own.sign_in(&page, "khai").await;
    let confirm = own.open("/account/password").await.hidden_value("confirm");
    let answers = at_once(2, |_| {
        let (mut own, confirm) = (own.clone(), confirm.clone());
        async move {
            send(
                &mut own,
                "/account/password",
                &vec![("confirm", confirm), ("current", PASSWORD.to_owned()), ("new", NEW.to_owned())],
            )
            .await
        }
    })
    .await;
    for page in answers {
        assert_eq!(page.path(), "/account/security", "{}", page.body);
    }
    let changed = town.audit().await.into_iter().filter(|(act, ..)| act == "password_changed").count();
    assert_eq!(changed, 1);
    town.leave().await;
}

/// The answer may be lost: whoever hangs up while the password is set has set it, and is signed out elsewhere as they said.
#[tokio::test]
async fn who_hangs_up_has_changed_the_password_whole() {
    let town = Town::new().await;
    let (mut own, page) = begin(&town).await;
    own.sign_in(&page, "khai").await;
    let (mut elsewhere, page) = begin(&town).await;
    elsewhere.sign_in(&page, "khai").await;
    let visitor = visitor(&own);
    let now = town.app.clock.now();
    let live = sessions::current(&town.app, &visitor, now).await.unwrap().unwrap();
    let secret = |text: &str| Secret::new(text.to_owned());
    let typed = || Typed { current: secret(PASSWORD), new: secret(NEW), end_others: true };
    {
        let changing = password::change(&town.app, &live, typed(), &visitor, now);
        tokio::pin!(changing);
        const CHANGED: &str = "SELECT 'changed' FROM audit_events WHERE act = 'password_changed'";
        while crate::store::texts(&town.app.db, CHANGED.into()).await.is_empty() {
            tokio::select! {
                biased;
                _ = &mut changing => break,
                () = tokio::time::sleep(Duration::from_millis(1)) => {}
            }
        }
    }
    while elsewhere.open("/account").await.path() != "/sign-in" {
        tokio::task::yield_now().await;
    }
    let again = password::change(&town.app, &live, typed(), &visitor, now).await.unwrap();
    assert!(matches!(again, Changed::Done(Some(_))), "once more: {again:?}");
    town.leave().await;
}

/// A form that is sent until somebody answers is done once, and told so each time: nobody counts how often a script sends it, and
/// no try of it is a guess.
#[tokio::test]
async fn a_form_that_is_sent_thirty_times_is_told_each_time_that_the_password_is_changed() {
    let town = Town::new().await;
    let (mut own, page) = begin(&town).await;
    own.sign_in(&page, "khai").await;
    let confirm = own.open("/account/password").await.hidden_value("confirm");
    let form: Form = vec![("confirm", confirm), ("current", PASSWORD.to_owned()), ("new", NEW.to_owned())];
    for n in 0..30 {
        let page = send(&mut own, "/account/password", &form).await;
        assert_eq!((page.status.as_u16(), page.path().as_str()), (200, "/account/security"), "{n}: {}", page.body);
    }
    let changed = town.audit().await.into_iter().filter(|(act, ..)| act == "password_changed").count();
    assert_eq!(changed, 1);
    const FAILURES: &str = "SELECT CAST(SUM(failures) AS TEXT) FROM credentials";
    assert_eq!(crate::store::texts(&town.app.db, FAILURES.into()).await, ["0"]);
    town.leave().await;
}

/// The database comes back, and the first form is done while the others look: none of them is told that the password was wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_that_waited_with_the_first_are_told_what_became_of_it() {
    let town = Town::new().await;
    let (mut own, page) = begin(&town).await;
    own.sign_in(&page, "khai").await;
    let (visitor, now) = (visitor(&own), town.app.clock.now());
    let live = sessions::current(&town.app, &visitor, now).await.unwrap().unwrap();
    let secret = |text: &str| Secret::new(text.to_owned());
    let typed = || Typed { current: secret(PASSWORD), new: secret(NEW), end_others: false };
    let (current, new) = (secret(PASSWORD), secret(NEW));
    let form = || Repetition::of(&town.app, "password", live.session.id, &[&current, &new]);
    let ([held, release], person) = ([(); 2].map(|()| Arc::new(Notify::new())), live.session.person_id);
    let (app, signals) = (Arc::clone(&town.app), [Arc::clone(&held), Arc::clone(&release)]);
    let holding = tokio::spawn(async move {
        let mut tx = app.db.begin().await.unwrap();
        motcua::store::people::hold(&mut tx, person).await.unwrap();
        signals[0].notify_one();
        signals[1].notified().await;
    });
    held.notified().await;
    let first = password::change(&town.app, &live, typed(), &visitor, now);
    let others = async {
        while !form().is_known(&town.app).await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let release = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            release.notify_one();
        };
        let again = (0..12).map(|_| password::change(&town.app, &live, typed(), &visitor, now));
        futures_util::future::join(futures_util::future::join_all(again), release).await.0
    };
    let (first, others) = futures_util::future::join(first, others).await;
    holding.await.unwrap();
    for answer in others.into_iter().chain([first]) {
        assert_eq!(answer.unwrap(), Changed::Done(None));
    }
    town.leave().await;
}

/// Whoever ends the session of a thief while he changes something finds it unchanged.
#[tokio::test]
async fn a_session_that_was_ended_changes_nothing_any_more() {
    let town = Town::new().await;
    let (mut own, page) = begin(&town).await;
    own.sign_in(&page, "khai").await;
    let (visitor, now) = (visitor(&own), town.app.clock.now());
    let live = sessions::current(&town.app, &visitor, now).await.unwrap().unwrap();
    sign_out_everywhere(&town).await;
    let secret = |text: &str| Secret::new(text.to_owned());
    let typed = Typed { current: secret(PASSWORD), new: secret(NEW), end_others: true };
    assert_eq!(password::change(&town.app, &live, typed, &visitor, now).await.unwrap(), Changed::Wrong);
    let (mut browser, page) = begin(&town).await;
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some(), "by the former one");
    town.leave().await;
}
