//! The authentication request: OpenID Connect Core §3.1.2.1 to §3.1.2.6.

use http::Method;
use http::StatusCode;
use url::Url;

use super::error;
use super::error_of;
use super::seconds;
use super::signed_in;
use crate::town::ISSUER;
use crate::town::Town;

/// §3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST methods".
#[tokio::test]
async fn a_request_by_post_is_answered_as_one_by_get() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let parameters = portal.parameters();
    let fields: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.submit(&format!("{ISSUER}/authorize"), &fields).await;
    assert_eq!(page.path(), "/login");
    let arrived = browser.sign_in(&page, "khai").await;
    assert_eq!(portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §3.1.2.1: "If the openid scope value is not present, the behavior is entirely unspecified": plain OAuth, no ID token.
#[tokio::test]
async fn a_request_without_the_scope_openid_buys_no_id_token() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("profile");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    assert_eq!(tokens.0.get("id_token"), None);
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::FORBIDDEN);
    town.leave().await;
}

/// §3.1.2.1: scope values "that are not understood by an implementation SHOULD be ignored".
#[tokio::test]
async fn an_unknown_scope_value_is_left_out_and_the_answer_says_so() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid email telepathy");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    assert_eq!(tokens.0["scope"], "openid email");
    town.leave().await;
}

/// §3.1.2.1: "response_type REQUIRED"; RFC 6749 §4.1.2.1 names the errors.
#[tokio::test]
async fn a_response_type_that_is_missing_or_not_offered_is_refused() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    assert_eq!(error(&mut browser, &portal, &[("response_type", "")]).await, "invalid_request");
    for other in ["token", "id_token", "code id_token", "code token", "none", "CODE"] {
        let code = error(&mut browser, &portal, &[("response_type", other)]).await;
        assert_eq!(code, "unsupported_response_type", "{other}");
    }
    town.leave().await;
}

/// §3.1.2.2: "verify that all the REQUIRED parameters are present"; an error at an address that nobody registered is a page.
#[tokio::test]
async fn a_wrong_client_or_address_is_an_error_page_and_never_a_redirect() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    for changes in [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://portal.example/cb/"),
        ("redirect_uri", "https://evil.example/cb"),
    ] {
        let page = browser.open(&portal.url(&[changes])).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None), "{changes:?}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
    }
    town.leave().await;
}

/// §3.1.2.1: "state … maintain state between the request and the callback"; RFC 9207 §2: `iss` beside it.
#[tokio::test]
async fn state_comes_back_as_it_was_sent_and_stays_away_where_it_was_not() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let odd = "a b&c=d+%20\u{1ea1}\"<>";
    let page = browser.open(&portal.url(&[("state", odd)])).await;
    assert_eq!(page.parameter("state").as_deref(), Some(odd));
    assert_eq!(page.parameter("iss").as_deref(), Some(ISSUER));
    let page = browser.open(&portal.url(&[("state", "")])).await;
    assert!(page.parameter("code").is_some());
    assert_eq!(page.parameter("state"), None);
    town.leave().await;
}

/// §3.1.2.1: nonce is "passed through unmodified from the Authentication Request to the ID Token".
#[tokio::test]
async fn the_nonce_is_in_the_id_token_unmodified_or_absent() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let odd = "n \u{1ea1}\"\\&+";
    assert_eq!(portal.tokens(&mut browser, &[("nonce", odd)]).await.claims()["nonce"], odd);
    assert_eq!(portal.tokens(&mut browser, &[("nonce", "")]).await.claims().get("nonce"), None);
    town.leave().await;
}

