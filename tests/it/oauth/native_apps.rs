//! Native apps: RFC 8252.

use http::StatusCode;

use super::page_without_redirect;
use crate::town::Town;
use crate::town::VERIFIER;

/// §7.3: "The authorization server MUST allow any port to be specified at the time of the request for loopback IP redirect
/// URIs".
#[tokio::test]
async fn any_port_of_the_loopback_address_is_taken() {
    let town = Town::new().await;
    let app = town.rp("app");
    let mut browser = town.browser();
    for address in ["http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb", "http://127.0.0.1/cb"] {
        let code = app.code(&mut browser, &[("redirect_uri", address)]).await;
        let page = app.redeem(&code, &[("redirect_uri", address)]).await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.body);
    }
    town.leave().await;
}

/// §7.3 and RFC 6749 §4.1.3: the port is free at the authorization endpoint; the token endpoint wants the same one again.
#[tokio::test]
async fn a_code_is_bound_to_the_port_that_was_named() {
    let town = Town::new().await;
    let app = town.rp("app");
    let code = app.code(&mut town.browser(), &[("redirect_uri", "http://127.0.0.1:5000/cb")]).await;
    let elsewhere = app.redeem(&code, &[("redirect_uri", "http://127.0.0.1:5001/cb")]).await;
    super::refused(&elsewhere, 400, "invalid_grant");
    assert_eq!(app.redeem(&code, &[("redirect_uri", "http://127.0.0.1:5000/cb")]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §7.3 and §8.10: nothing but the port may differ.
#[tokio::test]
async fn nothing_but_the_port_may_differ() {
    let town = Town::new().await;
    let app = town.rp("app");
    let mut browser = town.browser();
    for address in [
        "http://127.0.0.1:5000/other",
        "http://127.0.0.1:5000/cb/",
        "http://127.0.0.1:5000/cb?x=1",
        "http://127.0.0.1:5000/cb#x",
        "https://127.0.0.1:5000/cb",
        "http://127.0.0.2:5000/cb",
        "http://localhost:5000/cb",
        "http://[::1]:5000/cb",
        "http://127.0.0.1:5000@evil.example/cb",
        "http://evil.example:5000/cb",
        "http://127.0.0.1.evil.example:5000/cb",
        "http://127.0.0.1:port/cb",
        "http://127.0.0.1:99999/cb",
        "http://0x7f.1:5000/cb",
    ] {
        page_without_redirect(&browser.open(&app.url(&[("redirect_uri", address)])).await);
    }
    town.leave().await;
}

/// §7.3 speaks of native apps: a web client's loopback address, registered for a trial, is compared as it is written.
#[tokio::test]
async fn a_web_clients_port_is_not_free() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "trial"
        service = "licences"
        secrets = ["trial-secret-of-a-test-that-is-long-enough"]
        redirect_uris = ["http://127.0.0.1:3000/cb", "http://localhost:3000/cb"]
        scope = "openid profile email"
        "#,
    )
    .await;
    let trial = town.rp("trial");
    let mut browser = town.browser();
    trial.code(&mut browser, &[("redirect_uri", "http://localhost:3000/cb")]).await;
    for address in ["http://127.0.0.1:3001/cb", "http://127.0.0.1/cb", "http://localhost:3001/cb"] {
        page_without_redirect(&browser.open(&trial.url(&[("redirect_uri", address)])).await);
    }
    town.leave().await;
}

/// §7.1: a private-use scheme, "based on a domain name under their control".
#[tokio::test]
async fn a_private_use_scheme_with_a_dot_is_taken_exactly_as_registered() {
    let town = Town::new().await;
    let app = town.rp("app");
    let mut browser = town.browser();
    let address = "example.app:/cb";
    let page = browser.open(&app.url(&[("redirect_uri", address)])).await;
    let arrived = browser.sign_in(&page, "khai").await;
    assert!(arrived.url.starts_with("example.app:/cb?code="), "{}", arrived.url);
    let code = arrived.parameter("code").unwrap();
    assert_eq!(app.redeem(&code, &[("redirect_uri", address)]).await.status, StatusCode::OK);
    for other in ["example.app:/other", "example.app://cb", "other.app:/cb", "EXAMPLE.app:/cb"] {
        page_without_redirect(&browser.open(&app.url(&[("redirect_uri", other)])).await);
    }
    town.leave().await;
}

/// §8.6: "the authorization server SHOULD NOT process authorization requests automatically without user consent or
/// interaction, except when the identity of the client can be assured": a claimed https address assures it.
#[tokio::test]
async fn who_could_be_any_program_is_answered_after_the_person_was_asked_each_time() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "store"
        service = "licences"
        application_type = "native"
        token_endpoint_auth_method = "none"
        redirect_uris = ["https://store.example/cb", "http://127.0.0.1/cb", "example.store:/cb"]
        scope = "openid profile"
        "#,
    )
    .await;
    let store = town.rp("store");
    let mut browser = town.browser();
    town.rp("portal").code(&mut browser, &[]).await;
    for address in ["http://127.0.0.1:4000/cb", "example.store:/cb"] {
        for _ in 0..2 {
            let page = browser.open(&store.url(&[("redirect_uri", address)])).await;
            assert_eq!((page.path().as_str(), page.status), ("/consent", StatusCode::OK));
            let silent = browser.open(&store.url(&[("redirect_uri", address), ("prompt", "none")])).await;
            assert_eq!(silent.parameter("error").as_deref(), Some("consent_required"), "{}", silent.url);
            let answered = browser.fill(&page, &[("decision", "allow")]).await;
            assert!(answered.parameter("code").is_some(), "{}", answered.url);
        }
        let mut stranger = town.browser();
        let page = stranger.open(&store.url(&[("redirect_uri", address)])).await;
        assert!(stranger.sign_in(&page, "khai").await.parameter("code").is_some(), "the password was the interaction");
    }
    assert!(browser.open(&store.url(&[("prompt", "none")])).await.parameter("code").is_some());
    town.leave().await;
}

