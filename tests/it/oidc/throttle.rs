//! The throttle ladder slows guessing for each account and network and never locks the owner out.

use std::time::Duration;

use http::StatusCode;

use super::audit::recorded;
use super::audit::since;
use super::seconds;
use crate::town::Browser;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

async fn guess(town: &Town, browser: &mut Browser, name: &str, password: &str) -> Page {
    let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    browser.fill(&page, &[("username", name), ("password", password)]).await
}

/// The announced wait of a page that asks for patience; `None` for one that compared the password.
fn wait_of(page: &Page) -> Option<Duration> {
    assert_eq!(page.status == StatusCode::TOO_MANY_REQUESTS, page.header("retry-after").is_some());
    page.header("retry-after").map(|text| seconds(text.parse().unwrap()))
}

async fn five_wrong(town: &Town, browser: &mut Browser, name: &str) {
    for n in 0..5 {
        assert_eq!(wait_of(&guess(town, browser, name, "wrong").await), None, "{n}");
    }
}

/// Five tries are free; then even the right password waits, with Retry-After (RFC 9110 §10.2.3) and words.
#[tokio::test]
async fn after_five_wrong_passwords_the_next_try_waits() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    five_wrong(&town, &mut browser, "khai").await;
    let page = guess(&town, &mut browser, "khai", PASSWORD).await;
    assert_eq!(wait_of(&page), Some(seconds(2)));
    assert!(page.body.contains("Wait 2 seconds, then try again"), "{}", page.body);
    assert!(page.body.contains("The account is not locked"));
    town.leave().await;
}

/// After the wait one try is heard, and each that is wrong doubles the next wait up to the longest.
#[tokio::test]
async fn waits_grow_and_after_each_one_try_is_heard() {
    let town = Town::with(|config| config.throttle.window = motcua::config::duration::Span::hours(6)).await;
    let mut browser = town.browser();
    five_wrong(&town, &mut browser, "khai").await;
    for wait in [2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        assert_eq!(wait_of(&guess(&town, &mut browser, "khai", "wrong").await), Some(seconds(wait)));
        town.clock.pass(seconds(wait) - Duration::from_millis(1));
        assert!(wait_of(&guess(&town, &mut browser, "khai", PASSWORD).await).is_some(), "{wait}");
        town.clock.pass(Duration::from_millis(1));
        assert_eq!(wait_of(&guess(&town, &mut browser, "khai", "wrong").await), None, "{wait}");
    }
    town.clock.pass(seconds(300));
    assert!(guess(&town, &mut browser, "khai", PASSWORD).await.parameter("code").is_some());
    town.leave().await;
}

/// Many tries at once share the free ones: none is compared beyond them.
#[tokio::test]
async fn tries_at_once_do_not_outrun_the_count() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let tries = (0..20).map(|_| {
        let (mut browser, page) = (browser.clone(), page.clone());
        async move { browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await }
    });
    let pages = futures_util::future::join_all(tries).await;
    assert_eq!(pages.iter().filter(|page| wait_of(page).is_none()).count(), 5);
    town.leave().await;
}

/// A right password clears the account's count.
#[tokio::test]
async fn a_right_password_makes_the_tries_free_again() {
    let town = Town::new().await;
    for _ in 0..3 {
        let mut browser = town.browser();
        for _ in 0..4 {
            assert_eq!(wait_of(&guess(&town, &mut browser, "khai", "wrong").await), None);
        }
        assert!(guess(&town, &mut browser, "khai", PASSWORD).await.parameter("code").is_some());
    }
    town.leave().await;
}

/// A browser that the person signed in with before has a count of its own.
#[tokio::test]
async fn strangers_do_not_slow_the_owner_in_a_browser_that_is_known() {
    let town = Town::new().await;
    let mut owner = town.browser();
    assert!(guess(&town, &mut owner, "khai", PASSWORD).await.parameter("code").is_some());
    let mut stranger = town.browser();
    five_wrong(&town, &mut stranger, "khai").await;
    assert!(wait_of(&guess(&town, &mut stranger, "khai", "wrong").await).is_some());
    assert!(guess(&town, &mut owner, "khai", PASSWORD).await.parameter("code").is_some());
    assert!(wait_of(&guess(&town, &mut stranger, "khai", PASSWORD).await).is_some());
    town.leave().await;
}

