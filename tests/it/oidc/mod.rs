//! OpenID Connect: Core, Discovery.

mod again;
mod audit;
mod authentication_request;
mod backchannel_logout;
mod claims;
mod claims_sources;
mod clocks;
mod consent;
mod discovery;
mod encryption;
mod form_post;
mod frontchannel_logout;
mod id_token;
mod language;
mod leave_services;
mod offline_access;
mod passwords;
mod peer;
mod prompt;
mod redis_away;
mod registered_keys;
mod registration;
mod rp_initiated_logout;
mod session;
mod sign_in_page;
mod sign_out;
mod spelling;
mod start_page;
mod subject;
mod taken_away;
mod taken_from_people;
mod third_party_login;
mod throttle;
mod unlinkable;
mod userinfo;
mod ways_on;
mod withdrawal;

use std::time::Duration;

use crate::town::Browser;
use crate::town::ISSUER;
use crate::town::OwnKey;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;

/// The declaration of one more client of `service`, with further lines of TOML.
fn client(id: &str, service: &str, more: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"{id}\"\nservice = \"{service}\"\nredirect_uris = [\"https://{id}.example/cb\"]\n\
         secrets = [\"{id}-secret-of-a-test-that-is-long-enough\"]\nscope = \"openid profile email\"\n{more}\n"
    )
}

/// The declaration of one more client with the profile `oidc` and a key of its own.
fn signing_client(id: &str, service: &str, key: &OwnKey) -> String {
    format!(
        "[[clients]]\nclient_id = \"{id}\"\nservice = \"{service}\"\nredirect_uris = [\"https://{id}.example/cb\"]\n\
         profile = \"oidc\"\nscope = \"openid profile email\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n{}\n",
        OwnKey::declared(&[key])
    )
}

/// The error with which a request comes back to its client, `state` and `iss` beside it.
async fn error(browser: &mut Browser, rp: &RelyingParty, changes: &[(&str, &str)]) -> String {
    let page = browser.open(&rp.url(changes)).await;
    error_of(&page, rp)
}

/// The error at the address at which a browser arrived.
fn error_of(page: &Page, rp: &RelyingParty) -> String {
    assert!(page.url.starts_with(&rp.redirect_uri), "not at the client: {} {}", page.url, page.body);
    assert_eq!(page.parameter("state").as_deref(), Some("state-of-the-test"));
    assert_eq!(page.parameter("iss").as_deref(), Some(ISSUER));
    assert_eq!(page.parameter("code"), None);
    page.parameter("error").unwrap()
}

/// A browser in which khai is signed in at `portal`.
async fn signed_in(town: &Town) -> Browser {
    let mut browser = town.browser();
    town.rp("portal").code(&mut browser, &[]).await;
    browser
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
