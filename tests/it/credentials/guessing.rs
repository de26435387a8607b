//! "A guessing test with 200 parallel tries: never more verifications than the ladder allows, on two replicas." What is counted
//! is what was compared, not what was answered. Replicas share their counts where they share a Redis; without one there is one.

use std::sync::Arc;
use std::time::Duration;

use motcua::app::App;
use motcua::config::database::SecretUrl;
use motcua::identity::assurance::Level;
use url::Url;

use super::proof;
use super::unthrottled;
use crate::letters::KHAI;
use crate::opening;
use crate::races::at_once;
use crate::town::Browser;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;
use crate::town::code;
use crate::town::line_to;

const TRIES: usize = 200;

/// A town that has two doors, if they can count together.
struct Doors {
    town: Town,
    replica: Option<crate::town::Replica>,
}

impl Doors {
    async fn of(town: Town) -> Self {
        let replica = if std::env::var("MOTCUA_TEST_REDIS").is_ok() { Some(town.replica().await) } else { None };
        Self { town, replica }
    }

    fn apps(&self) -> impl Iterator<Item = &Arc<App>> {
        std::iter::once(&self.town.app).chain(self.replica.iter().map(|replica| &replica.app))
    }

    /// The same browser at the `n`th door.
    fn browser(&self, browser: &Browser, n: usize) -> Browser {
        self.replica.as_ref().filter(|_| n % 2 == 1).map_or_else(|| browser.clone(), |two| two.browser_like(browser))
    }

    /// Sends `fields(n)` with the form of `page`, all at once.
    async fn rush(
        &self,
        browser: &Browser,
        page: &Page,
        fields: impl Fn(usize) -> Vec<(&'static str, String)>,
    ) -> Vec<Page> {
        at_once(TRIES, |n| {
            let (mut browser, page, fields) = (self.browser(browser, n), page.clone(), fields(n));
            async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.fill(&page, &fields).await
            }
        })
        .await
    }

    /// Passwords that were stretched to be compared, anywhere.
    fn stretched(&self) -> u64 {
        const COUNT: &str = "motcua_password_hash_seconds_count ";
        let of = |app: &Arc<App>| {
            let text = app.metrics.exposition();
            let count = text.lines().find_map(|line| line.strip_prefix(COUNT)).unwrap_or_else(|| panic!("{text}"));
            count.parse::<u64>().unwrap()
        };
        self.apps().map(of).sum()
    }

    /// Codes that were compared with somebody's app in vain.
    async fn codes_compared(&self) -> u64 {
        const COUNT: &str = "SELECT CAST(COALESCE(SUM(failures), 0) AS TEXT) FROM authenticators WHERE kind = 'totp'";
        crate::store::texts(&self.town.app.db, COUNT.into()).await[0].parse().unwrap()
    }

    /// A sign-in page in a browser that nobody knows.
    async fn page(&self) -> (Browser, Page) {
        let mut browser = self.town.browser().speaking("en");
        let page = browser.open(&self.town.rp("portal").url(&[])).await;
        (browser, page)
    }
}

fn wrong(name: &str, n: usize) -> Vec<(&'static str, String)> {
    vec![("username", name.to_owned()), ("password", format!("incorrect horse {n}"))]
}

/// Five are free, and one after each wait that doubles; a browser in which the person signed in before has its own five.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_passwords_at_once_those_are_compared_whose_turn_it_is() {
    let doors = Doors::of(Town::new().await).await;
    let mut own = doors.town.browser();
    doors.town.rp("portal").code(&mut own, &[]).await;
    let (stranger, page) = doors.page().await;
    for (wait, heard) in [(0, 5), (1, 0), (1, 1), (3, 0), (1, 1), (8, 1)] {
        doors.town.clock.pass(Duration::from_secs(wait));
        let before = doors.stretched();
        let answers = doors.rush(&stranger, &page, |n| wrong("khai", n)).await;
        assert_eq!(doors.stretched() - before, heard, "after {wait} s");
        let waiting = answers.iter().filter(|page| page.header("retry-after").is_some()).count();
        assert_eq!(waiting, TRIES - usize::try_from(heard).unwrap(), "who is not heard is told to wait");
    }
    let page = own.open(&doors.town.rp("portal").url(&[("prompt", "login")])).await;
    let before = doors.stretched();
    doors.rush(&own, &page, |n| wrong("khai", n)).await;
    assert_eq!(doors.stretched() - before, 5);
    doors.town.leave().await;
}

