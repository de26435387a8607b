//! One password, five portals.

use std::collections::BTreeSet;

use super::BOTH;
use super::Chrome;
use super::Demo;
use super::Lang;
use super::PORTALS;
use super::Tab;
use super::WIDTHS;
use super::people;

/// OpenID Connect Core §1: "verify the identity of the End-User based on the authentication performed by an
/// Authorization Server", here at five portals by one authentication.
#[tokio::test(flavor = "multi_thread")]
async fn one_password_opens_five_portals_in_both_languages_on_a_phone_and_at_a_desk() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    for ((lang, width), user_name) in BOTH.into_iter().zip(WIDTHS).zip(["khai", "an"]) {
        let tab = chrome.fresh_tab(width).await;
        goes_to_sign_in(&tab, &demo, lang).await;
        people::signs_in(&tab, &demo, lang, user_name).await;
        let mut seen = vec![arrived(&tab, &demo, "national", lang).await];
        for key in &PORTALS[1..] {
            tab.follow(&format!("#open-{key}")).await;
            if *key == "hospital" {
                steps_up(&tab, lang, user_name).await;
                consents(&tab, lang, user_name).await;
            }
            seen.push(arrived(&tab, &demo, key, lang).await);
        }
        let subs: BTreeSet<&str> = seen.iter().map(|(_, sub)| sub.as_str()).collect();
        let sids: BTreeSet<&str> = seen.iter().map(|(sid, _)| sid.as_str()).collect();
        assert_eq!((sids.len(), subs.len()), (5, 5), "{seen:?}");
        comes_back(&tab, &demo, lang, &seen[4]).await;
        signs_out_everywhere(&tab, &demo, lang).await;
        signs_out(&tab, &demo, lang).await;
        tab.close().await;
    }
    chrome.quit().await;
    let (status, log) = demo.interrupt();
    assert!(status.success() && !log.contains("ERROR"), "{status}: {log}");
}

/// The widths and languages that the first journey did not meet.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_the_other_width_too() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    for (lang, width) in BOTH.into_iter().zip(WIDTHS.into_iter().rev()) {
        let tab = chrome.fresh_tab(width).await;
        let user_name = if lang == "vi" { "khai" } else { "an" };
        for key in PORTALS {
            tab.open(&format!("{}/?lang={lang}", demo.portal(key))).await;
            tab.fit(lang).await;
            tab.follow("#sign-in").await;
            tab.fit(lang).await;
            if key == PORTALS[0] {
                people::signs_in(&tab, &demo, lang, user_name).await;
            }
            if key == "hospital" {
                steps_up(&tab, lang, user_name).await;
                tab.follow("#allow").await;
            }
            assert_eq!(tab.path().await, "/me");
            tab.fit(lang).await;
        }
        tab.close().await;
    }
    chrome.quit().await;
}

/// What stands beside: the pages of the foot, an address that leads nowhere, an answer that nobody asked for.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_beside_fit_every_screen() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    for (lang, width) in BOTH.into_iter().flat_map(|lang| WIDTHS.map(|width| (lang, width))) {
        let tab = chrome.fresh_tab(width).await;
        tab.open(&format!("{}/?lang={lang}", demo.issuer())).await;
        for page in ["privacy", "accessibility"] {
            tab.open(&format!("{}/{page}?lang={lang}", demo.portal("national"))).await;
            tab.fit(lang).await;
        }
        for key in PORTALS {
            for page in ["nowhere", "callback"] {
                tab.open(&format!("{}/{page}?lang={lang}", demo.portal(key))).await;
                tab.fit(lang).await;
            }
        }
        assert!(tab.complaints().iter().all(|complaint| complaint.contains("status of 40")));
        tab.close().await;
    }
    chrome.quit().await;
}

/// From a portal's first page to the provider's.
async fn goes_to_sign_in(tab: &Tab, demo: &Demo, lang: Lang) {
    tab.open(&demo.portal("national")).await;
    speaks(tab, lang).await;
    tab.follow("#sign-in").await;
    assert!(tab.url().await.starts_with(&format!("{}/login?", demo.issuer())), "{}", tab.url().await);
    tab.fit(lang).await;
}

/// The hospital takes no password alone: a passkey that was made meanwhile is asked for.
async fn steps_up(tab: &Tab, lang: Lang, user_name: &str) {
    if user_name == "khai" {
        assert_eq!(tab.path().await, "/login/code");
        tab.fit(lang).await;
        tab.follow("#k").await;
    }
}

/// Chooses the language in the page's head, where it is another.
async fn speaks(tab: &Tab, lang: Lang) {
    if tab.look::<String>("document.documentElement.lang").await != lang {
        tab.follow(&format!(".langs a[hreflang={lang}]")).await;
    }
    tab.fit(lang).await;
}

