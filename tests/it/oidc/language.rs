//! Pages in both languages: OpenID Connect Core §3.1.2.1 (`ui_locales`), RFC 9110 §12.5.4.

use crate::town::Page;
use crate::town::Town;

fn language_of(page: &Page) -> &str {
    let language = page.body.split("<html lang=\"").nth(1).unwrap().split('"').next().unwrap();
    let (words, others) = match language {
        "vi" => ("Đăng nhập", "Sign in"),
        _ => ("Sign in", "Đăng nhập"),
    };
    assert!(page.body.contains(words) && !page.body.contains(others), "{}", page.body);
    language
}

/// Vietnamese first; Accept-Language where nobody chose.
#[tokio::test]
async fn accept_language_decides_where_nobody_chose() {
    let town = Town::new().await;
    let url = town.rp("portal").url(&[]);
    assert_eq!(language_of(&town.browser().open(&url).await), "vi");
    assert_eq!(language_of(&town.browser().speaking("en-GB,en;q=0.9").open(&url).await), "en");
    assert_eq!(language_of(&town.browser().speaking("fr, vi;q=0.5, en;q=0.4").open(&url).await), "vi");
    town.leave().await;
}

/// §3.1.2.1: ui_locales, "a space-separated list … ordered by preference", before the browser's own.
#[tokio::test]
async fn ui_locales_come_before_accept_language() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let english = portal.url(&[("ui_locales", "fr en-GB vi")]);
    assert_eq!(language_of(&town.browser().speaking("vi").open(&english).await), "en");
    let vietnamese = portal.url(&[("ui_locales", "vi")]);
    assert_eq!(language_of(&town.browser().speaking("en").open(&vietnamese).await), "vi");
    town.leave().await;
}

/// The link in the head keeps the page and the choice, before what service and browser say.
#[tokio::test]
async fn the_link_changes_the_language_keeps_the_sign_in_and_is_remembered() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[("ui_locales", "vi")])).await;
    let href =
        page.body.split("hreflang=\"en\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let page = browser.open(&href).await;
    assert_eq!((page.path().as_str(), language_of(&page)), ("/login", "en"));
    assert_eq!(browser.cookies["motcua_lang"], "en");
    let next = browser.open(&portal.url(&[("ui_locales", "vi")])).await;
    assert_eq!(language_of(&next), "en");
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some());
    town.leave().await;
}

/// A refused sign-in and an error page speak the language of the page before them.
#[tokio::test]
async fn refusals_and_error_pages_speak_the_language_too() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[("ui_locales", "en")])).await;
    let refused = browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
    assert_eq!(language_of(&refused), "en");
    assert!(refused.body.contains("<title>Error: "), "{}", refused.body);
    for (language, words) in [("en", "We do not recognise this service"), ("vi", "<title>Lỗi: ")] {
        let page = town.browser().open(&portal.url(&[("client_id", "nobody"), ("ui_locales", language)])).await;
        assert!(page.body.contains(words), "{}", page.body);
    }
    town.leave().await;
}