/// Thirty tries at one account are free from everywhere together, however many networks they come from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_networks_have_one_account_s_tries_together() {
    let town = Town::with(|config| config.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]).await;
    let doors = Doors::of(town).await;
    let (stranger, page) = doors.page().await;
    for heard in [30, 0] {
        let before = doors.stretched();
        at_once(TRIES, |n| {
            let (mut browser, page) = (doors.browser(&stranger, n), page.clone());
            browser.headers.insert("x-forwarded-for", format!("198.51.{n}.1").parse().unwrap());
            async move { browser.fill(&page, &[("username", "khai"), ("password", "incorrect horse")]).await }
        })
        .await;
        assert_eq!(doors.stretched() - before, heard);
    }
    doors.town.leave().await;
}

/// Whoever stops Redis amid guesses gains no tries by it where they were heard, and the owner signs in all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tries_while_redis_stops_have_what_the_ladder_had_left() {
    let Ok(redis) = std::env::var("MOTCUA_TEST_REDIS") else {
        println!("ignored: MOTCUA_TEST_REDIS names no Redis");
        return;
    };
    let (url, line) = line_to(Url::parse(&redis).unwrap(), 6379).await;
    let town = Town::with(|config| {
        config.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()];
        config.ephemeral.url = SecretUrl(url.into());
    });
    let doors = Doors::of(town.await).await;
    let mut own = doors.town.browser();
    doors.town.rp("portal").code(&mut own, &[]).await;
    let (stranger, page) = doors.page().await;
    let guess = async |n: usize| {
        at_once(n, |n| {
            let (mut browser, page) = (doors.browser(&stranger, n), page.clone());
            browser.headers.insert("x-forwarded-for", format!("198.51.{n}.1").parse().unwrap());
            async move { browser.fill(&page, &[("username", "khai"), ("password", "incorrect horse")]).await }
        })
        .await
    };
    let before = doors.stretched();
    guess(20).await;
    assert_eq!(doors.stretched() - before, 20);
    line.abort();
    let answers = guess(TRIES).await;
    let heard = doors.stretched() - before - 20;
    assert!((1..=10).contains(&heard), "{heard} were compared beside the twenty");
    let waiting = answers.iter().filter(|page| page.header("retry-after").is_some()).count();
    assert_eq!(waiting, TRIES - usize::try_from(heard).unwrap(), "who is not heard is told to wait");
    doors.town.clock.pass(Duration::from_secs(2));
    guess(TRIES).await;
    let later = doors.stretched() - before - 20 - heard;
    assert!((1..=2).contains(&later), "each replica hears one after two seconds: {later}");
    assert!(!doors.town.rp("portal").code(&mut own, &[("prompt", "login")]).await.is_empty());
    doors.town.leave().await;
}

/// Who guesses one password for many people climbs the network's ladder; those who are right there do not climb it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_names_have_one_network_s_tries_together() {
    let doors = Doors::of(Town::with(|config| config.throttle.network = 20).await).await;
    for _ in 0..30 {
        doors.town.rp("portal").code(&mut doors.town.browser(), &[]).await;
    }
    let (stranger, page) = doors.page().await;
    for (wait, heard) in [(0, 20), (0, 0), (2, 1), (4, 1)] {
        doors.town.clock.pass(Duration::from_secs(wait));
        let before = doors.stretched();
        doors.rush(&stranger, &page, |n| wrong(&format!("person{n}"), n)).await;
        assert_eq!(doors.stretched() - before, heard, "after {wait} s");
    }
    doors.town.leave().await;
}

