//! Every page that leads to a service leads there in Chromium, wherever the service leads on. Chromium applies `form-action`
//! to each redirect that follows a form (CSP3 §6.4.2).

use super::Elsewhere;
use crate::demo::chrome::Chrome;
use crate::demo::tab::Tab;
use crate::peers::serving::Serving;
use crate::town::PASSWORD;

pub const CHALLENGE: &str = "code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub fn declaration(services: &[&Elsewhere]) -> String {
    let mut text = crate::town::DECLARATION.to_owned();
    for (at, service) in services.iter().enumerate() {
        let origin = &service.origin;
        text.push_str(&format!(
            "\n[[clients]]\nclient_id = \"far{at}\"\nservice = \"appointments\"\nsecrets = [\"a-secret-of-a-test-that-is-long-enough\"]\n\
             redirect_uris = [\"{origin}/cb\"]\npost_logout_redirect_uris = [\"{origin}/cb?out\"]\n\
             grant_types = [\"authorization_code\"]\nscope = \"openid profile\"\n"
        ));
    }
    text
}

pub fn asks(provider: &Serving, client: usize, service: &Elsewhere, more: &str) -> String {
    format!(
        "{}/authorize?response_type=code&scope=openid%20profile&client_id=far{client}&redirect_uri={}/cb&{CHALLENGE}{more}",
        provider.issuer, service.origin
    )
}

/// The person is at the service's last page, and the console has nothing to complain of.
pub async fn reached(tab: &Tab, origin: &str) {
    assert!(tab.url().await.starts_with(origin), "at {}: {:?}", tab.url().await, tab.complaints());
    assert_eq!(tab.look::<String>("document.title").await, "reached");
    let complaints = tab.complaints();
    assert!(complaints.iter().all(|line| line.contains("favicon")), "{complaints:#?}");
}

/// A broker's callback leads on to another origin, an address in brackets and a name with an underscore are no sources of
/// CSP: sign-in, consent, form_post, the choice of an account and sign-out lead there.
#[tokio::test(flavor = "multi_thread")]
async fn no_way_to_a_service_hangs_on_where_the_service_leads_on() {
    let Some(chrome) = Chrome::start().await else { return };
    let last = Elsewhere::at("127.0.0.1:0", "127.0.0.1", None).await;
    let onward = Some(format!("{}/last", last.origin));
    let services = [
        Elsewhere::at("127.0.0.1:0", "localhost", onward.clone()).await,
        Elsewhere::at("[::1]:0", "[::1]", onward.clone()).await,
        Elsewhere::at("127.0.0.1:0", "own_portal.localhost", onward).await,
    ];
    let provider = Serving::with(&declaration(&services.each_ref()));
    for (at, service) in services.iter().enumerate() {
        let tab = chrome.fresh_tab(360).await;
        tab.open(&asks(&provider, at, service, "")).await;
        tab.sign_in("khai", PASSWORD).await;
        assert_eq!(tab.path().await, "/consent");
        tab.follow("#allow").await;
        reached(&tab, &last.origin).await;
        tab.open(&asks(&provider, at, service, "&prompt=login")).await;
        tab.sign_in("khai", PASSWORD).await;
        reached(&tab, &last.origin).await;
        tab.open(&asks(&provider, at, service, "&prompt=select_account")).await;
        tab.follow("#continue").await;
        reached(&tab, &last.origin).await;
        tab.open(&asks(&provider, at, service, "&response_mode=form_post")).await;
        tab.arrives(&format!("{}/last", last.origin)).await;
        reached(&tab, &last.origin).await;
        let out = format!("client_id=far{at}&post_logout_redirect_uri={}/cb?out", service.origin);
        tab.open(&format!("{}/logout?{out}", provider.issuer)).await;
        tab.follow("#logout-confirm").await;
        tab.arrives(&format!("{}/last", last.origin)).await;
        assert_eq!(
            (service.arrived("GET /cb?code="), service.arrived("POST /cb"), service.arrived("GET /cb?out")),
            (3, 1, 1)
        );
        tab.close().await;
    }
    chrome.quit().await;
}

/// RFC 6265 §5.4: the Cookie header is bytes. What a neighbour on the same host set there concerns nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_neighbours_cookie_in_vietnamese_hinders_nobody() {
    let Some(chrome) = Chrome::start().await else { return };
    let service = Elsewhere::at("127.0.0.1:0", "localhost", None).await;
    let provider = Serving::with(&declaration(&[&service]));
    let tab = chrome.fresh_tab(360).await;
    // Another program at another port of the same host: ports share cookies (RFC 6265 §8.5).
    tab.open(&service.origin).await;
    let set = "document.cookie = 'ten=Nguyễn; path=/'; document.cookie = 'la=\"q, u\"; path=/'; document.cookie";
    assert!(tab.look::<String>(set).await.contains("ten=Nguyễn"));
    tab.open(&asks(&provider, 0, &service, "")).await;
    tab.sign_in("khai", PASSWORD).await;
    tab.follow("#allow").await;
    reached(&tab, &service.origin).await;
    assert_eq!(service.arrived("GET /cb?code="), 1);
    tab.close().await;
    chrome.quit().await;
}

/// Fetch Metadata §2.3: a page of another site cannot send our forms, whatever sealed value it got hold of.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_on_a_page_of_another_site_is_refused() {
    let Some(chrome) = Chrome::start().await else { return };
    let service = Elsewhere::at("127.0.0.1:0", "127.0.0.1", None).await;
    let provider = Serving::with(&declaration(&[&service]));
    let tab = chrome.fresh_tab(1280).await;
    tab.open(&asks(&provider, 0, &service, "")).await;
    let login: String = tab.look("document.querySelector('[name=login]').value").await;
    tab.open(&service.origin).await;
    let form = format!(
        "<form method=post action={}/login><input name=login value={login}><input name=username value=khai>\
         <input name=password value='{PASSWORD}'><button id=go>",
        provider.issuer
    );
    let () = tab.look(&format!("void (document.body.innerHTML = {form:?})")).await;
    tab.follow("#go").await;
    assert_eq!(tab.url().await, format!("{}/login", provider.issuer));
    assert_eq!((tab.count("[name=password]").await, service.arrived("GET /cb")), (0, 0));
    assert!(tab.look::<String>("document.body.textContent").await.contains("another site"));
    chrome.quit().await;
}
