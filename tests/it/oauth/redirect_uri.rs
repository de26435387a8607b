//! Redirect URIs: RFC 6749 §3.1.2, RFC 9700 §2.1 and §4.1.3.

use super::page_without_redirect;
use crate::town::Town;

/// RFC 9700 §2.1: "authorization servers MUST utilize exact string matching".
#[tokio::test]
async fn a_redirect_uri_that_differs_in_one_character_is_refused() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    for other in [
        "https://portal.example/cb/",
        "https://portal.example/CB",
        "https://PORTAL.example/cb",
        "https://portal.example:443/cb",
        "https://portal.example/cb?",
        "https://portal.example/cb?dummy=2",
        "https://portal.example/cb?dummy=1&x=2",
        "https://portal.example/cb#",
        "https://portal.example/cb#fragment",
        "https://portal.example/x/../cb",
        "https://portal.example/%63b",
        "https://portal.example/cb%2F..%2Fevil",
        "https://portal.example.evil.example/cb",
        "https://portal.example@evil.example/cb",
        "https://sub.portal.example/cb",
        "http://portal.example/cb",
        " https://portal.example/cb",
        "https://portal.example/cb\n",
        "https://portal.example\\@evil.example/cb",
    ] {
        page_without_redirect(&browser.open(&portal.url(&[("redirect_uri", other)])).await);
    }
    town.leave().await;
}

/// §3.1.2: "The endpoint URI MUST NOT include a fragment component"; "MUST be an absolute URI". RFC 3986 §2: a URI is
/// ASCII.
#[tokio::test]
async fn what_is_no_redirect_uri_cannot_be_registered() {
    let town = Town::new().await;
    for uri in [
        "https://rp.example/cb#fragment",
        "/cb",
        "rp.example/cb",
        "http://rp.example/cb",
        "https://user:password@rp.example/cb",
        "https://rp.example/c b",
        "https://rp.example/trởlại",
        "https://tiếng.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "app.rp.example:/cb",
    ] {
        let toml = format!(
            "[[clients]]\nclient_id = \"rp\"\nsecrets = [\"rp-secret-of-a-test-that-is-long-enough\"]\n\
             scope = \"openid\"\nredirect_uris = [\"{uri}\"]\n"
        );
        let mistake = town.try_apply(&toml, false).await.expect_err(uri);
        assert!(mistake.contains("redirect_uris"), "{mistake}");
    }
    town.leave().await;
}

/// §3.1.2.2: "The authorization server MUST require […] public clients" "to register their redirection endpoint".
#[tokio::test]
async fn a_client_for_codes_registers_its_address() {
    let town = Town::new().await;
    let public = "[[clients]]\nclient_id = \"rp\"\ntoken_endpoint_auth_method = \"none\"\nscope = \"openid\"\n";
    assert!(town.try_apply(public, false).await.unwrap_err().contains("redirect_uris"));
    town.leave().await;
}
