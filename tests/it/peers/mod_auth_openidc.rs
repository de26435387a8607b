//! mod_auth_openidc, the relying party that Debian ships for Apache.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use http::StatusCode;

use super::apache::Apache;
use super::pass_through;
use crate::town::Page;

const PROTECTED: &str = "/protected/claims.html";
const SILENT: &str = "/protected/silent.html";

/// OpenID Connect Core §3.1 and §5.3, RFC 7636, as a relying party of somebody else reads them.
#[tokio::test]
async fn mod_auth_openidc_signs_in_with_pkce_and_passes_the_claims_to_the_page() {
    let (provider, apache) = Apache::beside_a_provider().await;
    let mut at_portal = apache.browser();
    let sent = at_portal.open(PROTECTED).await;
    assert!(sent.url.starts_with(&format!("{}/authorize?", provider.issuer)), "{} {}", sent.url, sent.body);
    assert_eq!(sent.parameter("code_challenge_method").as_deref(), Some("S256"));
    let left = pass_through(&mut provider.browser(), &sent.url).await;
    let page = at_portal.open(&left.url).await;
    assert_eq!((page.path().as_str(), page.status), (PROTECTED, StatusCode::OK), "{}", page.body);
    assert_eq!(claim(&page, "iss"), provider.issuer);
    assert_eq!(claim(&page, "name"), "Nguyễn Thị Minh Khai");
    assert_eq!(claim(&page, "email"), "khai@songlam.example");
    assert_eq!(shown(&page, "user"), claim(&page, "sub"));

    let later = at_portal.request(Method::GET, PROTECTED, None).await;
    assert_eq!(later.status, StatusCode::OK, "the portal remembers who signed in: {}", later.body);
    assert_eq!(claim(&later, "sub"), claim(&page, "sub"));
}

/// OpenID Connect Core §3.1.2.1, prompt: "MUST NOT display any authentication or consent user interface pages"
#[tokio::test]
async fn mod_auth_openidc_gets_in_without_a_page_where_the_person_is_signed_in_already() {
    let (provider, apache) = Apache::beside_a_provider().await;
    let mut at_provider = provider.browser();
    let sent = apache.browser().open(SILENT).await;
    let refused = at_provider.open(&sent.url).await;
    assert_eq!(refused.parameter("error").as_deref(), Some("login_required"), "{}", refused.url);

    let sent = apache.browser().open(PROTECTED).await;
    pass_through(&mut at_provider, &sent.url).await;
    let mut at_portal = apache.browser();
    let sent = at_portal.open(SILENT).await;
    let left = at_provider.open(&sent.url).await;
    let page = at_portal.open(&left.url).await;
    assert_eq!((page.path().as_str(), page.status), (SILENT, StatusCode::OK), "{}", page.body);
    assert_eq!(claim(&page, "email"), "khai@songlam.example");
}

/// OpenID Connect Back-Channel Logout §2.5, §2.6, as a relying party of somebody else validates what it is told.
#[tokio::test]
async fn mod_auth_openidc_forgets_who_signed_out_at_the_provider() {
    let (provider, apache) = Apache::beside_a_provider().await;
    let (mut at_portal, mut at_provider) = (apache.browser(), provider.browser());
    let sent = at_portal.open(PROTECTED).await;
    let left = pass_through(&mut at_provider, &sent.url).await;
    assert_eq!(at_portal.open(&left.url).await.path(), PROTECTED);
    let done = pass_through(&mut at_provider, &format!("{}/logout", provider.issuer)).await;
    assert_eq!(done.path(), "/logout/done");
    let again = at_portal.request(Method::GET, PROTECTED, None).await;
    assert!(again.location().is_some_and(|to| to.starts_with(&provider.issuer)), "{} {}", again.status, again.body);
}

/// OpenID Connect RP-Initiated Logout §2, §3, by the logout handler of the module.
#[tokio::test]
async fn mod_auth_openidc_signs_out_at_the_provider_and_gets_the_person_back() {
    let (provider, apache) = Apache::beside_a_provider().await;
    let (mut at_portal, mut at_provider) = (apache.browser(), provider.browser());
    let sent = at_portal.open(PROTECTED).await;
    let left = pass_through(&mut at_provider, &sent.url).await;
    assert_eq!(at_portal.open(&left.url).await.path(), PROTECTED);
    let home = format!("{}/", apache.origin);
    let out = at_portal.open(&format!("/protected/callback?logout={home}")).await;
    assert!(out.url.starts_with(&format!("{}/logout?", provider.issuer)), "{} {}", out.url, out.body);
    assert_eq!(pass_through(&mut at_provider, &out.url).await.url, home);
    let silent = apache.browser().open(SILENT).await;
    let refused = at_provider.open(&silent.url).await;
    assert_eq!(refused.parameter("error").as_deref(), Some("login_required"), "{}", refused.url);
}

/// A claim that the page shows, as the module hands it over.
fn claim(page: &Page, name: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(shown(page, name)).unwrap()).unwrap()
}

fn shown<'a>(page: &'a Page, name: &str) -> &'a str {
    let rest = page.body.split(&format!("{name}=")).nth(1).unwrap_or_else(|| panic!("no {name}: {}", page.body));
    rest.split(';').next().unwrap()
}
