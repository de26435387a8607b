//! Floods are slowed down: by a puzzle, or a wait; more where more come from.

use super::*;

#[tokio::test]
async fn without_a_solution_the_form_counts_after_a_wait_that_the_page_says() {
    let town = Town::with_post(|config| config.accounts.open = true).await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/open-account").await;
    assert!(page.body.contains("<noscript>") && page.body.contains("Wait 20 seconds"), "{}", page.body);
    town.clock.pass(Duration::from_secs(5));
    for solution in ["", "1", "x"] {
        let answer = browser.fill(&page, &[("address", LAN), ("solution", solution)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, Some("15")), "{}", answer.body);
        assert!(answer.body.contains("Wait 15 seconds") && answer.body.contains(LAN), "{}", answer.body);
        assert_eq!(answer.hidden_value("puzzle"), page.hidden_value("puzzle"), "the wait goes on");
    }
    let counted = "motcua_openings_refused_total{why=\"unsolved\"} 3\n";
    assert!(town.app.metrics.exposition().contains(counted), "{}", town.app.metrics.exposition());
    town.clock.pass(Duration::from_secs(15));
    let answer = browser.fill(&page, &[("address", LAN)]).await;
    assert_eq!(answer.path(), "/open-account/code", "{}", answer.body);
    letter(&town, LAN).await;
    town.leave().await;
}

#[tokio::test]
async fn a_puzzle_counts_once_in_its_browser_and_for_an_hour() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/open-account").await;
    let first = form(&page, LAN);
    let foreign = sent(&mut town.browser(), "/open-account", &first).await;
    assert_eq!(foreign.status, 400);
    assert!(town.app.metrics.exposition().contains("motcua_openings_refused_total{why=\"foreign\"} 1\n"));
    assert_eq!(sent(&mut browser, "/open-account", &first).await.path(), "/open-account/code");
    letter(&town, LAN).await;
    let other = [&first[..2], &[("address", "hoa@dongnoi.example".to_owned())]].concat();
    let answer = sent(&mut browser, "/open-account", &other).await;
    assert!(answer.path() == "/open-account" && answer.body.contains("was sent before"), "{}", answer.body);
    assert_ne!(answer.hidden_value("puzzle"), page.hidden_value("puzzle"));
    let page = browser.open("/open-account").await;
    town.clock.pass(Duration::from_secs(7200));
    let answer = sent(&mut browser, "/open-account", &form(&page, "hoa@dongnoi.example")).await;
    assert!(answer.body.contains("open for too long"), "{}", answer.body);
    assert!(town.app.metrics.exposition().contains("motcua_openings_refused_total{why=\"spent\"} 2\n"));
    assert!(town.mailbox().try_next_for("hoa@dongnoi.example").await.is_none());
    town.leave().await;
}

/// "slowed (per network …)": the price of the next form doubles, for this network alone.
#[tokio::test]
async fn the_price_grows_with_what_a_network_sends() {
    let town = Town::with_post(|config| {
        open(config);
        config.accounts.hourly_free = 2;
    })
    .await;
    let mut browser = town.browser().speaking("en");
    let kept = browser.open("/open-account").await;
    for n in 0..8 {
        let page = ask(&mut browser, &format!("n{n}@dongnoi.example")).await;
        assert_eq!(page.path(), "/open-account/code", "{}", page.body);
    }
    let dear = browser.open("/open-account").await;
    assert!(dear.body.contains("data-bits=\"11\"") && dear.body.contains("Wait 3 minutes"), "{}", dear.body);
    let answer = sent(&mut browser, "/open-account", &form(&kept, LAN)).await;
    assert!(answer.path() == "/open-account" && answer.body.contains("data-bits=\"11\""), "kept from a quiet hour");
    town.clock.pass(Duration::from_secs(3600));
    assert!(browser.open("/open-account").await.body.contains("data-bits=\"8\""));
    town.leave().await;
}

/// Nobody's mailbox is filled: the sixth letter in an hour is not sent, and the page says when the next one is.
#[tokio::test]
async fn an_address_gets_five_letters_in_an_hour() {
    let town = town().await;
    for _ in 0..5 {
        assert_eq!(ask(&mut town.browser(), LAN).await.path(), "/open-account/code");
        letter(&town, LAN).await;
    }
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/open-account").await;
    let form = form(&page, "LAN@dongnoi.example");
    let answer = sent(&mut browser, "/open-account", &form).await;
    assert!(answer.status == 429 && answer.body.contains("Many codes were sent"), "{}", answer.body);
    assert_eq!(answer.header("retry-after"), Some("3600"));
    let again = sent(&mut browser, "/open-account", &form).await;
    assert_eq!(again.status, 429, "the same once more: {}", again.body);
    town.clock.pass(Duration::from_secs(3599));
    assert!(town.mailbox().try_next_for(LAN).await.is_none());
    town.leave().await;
}

