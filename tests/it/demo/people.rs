//! The people of the demonstration: one with a passkey, one with an authenticator app, one who must step up for the hospital.

use super::BOTH;
use super::Chrome;
use super::Demo;
use super::Lang;
use super::Tab;
use super::WIDTHS;
use crate::browsers::Authenticator;
use crate::browsers::without_autofill;

/// As the terminal says that they do.
pub async fn signs_in(tab: &Tab, demo: &Demo, lang: Lang, user_name: &str) {
    match user_name {
        "khai" => drop(khai_signs_in(tab, demo, lang).await),
        "an" => an_signs_in(tab, demo, lang).await,
        _ => tab.sign_in(user_name, &demo.password_of(user_name)).await,
    }
}

/// Who has an authenticator app signs in with a code of it, read on the page of the demonstration.
async fn an_signs_in(tab: &Tab, demo: &Demo, lang: Lang) {
    tab.sign_in("036052004321", &demo.password_of("an")).await;
    assert!(tab.path().await.ends_with("/code"), "{}", tab.text("main").await);
    tab.fit(lang).await;
    tab.enter("[name=otp]", &code_of("Trần Văn An", demo).await).await;
    tab.follow_enter("[name=otp]").await;
}

/// Who makes a passkey where one is offered, after the password; what keeps it is touched from then on.
async fn khai_signs_in(tab: &Tab, demo: &Demo, lang: Lang) -> Authenticator {
    let device = Authenticator::in_device_of(tab).await;
    device.is_touched(tab, true).await;
    without_autofill(tab).await; // or a touch signs in wherever a name is asked for
    tab.reload().await; // a page asks what the device can do when it is opened
    tab.sign_in("khai", &demo.password_of("khai")).await;
    assert_eq!(tab.path().await, "/login/lead", "{}", tab.text("main").await);
    tab.fit(lang).await;
    tab.follow("#make-passkey").await;
    device
}

/// A code that the telephone shows and that was not typed before: one counts once.
async fn code_of(name: &str, demo: &Demo) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    loop {
        let page = reqwest::get(demo.phone()).await.unwrap().text().await.unwrap();
        let theirs = page.split("<article>").find(|one| one.contains(name));
        let theirs = theirs.unwrap_or_else(|| panic!("no {name}: {page}"));
        let code = theirs.split_once("class=\"code\">").unwrap().1.split_once('<').unwrap().0.replace(' ', "");
        let used = demo.used.lock().unwrap().contains(&code);
        if !used {
            demo.used.lock().unwrap().push(code.clone());
            return code;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}

fn both() -> impl Iterator<Item = (Lang, u32)> {
    BOTH.into_iter().zip(WIDTHS)
}

/// "a person with a passkey": made at the first sign-in, it opens the hospital in the same session, and everything by itself
/// from then on.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_at_the_first_sign_in_and_opens_the_hospital_by_itself() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in both() {
        let state = tempfile::tempdir().unwrap();
        let demo = Demo::start(&state.path().join("state"));
        let tab = chrome.fresh_tab(width).await;
        tab.open(&format!("{}/sign-in?lang={lang}", demo.portal("national"))).await;
        let device = khai_signs_in(&tab, &demo, lang).await;
        assert_eq!(tab.url().await, format!("{}/me", demo.portal("national")));
        tab.follow("#open-hospital").await;
        assert_eq!((tab.path().await.as_str(), tab.count("[type=password]").await), ("/login/code", 0));
        tab.fit(lang).await;
        tab.follow("#k").await;
        tab.follow("#allow").await;
        assert_eq!(tab.text("#password-count").await, "1");
        let () = tab.look("void (document.querySelector('#behind').open = true)").await;
        assert!(tab.text("#id-token").await.contains("urn:motcua:acr:3"), "{}", tab.text("#id-token").await);
        tab.follow("#sign-out-everywhere").await;
        tab.follow("#logout-confirm").await;
        tab.arrives(&format!("{}/?out", demo.portal("hospital"))).await;

        tab.follow("#sign-in").await;
        tab.follow("#k").await;
        assert_eq!(tab.url().await, format!("{}/me", demo.portal("hospital")));
        assert_eq!(tab.text("#password-count").await, "0");
        device.is_touched(&tab, false).await;
        tab.close().await;
    }
    chrome.quit().await;
}