/// Password and codes, of the app or from paper, have one budget: the right password was the first of five tries.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_codes_at_once_those_are_compared_whose_turn_it_is() {
    let doors = Doors::of(Town::new().await).await;
    let town = &doors.town;
    let mut own = town.browser().speaking("en");
    town.rp("portal").code(&mut own, &[]).await;
    own.add_app(town.app.clock.now()).await;
    let page = own.open("/account/recovery-codes").await;
    let (confirm, offer) = (page.hidden_value("confirm"), page.hidden_value("offer"));
    own.submit("/account/recovery-codes", &[("confirm", &confirm), ("offer", &offer)]).await;
    let (mut stranger, page) = doors.page().await;
    let page = stranger.sign_in(&page, "khai").await;
    assert_eq!(page.path(), "/login/code", "{}", page.body);
    let guess = |n: usize| {
        let paper = format!("{n:04}A-BCDEF-GHJKL");
        vec![("otp", if n.is_multiple_of(3) { paper } else { format!("{n:06}") })]
    };
    for (wait, heard) in [(0, 4), (1, 0), (1, 1), (4, 1)] {
        town.clock.pass(Duration::from_secs(wait));
        let before = doors.codes_compared().await;
        doors.rush(&stranger, &page, guess).await;
        assert_eq!(doors.codes_compared().await - before, heard, "after {wait} s");
    }
    doors.town.leave().await;
}

/// "six digits, …, three tries", at once too: after two hundred wrong ones the code that was sent opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_tries_at_one_code_that_was_sent_three_are_heard() {
    let town = Town::with_post(unthrottled);
    let doors = Doors::of(town.await).await;
    let mut browser = doors.town.browser().speaking("en");
    let page = browser.open("/recovery").await;
    let page = browser.fill(&page, &[("username", "khai"), ("way", "mail")]).await;
    let sent = opening::letter(&doors.town, KHAI).await.code();
    let answers = doors
        .rush(&browser, &page, |n| {
            let guess = format!("{n:06}");
            vec![("otp", if guess == sent { "999999".to_owned() } else { guess })]
        })
        .await;
    let said = |what: &str| answers.iter().filter(|page| page.body.contains(what)).count();
    assert_eq!((said("That code is not right"), said("tried too often")), (3, TRIES - 3));
    let late = browser.fill(&page, &[("otp", &sent)]).await;
    assert!(late.body.contains("tried too often"), "{}", late.body);
    doors.town.leave().await;
}

/// "One budget across sign-in, recovery, step-up": whoever sits at the person's own browser has its five tries, at whichever of
/// our pages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_pages_that_ask_for_a_password_have_one_budget() {
    let doors = Doors::of(Town::new().await).await;
    let mut own = doors.town.browser();
    doors.town.rp("portal").code(&mut own, &[]).await;
    let step_up = own.open(&doors.town.rp("portal").url(&[("prompt", "login")])).await;
    let change = own.open("/account/password").await.hidden_value("confirm");
    let mut nobody_yet = own.clone();
    nobody_yet.cookies.retain(|name, _| !name.contains("session"));
    let sign_in = nobody_yet.open("/sign-in").await;
    assert_eq!((step_up.path(), sign_in.path()), ("/login".into(), "/sign-in".into()));
    let before = doors.stretched();
    let answers = at_once(TRIES, |n| {
        let (mut own, change) = (doors.browser(&own, n), change.clone());
        let page = if n % 3 == 0 { step_up.clone() } else { sign_in.clone() };
        async move {
            let guess = format!("incorrect horse {n}");
            if n % 3 == 2 {
                let fields = [("confirm", &*change), ("current", &guess), ("new", "another horse battery staple")];
                return own.submit("/account/password", &fields).await;
            }
            own.fill(&page, &[("username", "khai"), ("password", &guess)]).await
        }
    })
    .await;
    let said: Vec<(u16, String)> = answers.iter().map(|page| (page.status.as_u16(), page.path())).collect();
    assert_eq!(doors.stretched() - before, 5, "{said:?}");
    doors.town.leave().await;
}

