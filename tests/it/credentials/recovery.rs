//! The way back in for who lost everything: by an address and a waiting time, or by an official.

use std::time::Duration;

use motcua::flows::admin::recovery;
use motcua::flows::admin::recovery::Opened;
use motcua::identity::assurance::Level;
use motcua::parts::letters::Channel;

use super::proof;
use crate::letters::KHAI;
use crate::letters::NUMBER;
use crate::opening;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Mail;
use crate::town::Mood;
use crate::town::Page;
use crate::town::Town;
use crate::town::claims_of;

const NEW: &str = "a quiet river at night";
const WAIT: Duration = Duration::from_secs(72 * 3600);

async fn ask(browser: &mut Browser, name: &str, way: &str) -> Page {
    let page = browser.open("/recovery").await;
    browser.fill(&page, &[("username", name), ("way", way)]).await
}

/// The next letter to Khai: the answer to who asks does not wait for it.
async fn letter(town: &Town) -> Mail {
    opening::letter(town, KHAI).await
}

/// Asks for a code by mail, and enters it.
async fn proven(town: &Town, browser: &mut Browser) -> Page {
    let page = ask(browser, "khai", "mail").await;
    assert_eq!(page.path(), "/recovery/code", "{}", page.body);
    let code = letter(town).await.code();
    browser.fill(&page, &[("otp", &code)]).await
}

/// The same by SMS.
async fn proven_by_sms(town: &Town, browser: &mut Browser) -> Page {
    let page = ask(browser, "khai", "sms").await;
    assert_eq!(page.path(), "/recovery/code", "{}", page.body);
    let code = code_by_sms(town).await;
    browser.fill(&page, &[("otp", &code)]).await
}

/// The next code that came to Khai's telephone; what else came is passed over.
async fn code_by_sms(town: &Town) -> String {
    loop {
        let text = opening::message(town, NUMBER).await;
        let word = text.split_whitespace().next().unwrap();
        if word.len() == 6 && word.bytes().all(|digit| digit.is_ascii_digit()) {
            return word.to_owned();
        }
    }
}

fn chooses(page: &Page) -> bool {
    page.path() == "/recovery/password" && page.body.contains("name=\"new\"")
}

async fn opens(town: &Town, password: &str) -> bool {
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    let page = browser.fill(&page, &[("username", "khai"), ("password", password)]).await;
    page.path() == "/"
}

async fn acts(town: &Town) -> Vec<String> {
    let about = |act: &String| act.starts_with("recovery") || act == "account_recovered";
    let mut acts: Vec<String> = town.audit().await.into_iter().map(|(act, ..)| act).filter(about).collect();
    acts.sort();
    acts
}

/// Who finds an old device is a stranger in it: it has no tries of its own any more, and whoever signs in there is told of.
#[tokio::test]
async fn a_recovery_forgets_the_browsers_that_were_known() {
    let town = Town::with_post(|config| config.throttle.account_and_network = 5).await;
    let mut old = town.browser().speaking("en");
    let sign_in = async |browser: &mut Browser, password: &str| {
        let page = browser.open("/sign-in").await;
        browser.fill(&page, &[("username", "khai"), ("password", password)]).await
    };
    assert_eq!(sign_in(&mut old, crate::town::PASSWORD).await.path(), "/");
    letter(&town).await;
    let mut thief = old.clone();
    let mut browser = town.browser().speaking("en");
    proven(&town, &mut browser).await;
    letter(&town).await;
    town.bring(Channel::Sms).await;
    town.clock.pass(WAIT);
    let page = proven(&town, &mut browser).await;
    assert!(chooses(&page), "{}", page.body);
    assert_eq!(browser.fill(&page, &[("new", NEW)]).await.path(), "/recovery/done");
    let told = letter(&town).await;
    assert!(told.link().contains("/stop?stop="), "{}", told.text);
    // Strangers of the same network use up its tries; a known browser would be heard all the same.
    for _ in 0..6 {
        sign_in(&mut town.browser(), "wrong").await;
    }
    assert_eq!(sign_in(&mut thief, "wrong").await.status.as_u16(), 429, "it has no tries of its own");
    town.clock.pass(Duration::from_secs(3600));
    assert_eq!(sign_in(&mut old, NEW).await.path(), "/");
    let told = letter(&town).await;
    assert!(told.link().ends_with("/account"), "a new device: {}", told.text);
    town.clock.pass(Duration::from_secs(3600));
    assert_eq!(sign_in(&mut old, NEW).await.path(), "/");
    assert!(town.mailbox().try_next_for(KHAI).await.is_none(), "it is known again");
    town.leave().await;
}

