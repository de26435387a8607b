//! The authorization endpoint: RFC 6749 §3.1, §4.1.1 and §4.1.2.1.

use http::Method;
use http::StatusCode;
use url::form_urlencoded;

use super::page_without_redirect;
use super::redirected;
use crate::town::Town;

const CB: &str = "https://portal.example/cb?";

/// §3.1: "The authorization server MUST support the use of the HTTP "GET" method for the authorization endpoint and MAY
/// support the use of the "POST" method as well."
#[tokio::test]
async fn a_request_by_post_is_answered_like_one_by_get() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let parameters = portal.parameters();
    let pairs: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut browser = town.browser();
    let first = browser
        .request(
            Method::POST,
            "/authorize",
            Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish()),
        )
        .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let page = browser.submit("/authorize", &pairs).await;
    let arrived = browser.sign_in(&page, "khai").await;
    assert!(arrived.url.starts_with(CB), "{}", arrived.url);
    assert!(arrived.parameter("code").is_some());
    assert_eq!(arrived.parameter("state").as_deref(), Some("state-of-the-test"));
    town.leave().await;
}

/// §3.1: "Parameters sent without a value MUST be treated as if they were omitted from the request."
#[tokio::test]
async fn a_parameter_without_a_value_counts_as_omitted() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let with_empty = format!("{}&prompt=&max_age=&display=&claims=&response_mode=", portal.url(&[]));
    assert!(browser.open(&with_empty).await.parameter("code").is_some());
    let no_type = format!("{}&response_type=", portal.url(&[("response_type", "")]));
    assert_eq!(redirected(&browser.open(&no_type).await, CB), "invalid_request");
    let no_address = format!("{}&redirect_uri=", portal.url(&[("redirect_uri", "")]));
    page_without_redirect(&browser.open(&no_address).await);
    town.leave().await;
}

/// §3.1: "The authorization server MUST ignore unrecognized request parameters."
#[tokio::test]
async fn an_unknown_parameter_is_ignored() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[("extra", "foobar"), ("code", "x"), ("error", "y")])).await;
    let arrived = browser.sign_in(&page, "khai").await;
    assert!(arrived.parameter("code").is_some_and(|code| code != "x"), "{}", arrived.url);
    assert_eq!((arrived.parameter("error"), arrived.parameter("extra")), (None, None));
    town.leave().await;
}

/// §3.1: "Request and response parameters MUST NOT be included more than once."
#[tokio::test]
async fn each_repeated_parameter_is_an_error_that_reaches_the_client() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    for (name, value) in portal.parameters() {
        let pair = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
        let page = browser.open(&format!("{}&{pair}", portal.url(&[]))).await;
        match name.as_str() {
            "client_id" | "redirect_uri" => page_without_redirect(&page),
            _ => assert_eq!(redirected(&page, CB), "invalid_request", "{name}"),
        }
    }
    let unknown = browser.open(&format!("{}&x=1&x=2", portal.url(&[]))).await;
    assert_eq!(redirected(&unknown, CB), "invalid_request");
    town.leave().await;
}

/// §3.1: "Request and response parameters MUST NOT be included more than once": which address counts would be a guess.
#[tokio::test]
async fn a_repeated_address_is_never_redirected_to_whatever_else_is_repeated() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let address = "redirect_uri=https%3A%2F%2Fportal.example%2Fcb";
    page_without_redirect(&browser.open(&format!("{}&x=1&x=2&{address}", portal.url(&[]))).await);
    page_without_redirect(&browser.open(&format!("{}&x=1&x=2&client_id=clinic", portal.url(&[]))).await);
    town.leave().await;
}

/// §3.1.1: "If an authorization request is missing the "response_type" parameter, or if the response type is not
/// understood, the authorization server MUST return an error response".
#[tokio::test]
async fn a_response_type_that_is_missing_or_not_offered_is_an_error() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let missing = browser.open(&portal.url(&[("response_type", "")])).await;
    assert_eq!(redirected(&missing, CB), "invalid_request");
    for other in ["token", "id_token", "code token", "none", "CODE", "foobar"] {
        let page = browser.open(&portal.url(&[("response_type", other)])).await;
        assert_eq!(redirected(&page, CB), "unsupported_response_type", "{other}");
    }
    town.leave().await;
}