/// OpenID Connect RP-Initiated Logout §3 with §7.3 here: the port of a loopback address is as free after a sign-out.
#[tokio::test]
async fn any_port_of_the_loopback_address_is_taken_after_a_sign_out() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "editor"
        service = "licences"
        application_type = "native"
        token_endpoint_auth_method = "none"
        redirect_uris = ["http://127.0.0.1/cb"]
        post_logout_redirect_uris = ["http://127.0.0.1/out"]
        scope = "openid profile"
        "#,
    )
    .await;
    let mut browser = town.browser();
    town.rp("portal").code(&mut browser, &[]).await;
    let to = |uri: &str| format!("/logout?client_id=editor&post_logout_redirect_uri={uri}");
    let page = browser.open(&to("http://127.0.0.1:4711/elsewhere")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let page = browser.open(&to("http://127.0.0.1:4711/out")).await;
    assert_eq!(browser.fill(&page, &[]).await.url, "http://127.0.0.1:4711/out");
    town.leave().await;
}

/// §8.4: "at a minimum, any private-use URI scheme that doesn't contain a period character SHOULD be rejected."
#[tokio::test]
async fn a_scheme_without_a_dot_cannot_be_registered() {
    let town = Town::new().await;
    for uri in ["myapp:/cb", "javascript:alert(1)", "data:x", "file:///cb", "http://app.example/cb"] {
        let toml = format!(
            "[[clients]]\nclient_id = \"native\"\napplication_type = \"native\"\nscope = \"openid\"\n\
             token_endpoint_auth_method = \"none\"\nredirect_uris = [\"{uri}\"]\n"
        );
        assert!(town.try_apply(&toml, false).await.expect_err(uri).contains("redirect_uris"));
    }
    town.leave().await;
}

/// §8.1: "authorization servers […] MUST" have public native clients use PKCE; §8.4: they are public, "except when using a
/// mechanism like Dynamic Client Registration".
#[tokio::test]
async fn a_native_app_redeems_with_its_verifier_and_no_secret() {
    let town = Town::new().await;
    let app = town.rp("app");
    let code = app.code(&mut town.browser(), &[]).await;
    super::refused(&app.redeem(&code, &[("code_verifier", "")]).await, 400, "invalid_grant");
    assert_eq!(app.redeem(&code, &[("code_verifier", VERIFIER)]).await.status, StatusCode::OK);
    town.leave().await;
}