/// "by a verified second channel and a waiting time (72 h …) that the person is told about on every channel": then another
/// password opens the account, and nothing else that did before.
#[tokio::test]
async fn who_proves_an_address_waits_and_then_chooses_a_password() {
    let town = Town::with_post(|_| {}).await;
    proof(&town, "khai", Level::Two).await;
    let (mut own, mut device) = (town.browser().speaking("en"), Device::new());
    let before = claims_of(town.rp("portal").tokens(&mut own, &[]).await.id_token());
    letter(&town).await;
    own.enrol(&mut device).await;
    letter(&town).await;

    let mut browser = town.browser().speaking("en");
    let page = proven(&town, &mut browser).await;
    assert_eq!(page.path(), "/recovery/password");
    assert!(page.body.contains("come back after") && !page.body.contains("name=\"new\""), "{}", page.body);
    let told = letter(&town).await;
    assert!(told.link().starts_with("https://id.example/stop?stop="), "{}", told.text);
    let message = town.phone().next_for(NUMBER).await;
    while let Some(other) = town.phone().try_next_for(NUMBER).await {
        assert_ne!(other, message);
    }
    assert_eq!(acts(&town).await, ["recovery_began"]);
    let early =
        browser.submit("/recovery/password", &[("proven", &page.parameter("proven").unwrap()), ("new", NEW)]).await;
    assert!(early.path() == "/recovery/password" && !opens(&town, NEW).await, "before its time");

    town.clock.pass(WAIT - Duration::from_secs(60));
    assert!(!proven(&town, &mut browser).await.body.contains("name=\"new\""), "asked again, it does not begin anew");
    town.clock.pass(Duration::from_secs(60));
    let page = proven(&town, &mut browser).await;
    assert!(page.body.contains("value=\"khai\" autocomplete=\"username\" hidden"), "whose it will be: {}", page.body);
    let short = browser.fill(&page, &[("new", "river stone")]).await;
    assert_eq!((short.status.as_u16(), short.path().as_str()), (400, "/recovery/password"), "{}", short.body);
    let done = browser.fill(&page, &[("new", NEW)]).await;
    assert_eq!(done.path(), "/recovery/done", "{}", done.body);
    assert_eq!(browser.fill(&page, &[("new", NEW)]).await.path(), "/recovery/done", "the same form once more");
    let other = browser.fill(&page, &[("new", "another quiet river")]).await;
    assert!(
        other.body.contains("how to get a new code") && opens(&town, NEW).await && acts(&town).await.len() == 2,
        "{}",
        other.body
    );

    assert!(!opens(&town, "correct horse battery").await);
    assert_eq!(own.open("/account/security").await.path(), "/sign-in", "sessions end");
    let mut again = town.browser().speaking("en");
    let page = again.open("/sign-in").await;
    assert_eq!(again.use_passkey(&page, &mut device).await.path(), "/sign-in", "the lost device opens nothing");
    let page = again.open(&town.rp("portal").url(&[])).await;
    let page = again
        .submit(&page.action(), &[("login", &page.hidden_value("login")), ("username", "khai"), ("password", NEW)])
        .await;
    let tokens = town.rp("portal").redeem(&page.parameter("code").unwrap(), &[]).await.json();
    let after = claims_of(tokens["id_token"].as_str().unwrap());
    assert_eq!((&after["sub"], after["acr"].as_str()), (&before["sub"], Some("urn:motcua:acr:1")));
    assert_eq!(
        motcua::store::proofings::level(&town.app.db, crate::letters::khai(&town).await).await.unwrap(),
        Level::Zero
    );
    town.leave().await;
}