/// §4.1.2: state "REQUIRED if the "state" parameter was present in the client authorization request. The exact value
/// received from the client."
#[tokio::test]
async fn the_state_comes_back_as_it_was_in_success_and_in_error() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let long = "s".repeat(2000);
    for state in ["a b+c", "a&b=c#d?e", "%41%zz", "\"'<script>\\", "tiếng Việt 🎋", "{\"a\":[1]}", " ", long.as_str()]
    {
        let good = browser.open(&portal.url(&[("state", state)])).await;
        assert_eq!(good.parameter("state").as_deref(), Some(state));
        assert!(good.parameter("code").is_some());
        let bad = browser.open(&portal.url(&[("state", state), ("response_type", "token")])).await;
        assert_eq!(bad.parameter("state").as_deref(), Some(state));
        assert!(bad.parameter("error").is_some());
        let form = browser.open(&portal.url(&[("state", state), ("response_mode", "form_post")])).await;
        let returned = form.hidden().into_iter().find(|(name, _)| name == "state").map(|(_, value)| value);
        assert_eq!(returned.map(|text| text.replace("&#39;", "'")).as_deref(), Some(state));
    }
    let without = browser.open(&portal.url(&[("state", "")])).await;
    assert!(without.parameter("code").is_some());
    assert_eq!(without.parameter("state"), None);
    town.leave().await;
}

/// §4.1.2: "The exact value received from the client": through sign-in and consent as well.
#[tokio::test]
async fn an_odd_state_survives_the_pages() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let mut browser = town.browser();
    let state = "\"<tiếng Việt>&amp;#+%20";
    let page = browser.open(&clinic.url(&[("state", state)])).await;
    let consent = browser.sign_in(&page, "khai").await;
    assert_eq!(consent.path(), "/consent");
    let arrived = browser.fill(&consent, &[("decision", "allow")]).await;
    assert_eq!(arrived.parameter("state").as_deref(), Some(state));
    assert!(arrived.parameter("code").is_some());
    town.leave().await;
}

/// §4.1.2.1: "If the request fails due to a missing, invalid, or mismatching redirection URI, or if the client
/// identifier is missing or invalid, the authorization server […] MUST NOT automatically redirect the user-agent".
#[tokio::test]
async fn a_wrong_client_or_address_is_a_page_and_never_a_redirect() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("client_id", "PORTAL"),
        ("client_id", "portal "),
        ("client_id", "clinic"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", "//portal.example/cb"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "/logout/done"),
    ] {
        page_without_redirect(&browser.open(&portal.url(&[(name, value)])).await);
    }
    // Whatever else is wrong with the request.
    let also =
        [("redirect_uri", "https://evil.example/cb"), ("response_type", "token"), ("response_mode", "form_post")];
    let page = browser.open(&portal.url(&also)).await;
    page_without_redirect(&page);
    assert!(!page.body.contains("action=\"https://evil.example"));
    town.leave().await;
}

/// §4.1.2.1: "access_denied: The resource owner or authorization server denied the request."
#[tokio::test]
async fn a_person_who_declines_is_access_denied() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let mut browser = town.browser();
    let page = browser.open(&clinic.url(&[])).await;
    let consent = browser.sign_in(&page, "khai").await;
    let arrived = browser.fill(&consent, &[("decision", "deny")]).await;
    assert_eq!(redirected(&arrived, "https://clinic.example/cb?"), "access_denied");
    assert_eq!(arrived.parameter("state").as_deref(), Some("state-of-the-test"));
    assert_eq!(arrived.parameter("code"), None);
    town.leave().await;
}

/// §4.1.2.1: "unauthorized_client: The client is not authorized to request an authorization code using this method."
#[tokio::test]
async fn a_client_that_is_not_registered_for_codes_is_unauthorized() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "batch"
        secrets = ["batch-secret-of-a-test-that-is-long-enough"]
        grant_types = ["client_credentials"]
        redirect_uris = ["https://batch.example/cb"]
        scope = "openid"
        "#,
    )
    .await;
    let page = town.browser().open(&town.rp("batch").with_scope("openid").url(&[])).await;
    assert_eq!(redirected(&page, "https://batch.example/cb?"), "unauthorized_client");
    town.leave().await;
}

