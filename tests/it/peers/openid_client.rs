//! `openid-client` from npm, a certified relying party library that knows nothing of this program.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use serde_json::json;

use super::assert_khai_signed_in;
use super::script;
use super::serving::Serving;
use crate::town::DECLARATION;

/// OpenID Connect Discovery §4, Core §3.1 and §5.3, RFC 7636, RFC 6749 §6, as a library of somebody else reads them;
/// it verifies the ID tokens' signatures by the published keys.
#[tokio::test]
async fn openid_client_discovers_signs_in_with_pkce_refreshes_and_asks_about_the_person() {
    let provider = Serving::with(DECLARATION);
    let seen = sees(&provider, "portal", json!({ "flow": "code" })).await;
    assert_khai_signed_in(&seen, &provider.issuer, "ES256");
}

/// RFC 6749 §2.3.1: "the authorization server MAY support including the client credentials in the request-body"
#[tokio::test]
async fn openid_client_sends_its_secret_in_the_body_where_it_is_registered_so() {
    let provider = Serving::with(DECLARATION);
    let more = json!({ "flow": "code", "token_endpoint_auth_method": "client_secret_post" });
    let seen = sees(&provider, "certified", more).await;
    assert_khai_signed_in(&seen, &provider.issuer, "RS256");
}

/// OpenID Connect Core §3.1.2.1, prompt: "none … An error is returned if an End-User is not already Authenticated"
#[tokio::test]
async fn openid_client_signs_in_without_a_page_where_the_person_is_signed_in_already() {
    let provider = Serving::with(DECLARATION);
    let seen = sees(&provider, "portal", json!({ "flow": "silent" })).await;
    assert_eq!(seen["before"], "login_required");
    assert_eq!(seen["after"]["sub"], seen["claims"]["sub"]);
    assert_eq!(seen["after"]["auth_time"], seen["claims"]["auth_time"]);
}

/// What a client sees in a browser of its own, with `more` in its task.
async fn sees(provider: &Serving, client_id: &str, more: Value) -> Value {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm");
    let library = directory.join("node_modules/openid-client");
    assert!(library.exists(), "{} is missing: tests/run installs it", library.display());
    let mut task = script::task(
        provider,
        client_id,
        json!({ "request": "query", "token_endpoint_auth_method": "client_secret_basic" }),
    );
    task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut node = Command::new(std::env::var("NODE").unwrap_or_else(|_| "node".to_owned()));
    script::run(node.arg(directory.join("openid_client.mjs")), &task, &mut provider.browser()).await
}