/// "one with TOTP": password and code, and the hospital asks for nothing more but consent.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_the_telephone_is_enough_for_the_hospital() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in both() {
        let state = tempfile::tempdir().unwrap();
        let demo = Demo::start(&state.path().join("state"));
        let tab = chrome.fresh_tab(width).await;
        tab.open(&format!("{}/sign-in?lang={lang}", demo.portal("hospital"))).await;
        an_signs_in(&tab, &demo, lang).await;
        assert_eq!(tab.path().await, "/consent");
        tab.follow("#allow").await;
        assert_eq!(tab.text("#who").await, "Trần Văn An");
        let () = tab.look("void (document.querySelector('#behind').open = true)").await;
        assert!(tab.text("#id-token").await.contains("urn:motcua:acr:2"));
        tab.close().await;
    }
    chrome.quit().await;
}

/// "one who must step up for the hospital": it says what lacks and where that is mended, and then asks for that alone. The key
/// and its codes are on the telephone's pages, after another start as well.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_password_alone_is_led_to_more_and_stepped_up_at_the_hospital() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    let (tab, phone) = (chrome.fresh_tab(360).await, chrome.fresh_tab(360).await);
    tab.open(&format!("{}/sign-in?lang=en", demo.portal("national"))).await;
    tab.sign_in("lan", &demo.password_of("lan")).await;
    assert_eq!(tab.text("#who").await, "Lê Thị Lan");
    tab.follow("#open-hospital").await;
    assert_eq!(tab.path().await, "/callback");
    assert!(tab.text("#trouble").await.contains("needs more than a password"), "{}", tab.text("#trouble").await);
    tab.fit("en").await;
    tab.follow("#security").await;
    tab.follow("a[href='/account/totp']").await;
    let key = tab.text("#secret").await;
    phone.open(&format!("{}/add", demo.phone())).await;
    phone.fit("vi").await;
    for (typed, path) in [("no key", "/phone/add"), (key.as_str(), "/phone")] {
        phone.enter("[name=name]", "Lan <b>").await;
        phone.enter("[name=key]", typed).await;
        phone.follow("button").await;
        assert_eq!(phone.path().await, path);
        phone.fit("vi").await;
    }
    let lan = "Lan &lt;b&gt;";
    tab.enter("[name=otp]", &code_of(lan, &demo).await).await;
    tab.follow_enter("[name=otp]").await;
    assert_eq!(tab.path().await, "/account/security", "{}", tab.text("main").await);
    tab.open(&format!("{}/sign-in?lang=en", demo.portal("hospital"))).await;
    assert_eq!((tab.path().await.as_str(), tab.count("[type=password]").await), ("/login/code", 0));
    tab.fit("en").await;
    tab.enter("[name=otp]", &code_of(lan, &demo).await).await;
    tab.follow_enter("[name=otp]").await;
    tab.follow("#allow").await;
    assert_eq!((tab.text("#who").await.as_str(), tab.text("#password-count").await.as_str()), ("Lê Thị Lan", "1"));
    let () = tab.look("void (document.querySelector('#behind').open = true)").await;
    assert!(tab.text("#id-token").await.contains("urn:motcua:acr:2"));
    let refused = |complaint: &String| complaint.contains("/callback") && complaint.contains("status of 400");
    assert!(tab.complaints().iter().all(refused));
    assert!(demo.interrupt().0.success());
    let again = Demo::start(&state.path().join("state"));
    assert_eq!(code_of(lan, &again).await.len(), 6);
    tab.close().await;
    phone.page.close().await.unwrap();
    chrome.quit().await;
}
