//! OAuth 2.0 Form Post Response Mode 1.0.

use http::StatusCode;

use super::signed_in;
use crate::town::ISSUER;
use crate::town::Town;

/// §2: parameters are "encoded as HTML form values" and "transmitted via the HTTP POST method to the Client".
#[tokio::test]
async fn a_code_by_form_post_is_in_a_form_for_the_redirect_uri() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let page = browser.open(&portal.url(&[("response_mode", "form_post"), ("state", "a\"b<c")])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains(r#"<form method="post" action="https://portal.example/cb">"#), "{}", page.body);
    let fields = page.hidden();
    let field = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    assert_eq!((field("state").as_deref(), field("iss").as_deref()), (Some("a\"b<c"), Some(ISSUER)));
    assert_eq!(portal.redeem(&field("code").unwrap(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §2: the answer is the form alone; it is not stored, and the one script in it is known by its digest.
#[tokio::test]
async fn the_form_is_not_cached_and_runs_its_own_script_alone() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let page = browser.open(&town.rp("portal").url(&[("response_mode", "form_post")])).await;
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe-inline"), "{policy}");
    assert!(!policy.contains("form-action"), "where the service leads on is its own affair: {policy}");
    town.leave().await;
}

/// §2 of Multiple Response Types: errors travel in the response mode of the request.
#[tokio::test]
async fn an_error_by_form_post_is_in_a_form_too() {
    let town = Town::new().await;
    let changes = [("response_mode", "form_post"), ("prompt", "none")];
    let page = town.browser().open(&town.rp("portal").url(&changes)).await;
    assert!(page.hidden().contains(&("error".to_owned(), "login_required".to_owned())), "{}", page.body);
    town.leave().await;
}

/// Multiple Response Types §2.1: a response mode that is not supported is an error.
#[tokio::test]
async fn another_response_mode_is_refused() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    for mode in ["fragment", "web_message", "jwt", "FORM_POST"] {
        assert_eq!(super::error(&mut browser, &portal, &[("response_mode", mode)]).await, "invalid_request", "{mode}");
    }
    town.leave().await;
}