/// §3.1.2.1: login_hint is a "hint to the Authorization Server about the login identifier".
#[tokio::test]
async fn the_login_hint_stands_in_the_form_and_binds_nobody() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let page = browser.open(&portal.url(&[("login_hint", "khai@songlam.example")])).await;
    assert!(page.body.contains(r#"name="username" type="text" value="khai@songlam.example""#));
    assert!(browser.sign_in(&page, "an").await.parameter("code").is_some());
    let page = town.browser().open(&portal.url(&[("login_hint", "\"><script>alert(1)</script>")])).await;
    assert!(!page.body.contains("<script>alert"));
    town.leave().await;
}

/// §3.1.2.1: ui_locales and claims_locales; "An error SHOULD NOT result if some or all of the requested locales are not
/// supported".
#[tokio::test]
async fn locales_that_nobody_speaks_are_no_error() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let changes = [("ui_locales", "se tlh"), ("claims_locales", "se tlh")];
    let tokens = portal.tokens(&mut browser, &changes).await;
    assert_eq!(tokens.claims()["nonce"], "nonce-of-the-test");
    town.leave().await;
}

/// §3.1.2.1: acr_values "is requested as a Voluntary Claim by this parameter".
#[tokio::test]
async fn acr_values_out_of_reach_are_no_error_and_the_id_token_says_what_was_reached() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let changes = [("acr_values", "urn:motcua:acr:3 urn:elsewhere")];
    let tokens = portal.tokens(&mut town.browser(), &changes).await;
    assert_eq!(tokens.claims()["acr"], "urn:motcua:acr:1");
    town.leave().await;
}

/// §5.5.1.1: "If this is an Essential Claim and the requirement cannot be met, then the Authorization Server MUST treat
/// that outcome as a failed authentication attempt"; Unmet Authentication Requirements §2 names the error.
#[tokio::test]
async fn an_essential_acr_out_of_reach_is_unmet_authentication_requirements() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let unknown = r#"{"id_token":{"acr":{"essential":true,"value":"urn:elsewhere"}}}"#;
    assert_eq!(error(&mut browser, &portal, &[("claims", unknown)]).await, "unmet_authentication_requirements");
    let known = r#"{"id_token":{"acr":{"essential":true,"value":"urn:motcua:acr:3"}}}"#;
    assert_eq!(error(&mut browser, &portal, &[("claims", known), ("prompt", "none")]).await, "login_required");
    let page = browser.open(&portal.url(&[("claims", known)])).await;
    let refused = browser.sign_in(&page, "khai").await.parameter("error");
    assert_eq!(refused.as_deref(), Some("unmet_authentication_requirements"), "nobody looked who khai is");
    for wish in [
        r#"{"id_token":{"acr":{"essential":true,"value":"urn:motcua:acr:3"}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":["urn:motcua:acr:2","urn:motcua:acr:3"]}}}"#,
    ] {
        let code = error(&mut browser, &portal, &[("claims", wish)]).await;
        assert_eq!(code, "unmet_authentication_requirements");
        let code = error(&mut browser, &portal, &[("claims", wish), ("prompt", "none")]).await;
        assert_eq!(code, "unmet_authentication_requirements");
    }
    let within = r#"{"id_token":{"acr":{"essential":true,"values":["urn:motcua:acr:3","urn:motcua:acr:1"]}}}"#;
    assert_eq!(portal.tokens(&mut browser, &[("claims", within)]).await.claims()["acr"], "urn:motcua:acr:1");
    town.leave().await;
}

/// §3.1.2.1: id_token_hint "previously issued by the Authorization Server": the same person is let through at once.
#[tokio::test]
async fn an_id_token_hint_of_the_person_is_taken_even_when_it_has_expired() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let hint = portal.tokens(&mut browser, &[]).await.id_token().to_owned();
    town.clock.pass(seconds(700));
    let page = browser.open(&portal.url(&[("id_token_hint", &hint), ("prompt", "none")])).await;
    assert!(page.parameter("code").is_some(), "{}", page.url);
    town.leave().await;
}