/// "automated floods are slowed (per network …; without JavaScript a longer wait)": pages that wait side by side, and are sent at
/// once, get no more than those that come one after the other.
#[tokio::test]
async fn pages_that_wait_side_by_side_pay_what_they_would_one_after_the_other() {
    let town = Town::with_post(|config| {
        open(config);
        config.accounts.hourly_free = 2;
    })
    .await;
    let mut forms = Vec::new();
    for n in 0..12 {
        let mut browser = town.browser().speaking("en");
        let page = browser.open("/open-account").await;
        forms.push((browser, page, format!("n{n}@dongnoi.example")));
    }
    let mut taken = Vec::new();
    for seconds in [20, 20, 40, 80] {
        town.clock.pass(Duration::from_secs(seconds));
        let sending = forms.iter().map(|(browser, page, address)| {
            let (mut browser, page, address) = (browser.clone(), page.clone(), address.clone());
            async move { browser.fill(&page, &[("address", &address)]).await }
        });
        let answers = futures_util::future::join_all(sending).await;
        let passed = |page: &Page| page.path() == "/open-account/code";
        let asked = answers.iter().find(|page| !passed(page));
        if seconds == 20 && taken.is_empty() {
            let asked = asked.unwrap();
            assert_eq!((asked.status.as_u16(), asked.header("retry-after")), (429, Some("20")), "{}", asked.body);
        }
        taken.push(answers.iter().filter(|page| passed(page)).count());
    }
    assert_eq!(taken, [2, 4, 8, 12], "each page that was taken stays so");
    town.leave().await;
}

/// The same for solutions of the former price: what is missing is asked for.
#[tokio::test]
async fn solutions_that_are_sent_at_once_pay_the_price_of_their_place() {
    let town = Town::with_post(|config| {
        open(config);
        config.accounts.hourly_free = 2;
        config.accounts.puzzle_bits = 12; // few solutions of so many zeros have more
    })
    .await;
    let mut forms = Vec::new();
    for n in 0..12 {
        let mut browser = town.browser().speaking("en");
        let page = browser.open("/open-account").await;
        let form = form(&page, &format!("n{n}@dongnoi.example"));
        forms.push((browser, form));
    }
    let sending = forms.iter().map(|(browser, form)| {
        let mut browser = browser.clone();
        async move { sent(&mut browser, "/open-account", form).await }
    });
    let answers = futures_util::future::join_all(sending).await;
    let dear = |bits: usize| answers.iter().filter(|page| page.body.contains(&format!("data-bits=\"{bits}\""))).count();
    let passed = answers.iter().filter(|page| page.path() == "/open-account/code").count();
    assert!((2..9).contains(&passed) && dear(12) == 0 && dear(13) + dear(14) == 12 - passed, "{passed}");
    town.leave().await;
}

/// "a hard ceiling": of one network, whatever it pays, and with a page that says what to do.
#[tokio::test]
async fn a_network_gets_so_many_codes_in_an_hour_and_no_more() {
    let town = Town::with_post(|config| {
        open(config);
        (config.accounts.hourly_free, config.accounts.hourly_most) = (3, 3);
        config.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()];
    })
    .await;
    let at = |address: &str| {
        let mut browser = town.browser().speaking("en");
        browser.headers.insert("x-forwarded-for", address.parse().unwrap());
        browser
    };
    for n in 0..3 {
        let page = ask(&mut at(&format!("198.51.100.{n}")), &format!("n{n}@dongnoi.example")).await;
        assert_eq!(page.path(), "/open-account/code", "{}", page.body);
    }
    let full = ask(&mut at("198.51.100.9"), LAN).await;
    assert_eq!((full.status.as_u16(), full.header("retry-after")), (429, Some("3600")), "{}", full.body);
    assert!(full.body.contains("from another network") && full.body.contains("Wait 1 hour"), "{}", full.body);
    assert_eq!(ask(&mut at("203.0.113.1"), LAN).await.path(), "/open-account/code", "another network");
    letter(&town, LAN).await;
    town.clock.pass(Duration::from_secs(3600));
    assert_eq!(ask(&mut at("198.51.100.9"), LAN).await.path(), "/open-account/code");
    town.leave().await;
}

/// "a taken user name is told only after a verified address": and then of few, on the ladder of all guesses.
#[tokio::test]
async fn who_looks_for_taken_user_names_has_to_wait() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = reached(&town, &mut browser, LAN).await;
    let name = |user_name| [("name", "Trần Thị Lan"), ("username", user_name), ("number", "")];
    for _ in 0..5 {
        let taken = browser.fill(&page, &name("khai")).await;
        assert!(taken.status == 400 && taken.body.contains("has this user name already"), "{}", taken.body);
    }
    let put_off = browser.fill(&page, &name("khai")).await;
    assert!(put_off.status == 429 && !put_off.body.contains("already"), "{}", put_off.body);
    let free = browser.fill(&page, &name("lan.free")).await;
    assert!(
        free.status == 429 && free.body.contains("value=\"lan.free\""),
        "nothing is told either way: {}",
        free.body
    );
    assert!(free.header("retry-after").is_some() && free.body.contains("Wait "), "{}", free.body);
    town.clock.pass(Duration::from_secs(4));
    assert_eq!(browser.fill(&page, &name("lan.free")).await.path(), "/open-account/key", "one try after the wait");
    town.leave().await;
}