/// "a waiting time … that the person is told about on every channel": whoever took the owner's telephone over waits for as
/// long as no mail reaches the owner, who then can stop it.
#[tokio::test]
async fn nobody_gets_in_before_every_address_was_told() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Away);
    let mut thief = town.browser().speaking("en");
    assert!(proven_by_sms(&town, &mut thief).await.body.contains("come back after"));
    for _ in 0..4 {
        town.clock.pass(Duration::from_secs(24 * 3600));
        town.bring(Channel::Mail).await;
    }
    let page = proven_by_sms(&town, &mut thief).await;
    assert!(page.body.contains("could not tell every address") && !chooses(&page), "{}", page.body);
    let proven = page.parameter("proven").unwrap();
    thief.submit("/recovery/password", &[("proven", &proven), ("new", NEW)]).await;
    assert!(!opens(&town, NEW).await && acts(&town).await == ["recovery_began"]);

    town.mailbox().office.be(Mood::Takes);
    town.clock.pass(Duration::from_secs(24 * 3600));
    let link = letter(&town).await.link();
    assert!(chooses(&proven_by_sms(&town, &mut thief).await), "the owner was told");
    let mut own = town.browser().speaking("en");
    let page = own.open(&link).await;
    own.fill(&page, &[]).await;
    assert_eq!(acts(&town).await, ["recovery_began", "recovery_stopped"], "the link is as good as it was");
    town.leave().await;
}

/// Nobody is kept out for good by an address at which nobody is any more: another one that was told suffices.
#[tokio::test]
async fn an_address_that_is_refused_for_good_is_not_waited_for() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Answers("550 nobody of that name"));
    let mut browser = town.browser().speaking("en");
    proven_by_sms(&town, &mut browser).await;
    town.bring(Channel::Mail).await;
    town.bring(Channel::Sms).await;
    town.clock.pass(WAIT);
    assert!(chooses(&proven_by_sms(&town, &mut browser).await));
    town.leave().await;
}

/// Where there is one way alone, its own letter has to be taken: a code that came is not the news that somebody waits.
#[tokio::test]
async fn the_only_address_is_told_as_well() {
    let town = Town::with_post(|config| config.mail.host = None).await;
    let mut browser = town.browser().speaking("en");
    let page = ask(&mut browser, "khai", "sms").await;
    let code = code_by_sms(&town).await;
    town.phone().phone.answer(Some((503, "")));
    browser.fill(&page, &[("otp", &code)]).await;
    town.bring(Channel::Sms).await;
    town.clock.pass(WAIT);
    town.bring(Channel::Sms).await;
    town.phone().phone.answer(Some((202, ""))); // for what is due: the news is tried again later
    let page = proven_by_sms(&town, &mut browser).await;
    assert!(page.body.contains("could not tell every address") && !chooses(&page), "{}", page.body);
    town.clock.pass(Duration::from_secs(3600));
    assert!(chooses(&proven_by_sms(&town, &mut browser).await));
    town.leave().await;
}

/// "that the person … can stop": by the link of the letter, in any browser, once and for all.
#[tokio::test]
async fn the_link_of_the_letter_stops_it() {
    let town = Town::with_post(|_| {}).await;
    let mut thief = town.browser().speaking("en");
    proven(&town, &mut thief).await;
    let link = letter(&town).await.link();
    let mut own = town.browser().speaking("en");
    let page = own.open(&link).await;
    assert_eq!(acts(&town).await, ["recovery_began"], "who reads letters for people follows links");
    let stopped = own.fill(&page, &[]).await;
    assert!(stopped.body.contains("It is stopped"), "{}", stopped.body);
    assert!(own.fill(&page, &[]).await.body.contains("It is stopped"), "twice");
    assert_eq!(acts(&town).await, ["recovery_began", "recovery_stopped"]);
    town.clock.pass(WAIT);
    let page = proven(&town, &mut thief).await;
    assert!(!page.body.contains("name=\"new\""), "it begins anew: {}", page.body);
    letter(&town).await;
    assert!(own.open(&link).await.body.contains("It is stopped"), "a former link does not stop another one");
    assert_eq!(own.open("/stop?stop=abc").await.status, 404);
    town.leave().await;
}

