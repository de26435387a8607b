//! The provider's sign-in page in a browser.

use super::BOTH;
use super::Chrome;
use super::Demo;
use super::Lang;
use super::Tab;
use super::WIDTHS;
use super::people;

/// WCAG 2.2, 3.3.1: "the item that is in error is identified and the error is described to the user in text".
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_answered_by_a_focused_alert_and_the_name_stays() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    for (lang, width) in BOTH.into_iter().zip(WIDTHS) {
        let tab = chrome.fresh_tab(width).await;
        tab.open(&format!("{}/sign-in?lang={lang}", demo.portal("ministry"))).await;
        assert_eq!(focused(&tab).await, "username");
        is_refused(&tab, lang).await;
        tab.sign_in("khai", &demo.password_of("khai")).await;
        assert_eq!(tab.url().await, format!("{}/me", demo.portal("ministry")));
        assert_eq!(tab.text("#password-count").await, "1");
        tab.close().await;
    }
    chrome.quit().await;
}

/// WCAG 2.2, conformance requirement 4: "Only accessibility-supported ways of using technologies are relied upon".
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_scripts_signs_in_consents_and_signs_out() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    let tab = chrome.fresh_tab(360).await.without_scripts().await;
    tab.open("data:text/html,<h1>0</h1><script>document.querySelector('h1').innerText = 1</script>").await;
    assert_eq!(tab.text("h1").await, "0", "scripts do not run");
    tab.open(&format!("{}/sign-in?lang=vi", demo.portal("hospital"))).await;
    is_refused(&tab, "vi").await;
    people::signs_in(&tab, &demo, "vi", "an").await;
    assert_eq!(tab.path().await, "/consent");
    tab.follow("#deny").await;
    assert_eq!((tab.path().await.as_str(), tab.count("#trouble").await), ("/callback", 1));
    assert!(tab.complaints().iter().all(|complaint| complaint.contains("400 (Bad Request)")));
    tab.fit("vi").await;
    tab.follow("#again").await;
    tab.follow("#allow").await;
    assert_eq!(tab.text("#who").await, "Trần Văn An");
    tab.open(&format!("{}/logout", demo.issuer())).await;
    tab.follow("#logout-confirm").await;
    assert_eq!(tab.path().await, "/logout/done");
    tab.close().await;
    chrome.quit().await;
}

/// OpenID Connect Core §3.1.2.1, `prompt`: "select_account: The Authorization Server SHOULD prompt the End-User to
/// select a user account"; the errors of RFC 6749 §4.1.2.1 are told to the person.
#[tokio::test(flavor = "multi_thread")]
async fn the_choice_of_a_person_and_the_error_pages_fit_every_screen() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    let tab = chrome.fresh_tab(360).await;
    tab.open(&format!("{}/sign-in?lang=en", demo.portal("commune"))).await;
    tab.sign_in("lan", &demo.password_of("lan")).await;
    let asks = format!("{}/authorize?response_type=code&scope=openid", demo.issuer());
    let challenge = "code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let callback = format!("{}/callback", demo.portal("commune"));
    tab.open(&format!("{asks}&client_id=commune&redirect_uri={callback}&{challenge}&prompt=select_account")).await;
    assert_eq!((tab.path().await.as_str(), tab.count("#continue, #another").await), ("/login/select", 2));
    tab.fit("en").await;
    let strangers = [
        format!("{asks}&client_id=nobody&redirect_uri={callback}"),
        format!("{asks}&client_id=commune&redirect_uri=https://elsewhere.example/cb"),
        format!("{}/login?login=unreadable", demo.issuer()),
        format!("{}/nowhere", demo.issuer()),
    ];
    for stranger in &strangers {
        tab.open(stranger).await;
        assert!(tab.url().await.starts_with(&demo.issuer()), "{stranger} leads to {}", tab.url().await);
        assert!(tab.look::<String>("document.title").await.starts_with("Error:"), "{stranger}");
        assert_eq!(tab.count("[type=password]").await, 0);
        tab.fit("en").await;
    }
    assert!(tab.complaints().iter().all(|complaint| complaint.contains("status of 40")));
    tab.close().await;
    chrome.quit().await;
}

/// The start page is a door: it lists what is open, signs people in, leads on without a second password, and keeps its console
/// silent. The password can be looked at before it is sent, and is no clear text when it is.
#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_signs_in_and_leads_to_every_portal() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    for (lang, width) in BOTH.into_iter().zip(WIDTHS) {
        let tab = chrome.fresh_tab(width).await;
        tab.open(&format!("{}/?lang={lang}", demo.issuer())).await;
        assert_eq!((tab.count(".services a").await, tab.count(".foot a").await), (5, 3));
        tab.fit(lang).await;
        tab.follow("#sign-in").await;
        tab.fit(lang).await;
        let kind = async || tab.look::<String>("document.querySelector('#p').type").await;
        assert_eq!(kind().await, "password");
        tab.enter("#p", "visible").await;
        let () = tab.look("document.querySelector('#show').click()").await;
        assert_eq!(kind().await, "text");
        tab.fit(lang).await;
        let () = tab.look("document.querySelector('#show').click()").await;
        assert_eq!(kind().await, "password");
        people::signs_in(&tab, &demo, lang, "an").await;
        assert_eq!(tab.path().await, "/");
        assert!(tab.text("h1").await.contains("Trần Văn An"));
        tab.fit(lang).await;
        tab.follow("a[href='/services/national/open']").await;
        assert_eq!(tab.url().await, format!("{}/me", demo.portal("national")));
        tab.open(&demo.issuer()).await;
        tab.follow("a[href='/services/hospital/open']").await;
        assert_eq!(tab.path().await, if lang == "vi" { "/consent" } else { "/me" });
        if lang == "vi" {
            tab.follow("#allow").await;
        }
        tab.open(&format!("{}/consents", demo.issuer())).await;
        tab.fit(lang).await;
        tab.close().await;
    }
    chrome.quit().await;
}

async fn is_refused(tab: &Tab, lang: Lang) {
    tab.sign_in("khai", "not-the-password").await;
    assert_eq!(tab.path().await, "/login");
    assert_eq!(focused(tab).await, "alert");
    assert_eq!(tab.look::<String>("document.querySelector('[name=username]').value").await, "khai");
    assert_eq!(tab.look::<String>("document.querySelector('[name=password]').value").await, "");
    let title: String = tab.look("document.title").await;
    assert!(title.starts_with(if lang == "vi" { "Lỗi:" } else { "Error:" }), "{title}");
    tab.fit(lang).await;
}

/// The role or the name of what has the focus.
async fn focused(tab: &Tab) -> String {
    tab.look("document.activeElement.getAttribute('role') ?? document.activeElement.name ?? ''").await
}