/// The same of all that ask for a code: at a sign-in, at a step-up, and on the way back into an account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_pages_that_ask_for_a_code_have_one_budget() {
    let doors = Doors::of(Town::with_post(|_| {}).await).await;
    let (town, portal) = (&doors.town, doors.town.rp("portal"));
    proof(town, "khai", Level::Two).await;
    let mut own = town.browser();
    portal.code(&mut own, &[]).await;
    own.add_app(town.app.clock.now()).await;
    let step_up = own.open(&portal.url(&[("acr_values", "urn:motcua:acr:2")])).await;
    while town.mailbox().try_next_for(KHAI).await.is_some() {}
    let way_back = own.open("/recovery").await;
    let way_back = own.fill(&way_back, &[("username", "khai"), ("way", "mail")]).await;
    let sent = opening::letter(town, KHAI).await.code();
    let mut nobody_yet = own.clone();
    nobody_yet.cookies.retain(|name, _| !name.contains("session"));
    let sign_in = nobody_yet.open("/sign-in").await;
    let sign_in = nobody_yet.fill(&sign_in, &[("username", "khai"), ("password", PASSWORD)]).await;
    let pages = [(&own, step_up), (&nobody_yet, sign_in), (&own, way_back)];
    assert_eq!(pages.clone().map(|(_, page)| page.path()), ["/login/code", "/sign-in/code", "/recovery/code"]);
    let guess = if sent == "123456" { "123457" } else { "123456" };
    let at = |n: usize| {
        let (browser, page) = &pages[n % 3];
        let (mut browser, page) = (doors.browser(browser, n), page.clone());
        async move { browser.fill(&page, &[("otp", guess)]).await.header("retry-after").is_none() }
    };
    let mut heard = Vec::new();
    for n in 0..7 {
        heard.push(at(n).await);
    }
    assert_eq!(heard, [true, true, true, false, false, false, false], "a password and a name were two of five tries");
    for (wait, heard) in [(1, 0), (1, 1), (4, 1)] {
        town.clock.pass(Duration::from_secs(wait));
        let answers = at_once(TRIES, at).await;
        assert_eq!(answers.into_iter().filter(|was_heard| *was_heard).count(), heard, "after {wait} s");
    }
    doors.town.leave().await;
}

