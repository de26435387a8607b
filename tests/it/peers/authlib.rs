//! Authlib, the OAuth library of Debian's Python.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use serde_json::json;

use super::assert_khai_signed_in;
use super::script;
use super::serving::Serving;
use crate::town::DECLARATION;

/// Debian's own: another Python in PATH does not see Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

/// OpenID Connect Discovery §3 and §4, Core §3.1, §5.3 and §12, RFC 7636, as a library of somebody else reads them.
#[tokio::test]
async fn authlib_discovers_signs_in_with_pkce_refreshes_and_asks_about_the_person() {
    let provider = Serving::with(DECLARATION);
    let seen = sees(&provider, "portal", "client_secret_basic").await;
    assert_khai_signed_in(&seen, &provider.issuer, "ES256");
}

/// RFC 6749 §2.3.1: "the authorization server MAY support including the client credentials in the request-body"
#[tokio::test]
async fn authlib_sends_its_secret_in_the_body_where_it_is_registered_so() {
    let provider = Serving::with(DECLARATION);
    let seen = sees(&provider, "certified", "client_secret_post").await;
    assert_khai_signed_in(&seen, &provider.issuer, "RS256");
}

async fn sees(provider: &Serving, client_id: &str, method: &str) -> Value {
    let task = script::task(provider, client_id, json!({ "token_endpoint_auth_method": method }));
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/authlib_client.py");
    let mut python = Command::new(PYTHON);
    // -I: neither the environment nor packages of the user; -B: nothing is left beside the script.
    script::run(python.args(["-I", "-B"]).arg(program), &task, &mut provider.browser()).await
}
