//! The account in a browser, with scripts switched off.

use super::BOTH;
use super::Chrome;
use super::Demo;
use super::WIDTHS;

/// design/pages.md: "Without JavaScript everything but the passkey ceremony works"; a telephone that was left behind is signed
/// out from another device.
#[tokio::test(flavor = "multi_thread")]
async fn people_look_at_their_account_and_end_a_sign_in_elsewhere_without_scripts() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    for (lang, width) in BOTH.into_iter().zip(WIDTHS) {
        let (left, tab) = (chrome.fresh_tab(width).await, chrome.fresh_tab(width).await.without_scripts().await);
        for tab in [&left, &tab] {
            tab.open(&format!("{}/sign-in?lang={lang}", demo.portal("national"))).await;
            tab.sign_in("khai", &demo.password_of("khai")).await;
        }
        tab.open(&format!("{}/?lang={lang}", demo.issuer())).await;
        tab.follow("a[href='/account']").await;
        assert_eq!(tab.path().await, "/account");
        assert!(tab.count("[name=end]").await >= 2, "one, and all others");
        assert!(tab.text("main").await.contains("Chrome · Linux"));
        tab.fit(lang).await;
        tab.follow("[name=end][value=others]").await;
        assert_eq!((tab.path().await.as_str(), tab.count("[name=end]").await), ("/account", 0));
        left.open(&format!("{}/account", demo.issuer())).await;
        assert_eq!(left.path().await, "/sign-in");
        tab.follow("a[href='/account/history']").await;
        tab.fit(lang).await;
        assert!(tab.count("li.row").await >= 3);
        tab.follow("form button").await;
        assert!(tab.count("li.row").await >= 3);
        tab.follow("a[href='/account']").await;
        tab.follow("a[href='/consents']").await;
        tab.fit(lang).await;
        left.close().await;
        tab.close().await;
    }
    chrome.quit().await;
}