/// §3.1.2.2: "the Authorization Server MUST only send a positive response if the End-User identified by that sub value has
/// an active session … or has been Authenticated".
#[tokio::test]
async fn an_id_token_hint_of_another_person_is_login_required_or_a_sign_in_by_that_person() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let hint = portal.tokens(&mut town.browser(), &[]).await.id_token().to_owned();
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    browser.sign_in(&page, "an").await;
    let changes = [("id_token_hint", hint.as_str())];
    assert_eq!(error(&mut browser, &portal, &[changes[0], ("prompt", "none")]).await, "login_required");
    let page = browser.open(&portal.url(&changes)).await;
    let wrong = browser.sign_in(&page, "an").await;
    assert_eq!(error_of(&wrong, &portal), "login_required");
    let page = browser.open(&portal.url(&changes)).await;
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some());
    town.leave().await;
}

/// §3.1.2.2: a hint that we did not issue to this client identifies nobody.
#[tokio::test]
async fn an_id_token_hint_that_is_not_this_clients_is_refused() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let tokens = portal.tokens(&mut browser, &[]).await;
    let foreign = town.rp("certified").tokens(&mut browser, &[]).await;
    let (head, tail) = tokens.id_token().rsplit_once('.').unwrap();
    let first = if tail.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{head}.{first}{}", &tail[1..]);
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", head.split('.').nth(1).unwrap());
    for hint in [foreign.id_token(), tokens.access_token(), &forged, &unsigned, "garbage", "a.b.c", ".."] {
        assert_eq!(error(&mut browser, &portal, &[("id_token_hint", hint)]).await, "invalid_request", "{hint}");
    }
    town.leave().await;
}

/// §3.1.2.1: display is one of four ASCII values; one that is not defined is refused.
#[tokio::test]
async fn display_takes_the_four_values_and_no_other() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    for display in ["page", "popup", "touch", "wap"] {
        assert_eq!(browser.open(&portal.url(&[("display", display)])).await.path(), "/login", "{display}");
    }
    assert_eq!(error(&mut browser, &portal, &[("display", "hologram")]).await, "invalid_request");
    town.leave().await;
}

/// RFC 6749 §3.1: "The authorization server MUST ignore unrecognized request parameters."
#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let page = browser.open(&town.rp("portal").url(&[("foo", "bar"), ("max_Age", "0"), ("x.y", "z")])).await;
    assert!(page.parameter("code").is_some(), "{}", page.url);
    assert_eq!(page.parameter("foo"), None);
    town.leave().await;
}

/// RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than once."
#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    for name in ["nonce", "prompt", "scope", "foo"] {
        let url = format!("{}&{name}=login&{name}=login", portal.url(&[]));
        assert_eq!(error_of(&browser.open(&url).await, &portal), "invalid_request", "{name}");
    }
    for name in ["client_id", "redirect_uri"] {
        let page = browser.open(&format!("{}&{name}=x", portal.url(&[]))).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None), "{name}");
    }
    town.leave().await;
}

/// §3.1.2.6: registration_not_supported.
#[tokio::test]
async fn what_is_not_offered_is_refused_by_its_own_error() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    assert_eq!(error(&mut browser, &portal, &[("registration", "x")]).await, "registration_not_supported");
    town.leave().await;
}

/// §3.1.2.5: the code is in the query and nothing else is but state and iss.
#[tokio::test]
async fn a_registered_query_is_kept_and_the_answer_is_added() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let page = browser.open(&portal.url(&[("redirect_uri", "https://portal.example/cb?dummy=1")])).await;
    let url = Url::parse(&page.url).unwrap();
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["dummy", "code", "state", "iss"]);
    town.leave().await;
}

/// §3.1.2.1, §3.1.2.2: every answer that carries a code goes by 303, is not stored and leaks no referrer.
#[tokio::test]
async fn the_redirect_with_a_code_is_neither_stored_nor_repeated_by_post() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let page = browser.request(Method::GET, &town.rp("portal").url(&[]), None).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    town.leave().await;
}