/// The cookie of a known browser is of one account: it opens no second ladder for another, and has an end itself.
#[tokio::test]
async fn a_known_browser_is_known_for_its_own_account_and_is_slowed_too() {
    let town = Town::new().await;
    let mut browser = town.browser();
    assert!(guess(&town, &mut browser, "an", PASSWORD).await.parameter("code").is_some());
    five_wrong(&town, &mut town.browser(), "khai").await;
    assert!(wait_of(&guess(&town, &mut browser, "khai", "wrong").await).is_some());
    five_wrong(&town, &mut browser, "an").await;
    assert!(wait_of(&guess(&town, &mut browser, "an", PASSWORD).await).is_some());
    town.leave().await;
}

/// A browser that nobody knows, at this address.
async fn try_at(town: &Town, address: &str, name: &str, password: &str) -> Page {
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    browser.headers.insert("x-forwarded-for", address.parse().unwrap());
    browser.fill(&page, &[("username", name), ("password", password)]).await
}

async fn town_behind_a_proxy() -> Town {
    Town::with(|config| config.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]).await
}

/// An account is a person: user name, e-mail address and identity number have one budget together.
#[tokio::test]
async fn all_names_of_a_person_share_their_tries() {
    let town = Town::new().await;
    let mut browser = town.browser();
    for name in ["khai", "khai@songlam.example", "036187001234", "khai", "036 187 001 234"] {
        assert_eq!(wait_of(&guess(&town, &mut browser, name, "wrong").await), None, "{name}");
    }
    for name in ["khai", "khai@songlam.example", "036187001234"] {
        assert!(wait_of(&guess(&town, &mut browser, name, PASSWORD).await).is_some(), "{name}");
    }
    town.leave().await;
}

/// A browser that is known is known by whichever name the person signs in.
#[tokio::test]
async fn a_known_browser_is_known_by_every_name_of_its_person() {
    let town = Town::new().await;
    let mut owner = town.browser();
    assert!(guess(&town, &mut owner, "khai", PASSWORD).await.parameter("code").is_some());
    five_wrong(&town, &mut town.browser(), "036187001234").await;
    assert!(guess(&town, &mut owner, "khai@songlam.example", PASSWORD).await.parameter("code").is_some());
    town.leave().await;
}

/// The owner, on a new device elsewhere, is heard within `most` seconds by doing what the page says, while the attack goes on.
async fn is_heard_within(town: &Town, most: u64, attack: impl AsyncFn(u64)) {
    let mut waited = 0;
    while let Some(wait) = wait_of(&try_at(town, "203.0.113.5", "khai", PASSWORD).await) {
        waited += wait.as_secs();
        assert!(waited <= most, "waited {waited} s");
        attack(wait.as_secs()).await;
    }
}

/// Six networks guess at one account every second: its owner is heard within the longest wait.
#[tokio::test]
async fn a_handful_of_networks_cannot_keep_the_owners_new_device_out() {
    let town = town_behind_a_proxy().await;
    let attack = async |seconds_long: u64| {
        for _ in 0..seconds_long {
            for network in 0..6 {
                try_at(&town, &format!("198.51.{network}.1"), "khai", "wrong").await;
            }
            town.clock.pass(seconds(1));
        }
    };
    attack(120).await;
    is_heard_within(&town, 300, attack).await;
    town.leave().await;
}

/// One household of IPv6 is one neighbour, however many networks it has.
#[tokio::test]
async fn a_household_of_many_networks_cannot_keep_the_owners_new_device_out() {
    let town = town_behind_a_proxy().await;
    for n in 0..40 {
        try_at(&town, &format!("2001:db8:1:{n:x}::1"), "khai", "wrong").await;
    }
    let attack = async |long: u64| {
        for second in 0..long {
            for n in 0..20 {
                try_at(&town, &format!("2001:db8:1:{:x}::1", 100 + 20 * (second % 100) + n), "khai", "wrong").await;
            }
            town.clock.pass(seconds(1));
        }
    };
    attack(20).await;
    is_heard_within(&town, 120, attack).await;
    town.leave().await;
}

