//! Independent software completes real flows.

mod apache;
mod authlib;
mod mod_auth_openidc;
pub mod network;
mod openid_client;
mod script;
pub mod serving;

use serde_json::Value;

use crate::town::Browser;
use crate::town::Page;

/// Opens an address of the provider and goes through its pages as khai, until they lead away; signs out of everything
/// where the pages ask about that.
async fn pass_through(browser: &mut Browser, address: &str) -> Page {
    let mut page = browser.open(address).await;
    if page.path() == "/login" {
        page = browser.sign_in(&page, "khai").await;
    }
    if page.path() == "/consent" {
        page = browser.fill(&page, &[("decision", "allow")]).await;
    }
    if page.path() == "/logout/confirm" {
        page = browser.fill(&page, &[]).await;
    }
    page
}

/// What a client saw of a sign-in of khai, a refresh and UserInfo.
fn assert_khai_signed_in(seen: &Value, issuer: &str, alg: &str) {
    assert_eq!(seen["id_token_alg"], alg);
    assert_eq!(seen["claims"]["iss"], issuer);
    assert_eq!(seen["userinfo"]["name"], "Nguyễn Thị Minh Khai");
    assert_eq!(seen["userinfo"]["email"], "khai@songlam.example");
    assert_eq!(seen["userinfo"]["sub"], seen["claims"]["sub"], "OpenID Connect Core §5.3.2");
    assert_eq!(seen["refreshed"]["sub"], seen["claims"]["sub"], "OpenID Connect Core §12.2");
    assert_eq!(seen["refreshed"]["auth_time"], seen["claims"]["auth_time"], "OpenID Connect Core §12.2");
    assert_ne!(seen["refresh_tokens"][0], seen["refresh_tokens"][1], "the refresh token was replaced");
}