/// §4.1.2.1: "invalid_request: The request is missing a required parameter, includes an invalid parameter value […] or is
/// otherwise malformed."
#[tokio::test]
async fn each_invalid_value_is_an_invalid_request() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    for (name, value) in [
        ("response_mode", "fragment"),
        ("prompt", "none login"),
        ("prompt", "dance"),
        ("max_age", "-1"),
        ("max_age", "soon"),
        ("display", "hologram"),
        ("claims", "{"),
        ("id_token_hint", "not-a-token"),
        ("code_challenge", "short"),
        ("nonce", "n".repeat(5000).as_str()),
    ] {
        let page = browser.open(&portal.url(&[(name, value)])).await;
        assert_eq!(redirected(&page, CB), "invalid_request", "{name}={value}");
    }
    town.leave().await;
}

/// §4.1.2.1: values of "error" and "error_description" "MUST NOT include characters outside the set %x20-21 / %x23-5B /
/// %x5D-7E".
#[tokio::test]
async fn an_error_says_nothing_outside_its_set_of_characters() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    for changes in [
        [("response_type", "\"\\"), ("state", "s")],
        [("scope", "a\"b"), ("state", "s")],
        [("prompt", "tiếng"), ("state", "s")],
        [("claims", "\"\\ế"), ("state", "s")],
        [("resource", "ế\"\\"), ("state", "s")],
    ] {
        let page = browser.open(&portal.url(&changes)).await;
        let said = redirected(&page, CB) + &page.parameter("error_description").unwrap();
        assert!(said.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{said}");
    }
    let repeated = browser.open(&format!("{}&%22%5C%C3%AA=1&%22%5C%C3%AA=2", portal.url(&[]))).await;
    assert!(repeated.parameter("error_description").unwrap().bytes().all(|b| b != b'"' && b != b'\\' && b.is_ascii()));
    town.leave().await;
}

/// §3.1.2: the redirection endpoint URI "query component […] MUST be retained when adding additional query parameters."
#[tokio::test]
async fn a_query_of_the_redirect_uri_is_kept() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let address = "https://portal.example/cb?dummy=1";
    let good = browser.open(&portal.url(&[("redirect_uri", address)])).await;
    assert!(good.url.starts_with("https://portal.example/cb?dummy=1&code="), "{}", good.url);
    let bad = browser.open(&portal.url(&[("redirect_uri", address), ("prompt", "x")])).await;
    assert!(bad.url.starts_with("https://portal.example/cb?dummy=1&error="), "{}", bad.url);
    town.leave().await;
}

/// §10.6 and RFC 9700 §4.12: a browser that typed a password is sent on by 303, which turns a POST into a GET.
#[tokio::test]
async fn what_was_typed_is_never_posted_on_to_the_client() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    let arrived = browser.sign_in(&page, "khai").await;
    assert_eq!(arrived.status, StatusCode::SEE_OTHER);
    assert!(!arrived.url.contains("password"));
    town.leave().await;
}

/// A request that is allowed stays usable on the way: what it is sealed into passes our own limit on headers.
#[tokio::test]
async fn no_request_that_is_taken_grows_beyond_what_our_own_pages_take() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let many: Vec<String> = (0..430).map(|n| format!("\"{n:03}\":{{}}")).collect();
    let claims = format!("{{\"userinfo\":{{{}}}}}", many.join(","));
    for (name, value) in [("state", "\u{1}".repeat(3000)), ("nonce", "\"".repeat(3000)), ("claims", claims)] {
        let page = town.browser().open(&portal.url(&[(name, &value)])).await;
        match page.path().as_str() {
            "/login" => assert_eq!(page.status, StatusCode::OK, "{name}: {}", page.body),
            _ => assert_eq!(redirected(&page, CB), "invalid_request", "{name}"),
        }
    }
    town.leave().await;
}