/// Whoever is where somebody signed in learns nothing of it: the answer is that to a name of nobody.
#[tokio::test]
async fn a_neighbour_does_not_learn_who_signed_in_there() {
    let town = town_behind_a_proxy().await;
    let page = try_at(&town, "203.0.113.5", "khai", PASSWORD).await;
    assert!(page.parameter("code").is_some());
    for name in ["khai", "nobody"] {
        for n in 0..40 {
            try_at(&town, &format!("198.51.{n}.1"), name, "wrong").await;
        }
        let told = try_at(&town, "203.0.113.77", name, "wrong").await;
        assert!(
            (told.status, wait_of(&told).is_some()) == (http::StatusCode::TOO_MANY_REQUESTS, true),
            "{name}: {}",
            told.body
        );
    }
    town.leave().await;
}

/// Where nothing can be counted no try is heard.
#[tokio::test]
async fn full_stores_hear_no_try() {
    if std::env::var("MOTCUA_TEST_REDIS").is_ok() {
        println!("ignored: how much room Redis has is its operator's choice");
        return;
    }
    let town = Town::new().await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    for store in [&*town.app.ephemeral, &town.app.fallback] {
        let mut size = 1024 * 1024;
        while size > 0 {
            let key = format!("{size}:{}", motcua::base::secret::base64url(&town.app.entropy.bytes::<8>()));
            if store.put(&key, vec![0; size], seconds(600)).await.is_err() {
                size /= 2;
            }
        }
    }
    let answer = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    assert_eq!((wait_of(&answer), answer.parameter("code")), (Some(seconds(30)), None));
    town.leave().await;
}

/// Below the network's limit one account's guesser does not slow another account.
#[tokio::test]
async fn another_account_of_the_same_network_is_not_slowed() {
    let town = Town::new().await;
    let mut browser = town.browser();
    five_wrong(&town, &mut browser, "khai").await;
    assert!(wait_of(&guess(&town, &mut browser, "khai", "wrong").await).is_some());
    assert!(guess(&town, &mut browser, "an", PASSWORD).await.parameter("code").is_some());
    town.leave().await;
}

/// Beyond the network's limit every account waits there; right passwords alone never reach it.
#[tokio::test]
async fn a_network_that_guesses_at_many_accounts_is_slowed() {
    let town = Town::with(|config| config.throttle.network = 8).await;
    for _ in 0..12 {
        assert!(guess(&town, &mut town.browser(), "an", PASSWORD).await.parameter("code").is_some());
    }
    for n in 0..8 {
        let page = guess(&town, &mut town.browser(), &format!("person{n}"), "wrong").await;
        assert_eq!(wait_of(&page), None, "{n}");
    }
    assert!(wait_of(&guess(&town, &mut town.browser(), "khai", PASSWORD).await).is_some());
    town.leave().await;
}

/// An account that nobody has is slowed in the same way: the ladder tells nobody who exists.
#[tokio::test]
async fn an_unknown_name_climbs_the_same_ladder() {
    let town = Town::new().await;
    let mut browser = town.browser();
    five_wrong(&town, &mut browser, "nobody").await;
    assert_eq!(wait_of(&guess(&town, &mut browser, "nobody", "wrong").await), Some(seconds(2)));
    town.leave().await;
}

/// All names of a person that differ in form alone are one account, and a window later the count starts anew.
#[tokio::test]
async fn the_count_is_of_the_name_in_one_form_and_ends_with_its_window() {
    let town = Town::new().await;
    let mut browser = town.browser();
    for name in ["khai", "KHAI", " khai", "Khai", "kHAI "] {
        assert_eq!(wait_of(&guess(&town, &mut browser, name, "wrong").await), None);
    }
    assert!(wait_of(&guess(&town, &mut browser, "khai", "wrong").await).is_some());
    town.clock.pass(seconds(900));
    assert!(guess(&town, &mut browser, "khai", PASSWORD).await.parameter("code").is_some());
    town.leave().await;
}

/// A try that was put off is counted as such and compares nothing.
#[tokio::test]
async fn a_try_that_was_put_off_is_recorded_as_such() {
    let town = Town::new().await;
    let mut browser = town.browser();
    five_wrong(&town, &mut browser, "khai").await;
    let before = recorded(&town).await;
    guess(&town, &mut browser, "khai", PASSWORD).await;
    assert_eq!(since(&town, before).await, []);
    let expected = [("sign_in_delayed".to_owned(), 1), ("sign_in_refused".to_owned(), 5)];
    assert_eq!(town.refusals().await, expected);
    town.leave().await;
}