/// "A reset link works once": so does a code. Sent once more it leads to the recovery that it began, whatever became of that.
#[tokio::test]
async fn a_code_begins_one_recovery() {
    let town = Town::with_post(|_| {}).await;
    let mut browser = town.browser().speaking("en");
    let page = ask(&mut browser, "khai", "mail").await;
    let code = letter(&town).await.code();
    let first = browser.fill(&page, &[("otp", &code)]).await;
    assert!(first.body.contains("come back after"), "{}", first.body);
    let again = browser.fill(&page, &[("otp", &code)]).await;
    assert!(again.body.contains("come back after"), "an honest repeat: {}", again.body);
    let link = letter(&town).await.link();
    let mut own = town.browser().speaking("en");
    let stop = own.open(&link).await;
    own.fill(&stop, &[]).await;
    let after = browser.fill(&page, &[("otp", &code)]).await;
    assert!(!after.body.contains("come back after") && !chooses(&after), "{}", after.body);
    assert_eq!(acts(&town).await, ["recovery_began", "recovery_stopped"]);
    town.leave().await;
}

/// Who is still signed in sees it at their account, and stops it there.
#[tokio::test]
async fn a_recovery_under_way_stands_at_the_account_and_is_stopped_there() {
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut thief) = (town.browser().speaking("en"), town.browser().speaking("en"));
    let sign_in = async |own: &mut Browser| {
        let page = own.open("/sign-in").await;
        if page.path() == "/sign-in" {
            own.fill(&page, &[("username", "khai"), ("password", crate::town::PASSWORD)]).await;
        }
    };
    sign_in(&mut own).await;
    letter(&town).await;
    assert!(!own.open("/account").await.body.contains("formaction=\"/stop\""), "nobody asked");
    for (waited, says) in [(Duration::ZERO, "From 10:00"), (WAIT, "Now and until ")] {
        proven(&town, &mut thief).await;
        letter(&town).await;
        town.clock.pass(waited);
        sign_in(&mut own).await;
        let page = own.open("/account").await;
        assert!(page.body.contains(says) && page.body.contains("asks to reset your password"), "{says}: {}", page.body);
        let stop = page.body.split("name=\"stop\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = [("confirm", page.hidden_value("confirm")), ("stop", stop)];
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let stopped = own.submit("/stop", &fields).await;
        assert!(stopped.body.contains("It is stopped"), "{}", stopped.body);
        assert!(!own.open("/account").await.body.contains("formaction=\"/stop\""));
    }
    assert_eq!(acts(&town).await, ["recovery_began", "recovery_began", "recovery_stopped", "recovery_stopped"]);
    town.leave().await;
}

/// "six digits, five minutes, three tries, bound to the browser that asked".
#[tokio::test]
async fn a_code_is_for_one_browser_five_minutes_and_three_tries() {
    let town = Town::with_post(|config| config.throttle.account_and_network = 1000).await;
    let mut browser = town.browser().speaking("en");
    let page = ask(&mut browser, "khai", "mail").await;
    let code = letter(&town).await.code();
    let mut other = town.browser().speaking("en");
    other.open("/recovery").await;
    let stolen = other.submit("/recovery/code", &[("recovery", &page.hidden_value("recovery")), ("otp", &code)]).await;
    assert_eq!(stolen.status, 400, "{}", stolen.body);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..3 {
        assert!(browser.fill(&page, &[("otp", wrong)]).await.body.contains("That code is not right"));
    }
    assert!(browser.fill(&page, &[("otp", &code)]).await.body.contains("tried too often"), "the fourth");
    let page = ask(&mut browser, "khai", "mail").await;
    let code = letter(&town).await.code();
    town.clock.pass(Duration::from_secs(300));
    assert!(browser.fill(&page, &[("otp", &code)]).await.body.contains("too old"));
    let page = ask(&mut browser, "khai", "mail").await;
    let code = letter(&town).await.code();
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let page = browser.fill(&page, &[("otp", &spaced)]).await;
    let proven = page.parameter("proven").unwrap();
    let elsewhere = other.open(&format!("/recovery/password?proven={proven}")).await;
    assert!(elsewhere.body.contains("how to get a new code"), "{}", elsewhere.body);
    town.clock.pass(Duration::from_secs(900));
    let late = browser.open(&format!("/recovery/password?proven={proven}")).await;
    assert!(late.body.contains("how to get a new code"), "{}", late.body);
    town.leave().await;
}