/// What the page of a portal shows to who is signed in: one password typed, a verified ID token, the journey drawn.
/// Returns the session's id and the person's.
async fn arrived(tab: &Tab, demo: &Demo, key: &str, lang: Lang) -> (String, String) {
    assert_eq!(tab.url().await, format!("{}/me", demo.portal(key)));
    tab.fit(lang).await;
    assert!(
        tab.look::<bool>("document.querySelector('.stations a').getBoundingClientRect().top < 1000").await,
        "{key}"
    );
    let () = tab.look("void (document.querySelector('#behind').open = true)").await;
    tab.fit(lang).await;
    assert_eq!(tab.text("#password-count").await, "1");
    let verified = tab.text("#verified").await;
    assert!(verified.contains("ES256"), "{key}: {verified}");
    let typed = if lang == "vi" { "gõ mật khẩu" } else { "type your password" };
    let told: Vec<String> =
        tab.look("[...document.querySelectorAll('#journey .steps h3')].map(h => h.innerText)").await;
    assert_eq!(told.len(), 9, "{told:?}");
    assert_eq!(told.iter().any(|step| step.contains(typed)), key == "national", "{told:?}");
    let arrows: Vec<f64> =
        tab.look("[...document.querySelectorAll('#journey .draw i')].map(i => i.getBoundingClientRect().width)").await;
    assert!(arrows.len() > 9 && arrows.iter().all(|wide| *wide > 10.0), "{key}: {arrows:?}");
    (tab.text("#sid").await, tab.text("#sub").await)
}

/// The hospital alone asks, and shows what it would receive before it receives it.
async fn consents(tab: &Tab, lang: Lang, user_name: &str) {
    assert_eq!(tab.path().await, "/consent");
    tab.fit(lang).await;
    let rows: Vec<(String, String)> = tab
        .look("[...document.querySelectorAll('.card > .claims > div')].map(row => [row.children[0].innerText, row.children[1].innerText])")
        .await;
    assert!(rows.iter().all(|(label, value)| !label.is_empty() && !value.is_empty()), "{rows:?}");
    let (name, phone, born) = match user_name {
        "khai" => ("Nguyễn Thị Minh Khai", "412", "12/04/1987"),
        _ => ("Trần Văn An", "998", "03/11/1952"),
    };
    for value in [name, phone, born, "Đồng Nội"] {
        assert!(rows.iter().any(|(_, shown)| shown.contains(value)), "{value}: {rows:?}");
    }
    assert!(!tab.text(".claims").await.contains("0912000"), "the telephone number is partly hidden");
    tab.follow("#allow").await;
    assert!(tab.text("#claims").await.contains(name));
}

/// Who leaves the hospital's site and comes back is asked nothing.
async fn comes_back(tab: &Tab, demo: &Demo, lang: Lang, before: &(String, String)) {
    tab.follow("#sign-out").await;
    assert_eq!(tab.count("#left").await, 1);
    tab.fit(lang).await;
    tab.follow("#sign-in").await;
    assert_eq!(&arrived(tab, demo, "hospital", lang).await, before);
}

/// RP-Initiated and Front-Channel Logout: who signs out of Một Cửa at the hospital is signed out at all five portals.
async fn signs_out_everywhere(tab: &Tab, demo: &Demo, lang: Lang) {
    tab.follow("#sign-out-everywhere").await;
    assert_eq!(
        (tab.path().await.as_str(), tab.count("input[type=checkbox]:not(:checked)").await),
        ("/logout/confirm", 4)
    );
    tab.fit(lang).await;
    tab.follow("#logout-confirm").await;
    tab.arrives(&format!("{}/?out", demo.portal("hospital"))).await;
    assert_eq!(tab.count("#out").await, 1);
    tab.fit(lang).await;
    for key in PORTALS {
        tab.open(&demo.portal(key)).await;
        assert_eq!((tab.path().await.as_str(), tab.count("#sign-in").await), ("/", 1), "{key} knows who was there");
    }
}

/// Signing out at the provider ends the session for every portal's next question.
async fn signs_out(tab: &Tab, demo: &Demo, lang: Lang) {
    goes_to_sign_in(tab, demo, lang).await;
    tab.sign_in("lan", &demo.password_of("lan")).await;
    tab.open(&demo.issuer()).await;
    speaks(tab, lang).await;
    tab.follow("a[href='/logout']").await;
    assert_eq!(tab.path().await, "/logout/confirm");
    tab.fit(lang).await;
    tab.follow("#logout-confirm").await;
    assert_eq!((tab.path().await.as_str(), tab.count("[type=password]").await), ("/logout/done", 0));
    tab.fit(lang).await;
    tab.open(&format!("{}/sign-in", demo.portal("province"))).await;
    assert_eq!((tab.path().await.as_str(), tab.count("[name=password]").await), ("/login", 1));
}
