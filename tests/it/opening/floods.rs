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
    town.clock.pass(Duration::from_secs(3600));
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