/// "No page, header, timing or mail tells whether an account exists."
#[tokio::test]
async fn nobody_learns_whether_there_is_an_account() {
    let town = Town::with_post(|_| {}).await;
    motcua::flows::admin::people::disable(&town.app, "an", town.app.clock.now()).await.unwrap();
    let mut answers = Vec::new();
    for name in ["nobody", "an", "khai"] {
        let mut browser = town.browser().speaking("en");
        let page = ask(&mut browser, name, "mail").await;
        let sealed = page.parameter("recovery").unwrap();
        let wrong = browser.fill(&page, &[("otp", "")]).await;
        let plain = |page: &Page| page.body.replace(&sealed, "");
        answers.push((page.status, sealed.len(), plain(&page), wrong.status, plain(&wrong)));
    }
    letter(&town).await;
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert!(town.mailbox().office.letters().is_empty(), "to nobody else");
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/recovery").await;
    let empty = browser.fill(&page, &[("username", " "), ("way", "mail")]).await;
    assert_eq!((empty.status.as_u16(), empty.path().as_str()), (400, "/recovery"));
    town.leave().await;
}

/// "No … timing … tells whether an account exists": a letter that is written beside a wrong code makes its answer no later, for
/// nobody is answered before that is done.
#[tokio::test]
async fn a_wrong_code_is_answered_at_one_time_whether_somebody_is_written_to_or_not() {
    let town = Town::with_post(|_| {}).await;
    for name in ["khai", "nobody"] {
        let mut browser = town.browser().speaking("en");
        let page = ask(&mut browser, name, "mail").await;
        let begun = std::time::Instant::now();
        let answer = browser.fill(&page, &[("otp", "000000")]).await;
        assert!(begun.elapsed() >= Duration::from_millis(400), "{name}: {:?}", begun.elapsed());
        assert!(answer.body.contains("That code is not right"), "{}", answer.body);
    }
    town.leave().await;
}

/// One budget with the sign-in: asking counts, and so does a wrong code.
#[tokio::test]
async fn asking_and_guessing_count_on_the_ladder() {
    let town = Town::with_post(|_| {}).await;
    let mut browser = town.browser().speaking("en");
    let mut asked = 0;
    for _ in 0..8 {
        asked += usize::from(ask(&mut browser, "khai", "mail").await.path() == "/recovery/code");
    }
    assert_eq!(asked, 5);
    let page = browser.open("/sign-in").await;
    let page = browser.fill(&page, &[("username", "khai"), ("password", "correct horse battery")]).await;
    assert_eq!(page.status, 429, "a password has no budget of its own");
    town.leave().await;
}

/// "a person with a proofed identity can be recovered by an official with a one-time code".
#[tokio::test]
async fn an_official_lets_in_who_was_proofed() {
    let town = Town::new().await;
    let now = town.app.clock.now();
    let open = |name| recovery::open(&town.app, name, now);
    assert!(matches!(open("khai").await.unwrap(), Opened::NotProofed));
    assert!(matches!(open("nobody").await.unwrap(), Opened::Nobody));
    proof(&town, "khai", Level::Two).await;
    proof(&town, "an", Level::Two).await;
    let code = |opened| match opened {
        Opened::Code(code, _) => code.expose().to_owned(),
        _ => panic!("no code"),
    };
    let replaced = code(open("khai").await.unwrap());
    let own = code(open("khai").await.unwrap());
    let others = code(open("an").await.unwrap());
    let mut browser = town.browser().speaking("en");
    for wrong in [&replaced, &others, "", "000000"] {
        let page = ask(&mut browser, "khai", "official").await;
        let page = browser.fill(&page, &[("otp", wrong)]).await;
        assert!(page.body.contains("That code is not right"), "{}", page.body);
        town.clock.pass(Duration::from_secs(900)); // the ladder's next window
    }
    let page = ask(&mut browser, "khai", "official").await;
    let page = browser.fill(&page, &[("otp", &own.to_lowercase().replace('-', " "))]).await;
    assert_eq!(browser.fill(&page, &[("new", NEW)]).await.path(), "/recovery/done", "{}", page.body);
    assert!(opens(&town, NEW).await);
    let page = ask(&mut browser, "khai", "official").await;
    let page = browser.fill(&page, &[("otp", &own)]).await;
    assert!(page.body.contains("That code is not right"), "once: {}", page.body);
    town.clock.pass(Duration::from_secs(24 * 3600));
    let page = ask(&mut browser, "an", "official").await;
    assert!(browser.fill(&page, &[("otp", &others)]).await.body.contains("That code is not right"), "a day");
    town.leave().await;
}