/// Who guesses wrong is answered before the database has counted it.
pub async fn counted(town: &Town) {
    const COUNTED: &str = "SELECT 'counted' FROM credentials WHERE failures >= 100";
    while crate::store::texts(&town.app.db, COUNTED.into()).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Until no guess at khai's password is under way.
pub async fn settled(town: &Town) {
    let (khai, span) = (crate::letters::khai(town).await, town.app.clock.now().seconds() / 60);
    for span in [span - 1, span] {
        let key = format!("guesses:password:{khai}:{span}");
        while town.app.ephemeral.get(&key).await.unwrap().is_some_and(|count| count != b"0") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// "counted *before* the check so that parallel guesses do not slip through": where one more may be wrong, of thirty at once from
/// thirty networks one is compared, the right one or another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_tries_at_once_after_ninety_nine_wrong_ones_one_more_is_wrong() {
    let town = Town::with(|config| config.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]).await;
    let doors = Doors::of(town).await;
    let khai = crate::letters::khai(&doors.town).await;
    for right in [None, Some(7)] {
        const NEARLY: &str = "UPDATE credentials SET failures = 99 WHERE failures <> 99";
        crate::store::execute(&doors.town.app.db, NEARLY).await;
        doors.town.clock.pass(Duration::from_secs(3600));
        let (stranger, page) = doors.page().await;
        let answers = at_once(30, |n| {
            let (mut browser, page) = (doors.browser(&stranger, n), page.clone());
            browser.headers.insert("x-forwarded-for", format!("198.51.{n}.1").parse().unwrap());
            let password = if right == Some(n) { PASSWORD } else { "incorrect horse" };
            async move { browser.fill(&page, &[("username", "khai"), ("password", password)]).await }
        })
        .await;
        settled(&doors.town).await;
        let let_in = answers.iter().filter(|page| page.parameter("code").is_some()).count();
        let stored = motcua::store::credentials::password_among(&doors.town.app.db, khai).await.unwrap().unwrap();
        let is_shut = let_in == 0 && stored.failures == 100;
        let is_over = right.is_some() && let_in == 1 && stored.failures < 30;
        assert!(is_shut || is_over, "{right:?}: {let_in} came in, {} are counted", stored.failures);
    }
    doors.town.leave().await;
}

/// NIST SP 800-63B-4 §3.2.2: "no more than 100" in a row. What was right before the hundredth wrong one counts no more after it:
/// guesses that ran beside it were guesses, too.
#[tokio::test]
async fn a_right_password_among_guesses_opens_nothing_once_a_hundred_were_wrong() {
    let town = Town::with(unthrottled).await;
    let mut own = town.browser();
    town.rp("portal").code(&mut own, &[]).await;
    let secret = own.add_app(town.app.clock.now()).await;
    town.clock.pass(Duration::from_secs(30));
    let (mut guesser, mut lucky) = (town.browser(), town.browser());
    let page = guesser.open(&town.rp("portal").url(&[])).await;
    for n in 0..99 {
        guesser.fill(&page, &[("username", "khai"), ("password", &format!("incorrect horse {n}"))]).await;
    }
    settled(&town).await;
    let half = lucky.open(&town.rp("portal").url(&[])).await;
    let half = lucky.fill(&half, &[("username", "khai"), ("password", PASSWORD)]).await;
    assert_eq!(half.path(), "/login/code", "{}", half.body);
    guesser.fill(&page, &[("username", "khai"), ("password", "the hundredth")]).await;
    counted(&town).await;
    let page = lucky.fill(&half, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert_eq!((page.parameter("code"), page.path()), (None, half.path()), "{}", page.body);
    town.leave().await;
}

/// What is dead is told to whom it belongs, once, on every channel; who signed in by something else sets another.
#[tokio::test]
async fn whose_password_was_tried_in_vain_a_hundred_times_learns_of_it_and_sets_another() {
    use crate::letters::KHAI;
    use crate::letters::NUMBER;
    use crate::town::Device;
    let town = Town::with_post(|_| {}).await;
    let (mut own, mut device) = (town.browser().speaking("en"), Device::new());
    town.rp("portal").code(&mut own, &[]).await;
    own.enrol(&mut device).await;
    while town.mailbox().try_next_for(KHAI).await.is_some() {}
    while town.phone().try_next_for(NUMBER).await.is_some() {}
    let khai = crate::letters::khai(&town).await;
    for _ in 0..motcua::identity::credential::MOST_FAILURES - 1 {
        motcua::store::credentials::fail(&town.app.db, khai).await.unwrap();
    }
    let mut guesser = town.browser().speaking("en");
    let page = guesser.open("/sign-in").await;
    let mut told = Vec::new();
    for password in ["the hundredth", PASSWORD] {
        let answer = guesser.fill(&page, &[("username", "khai"), ("password", password)]).await;
        assert!(answer.body.contains("choose “I cannot sign in” below") && answer.body.contains("href=\"/recovery\""));
        told.push(answer.body.replace(&answer.hidden_value("login"), "LOGIN").len());
        counted(&town).await;
    }
    let stranger = guesser.fill(&page, &[("username", "nobody"), ("password", "the hundredth")]).await;
    assert!(stranger.body.contains("What you entered or the password is not right"), "{}", stranger.body);
    assert!(told.iter().all(|length| length.abs_diff(told[0]) < 64), "the page says the same of all: {told:?}");
    let letter = opening::letter(&town, KHAI).await; // written after the answer
    assert!(letter.text.contains("lần thứ một trăm") && letter.link().ends_with("/recovery"), "{}", letter.text);
    assert!(opening::message(&town, NUMBER).await.contains("không còn dùng được"));
    assert!(town.mailbox().try_next_for(KHAI).await.is_none(), "once");

    assert!(own.open("/account/security").await.body.contains("entered wrongly too often"));
    let page = own.open("/account/password").await;
    assert!(page.body.contains("name=\"current\""), "who came by the password alone proved no more than a thief could");
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.use_passkey(&page, &mut device).await.path(), "/");
    let page = browser.open("/account/password").await;
    assert!(!page.body.contains("name=\"current\""), "{}", page.body);
    let page = browser.fill(&page, &[("new", "a quiet river at night")]).await;
    assert_eq!(page.path(), "/account/security", "{}", page.body);
    assert!(!page.body.contains("entered wrongly too often"));
    town.leave().await;
}
