//! Scope: RFC 6749 §3.3.

use super::redirected;
use crate::town::Town;
use crate::town::claims_of;

/// "scope-token = 1*( %x21 / %x23-5B / %x5D-7E )"; §4.1.2.1: "invalid_scope: The requested scope is invalid, unknown, or
/// malformed."
#[tokio::test]
async fn a_scope_outside_the_grammar_is_invalid() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    for scope in ["openid \"", "openid \\", "openid tiếng", "openid\tprofile", "openid\nprofile", "openid \u{7f}"] {
        let page = browser.open(&portal.url(&[("scope", scope)])).await;
        assert_eq!(redirected(&page, "https://portal.example/cb?"), "invalid_scope", "{scope:?}");
    }
    town.leave().await;
}

/// "If the client omits the scope parameter […], the authorization server MUST either process the request using a
/// pre-defined default value or fail the request indicating an invalid scope."
#[tokio::test]
async fn a_request_for_no_scope_or_only_for_what_the_client_may_not_have_fails() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    for scope in ["", " ", "unknown", "records:read OPENID"] {
        let page = browser.open(&portal.url(&[("scope", scope)])).await;
        assert_eq!(redirected(&page, "https://portal.example/cb?"), "invalid_scope", "{scope:?}");
    }
    town.leave().await;
}

/// "If the issued access token scope is different from the one requested by the client, the authorization server MUST
/// include the "scope" response parameter to inform the client of the actual scope granted."
#[tokio::test]
async fn what_the_client_may_not_have_is_left_out_and_it_is_told() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[("scope", "openid records:read email email")]).await;
    assert_eq!(tokens.0["scope"], "openid email");
    assert_eq!(claims_of(tokens.access_token())["scope"], "openid email");
    town.leave().await;
}

/// "expressed as a list of space-delimited, case-sensitive strings […] their order does not matter".
#[tokio::test]
async fn order_and_further_spaces_do_not_matter_and_case_does() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let tokens = portal.tokens(&mut town.browser(), &[("scope", " email  openid Profile ")]).await;
    assert_eq!(tokens.0["scope"], "email openid");
    assert!(tokens.0.get("id_token").is_some());
    town.leave().await;
}

/// OpenID Connect Core §3.1.2.1: without `openid` it is an OAuth 2.0 request, and its answer has no ID token.
#[tokio::test]
async fn without_openid_there_is_an_access_token_and_no_id_token() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[("scope", "email")]).await;
    assert_eq!((tokens.0["scope"].as_str(), tokens.0.get("id_token")), (Some("email"), None));
    town.leave().await;
}

/// A client that is not registered for refreshing gets no `offline_access`, and is told.
#[tokio::test]
async fn offline_access_is_left_out_for_a_client_without_the_refresh_grant() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "simple"
        service = "licences"
        secrets = ["simple-secret-of-a-test-that-is-long-enough"]
        redirect_uris = ["https://simple.example/cb"]
        scope = "openid offline_access"
        "#,
    )
    .await;
    let tokens = town.rp("simple").tokens(&mut town.browser(), &[("scope", "openid offline_access")]).await;
    assert_eq!((tokens.0["scope"].as_str(), tokens.0.get("refresh_token")), (Some("openid"), None));
    town.leave().await;
}