/// Two replicas: a form sent to both sets one password, and a recovery that ends does so once.
#[tokio::test]
async fn a_recovery_is_completed_once() {
    let town = Town::with_post(|_| {}).await;
    let replica = town.replica().await;
    let mut browser = town.browser().speaking("en");
    proven(&town, &mut browser).await;
    letter(&town).await;
    town.bring(Channel::Sms).await;
    town.clock.pass(WAIT);
    let page = proven(&town, &mut browser).await;
    let proven = page.hidden_value("proven");
    let mut elsewhere = replica.browser_like(&browser);
    let (one, two) = (format!("{NEW} one"), format!("{NEW} two"));
    let (first, second) = (("proven", proven.as_str()), ("new", one.as_str()));
    let (one_fields, two_fields) = ([first, second], [first, ("new", two.as_str())]);
    let (here, there) = tokio::join!(
        browser.submit("/recovery/password", &one_fields),
        elsewhere.submit("/recovery/password", &two_fields),
    );
    let done = [&here, &there].map(|page| page.path() == "/recovery/done");
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{} {}", here.body, there.body);
    assert_eq!([opens(&town, &one).await, opens(&town, &two).await], done);
    assert_eq!(acts(&town).await, ["account_recovered", "recovery_began"]);
    town.leave().await;
}

/// A gateway that is down: the person is told and can choose another way; where there is none, an official remains.
#[tokio::test]
async fn a_way_that_does_not_work_is_told_of() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Away);
    let mut browser = town.browser().speaking("en");
    assert!(!browser.open("/recovery").await.body.contains("Emails are slow to arrive"));
    ask(&mut browser, "khai", "mail").await;
    for _ in 0..500 {
        town.bring(Channel::Mail).await;
        if browser.open("/recovery").await.body.contains("Emails are slow to arrive") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(browser.open("/recovery").await.body.contains("Emails are slow to arrive"));
    let page = ask(&mut browser, "khai", "sms").await;
    let message = opening::message(&town, NUMBER).await;
    let code: String = message.split_whitespace().next().unwrap().to_owned();
    assert!(browser.fill(&page, &[("otp", &code)]).await.body.contains("come back after"), "{message}");
    town.leave().await;

    let town = Town::new().await;
    let page = town.browser().speaking("en").open("/recovery").await;
    assert!(page.body.contains("value=\"official\" checked") && !page.body.contains("value=\"mail\""), "{}", page.body);
    town.leave().await;
}

/// What strangers use up from some networks is not missing to the owner in another one.
#[tokio::test]
async fn strangers_keep_no_code_from_the_owner() {
    let town = Town::with_post(|config| config.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]).await;
    let from = async |address: &str| {
        let mut browser = town.browser().speaking("en");
        browser.headers.insert("x-forwarded-for", address.parse().unwrap());
        ask(&mut browser, "khai", "mail").await
    };
    for n in 0..5 {
        from(&format!("198.51.{n}.1")).await;
        letter(&town).await;
    }
    for _ in 0..4 {
        from("198.51.1.1").await;
    }
    from("203.0.113.5").await;
    letter(&town).await;
    town.leave().await;
}
