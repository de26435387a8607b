//! `openid-client` from npm, a certified relying party library that knows nothing of this program.

use std::path::Path;
use std::process::Command;

use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use motcua::jose::alg::PrivateKey;
use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::jwa::Algorithm;
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

/// OpenID Connect RP-Initiated Logout §2, §3, as a library of somebody else asks for it.
#[tokio::test]
async fn openid_client_signs_the_person_out_and_gets_them_back() {
    let back = "https://portal.example/bye";
    let more = format!("client_id = \"portal\"\npost_logout_redirect_uris = [\"{back}\"]\n");
    let provider = Serving::with(&DECLARATION.replace("client_id = \"portal\"\n", &more));
    let seen = sees(&provider, "portal", json!({ "flow": "logout", "post_logout_redirect_uri": back })).await;
    assert_eq!(seen["left"], format!("{back}?state=state+of+the+sign-out"));
    assert_eq!(seen["after"], "login_required");
}

/// OpenID Connect Core §2, §5.3.2, §10.2, RFC 7516, RFC 7518, as a library of somebody else decrypts and verifies.
#[tokio::test]
async fn openid_client_decrypts_its_id_tokens_and_its_userinfo() {
    for (alg, enc) in [("RSA-OAEP-256", "A256GCM"), ("ECDH-ES", "A128CBC-HS256"), ("ECDH-ES+A256KW", "A256CBC-HS512")] {
        let (key, pkcs8) = DecryptionKey::generate(alg.parse().unwrap()).unwrap();
        let jwk: toml::Value = serde_json::from_value(key.public_jwk("enc").to_value()).unwrap();
        let wishes = ["id_token", "userinfo"].map(|what| {
            format!("{what}_encrypted_response_alg = \"{alg}\"\n{what}_encrypted_response_enc = \"{enc}\"\n")
        });
        let more = format!(
            "client_id = \"portal\"\njwks = {{ keys = [{jwk}] }}\nuserinfo_signed_response_alg = \"ES256\"\n{}",
            wishes.concat()
        );
        let provider = Serving::with(&DECLARATION.replace("client_id = \"portal\"\n", &more));
        let more = json!({
            "flow": "code",
            "metadata": { "userinfo_signed_response_alg": "ES256", "id_token_signed_response_alg": "ES256" },
            "decryption_key": { "pkcs8": base64url(pkcs8.expose()), "alg": alg, "kid": "enc" },
        });
        let seen = sees(&provider, "portal", more).await;
        assert_khai_signed_in(&seen, &provider.issuer, alg);
        assert_eq!(seen["userinfo"]["aud"], "portal");
    }
}

/// RFC 7523 §3, RFC 9101 and RFC 9126, alone and together, as a library of somebody else reads them.
#[tokio::test]
async fn openid_client_authenticates_by_its_key_and_signs_and_pushes_its_requests() {
    let (key, pkcs8) = PrivateKey::generate(Algorithm::Es256).unwrap();
    let jwk: toml::Value = serde_json::from_value(key.public_jwk("own").to_value()).unwrap();
    let own = format!("client_id = \"portal\"\njwks = {{ keys = [{jwk}] }}\n");
    let signing = own.clone() + "token_endpoint_auth_method = \"private_key_jwt\"\n";
    let secret = "secrets = [\"portal-secret-of-a-test-that-is-long-enough\"]\n";
    let with_secret = DECLARATION.replace("client_id = \"portal\"\n", &own);
    let with_key = DECLARATION.replace("client_id = \"portal\"\n", &signing).replace(secret, "");
    for (declaration, method, requests) in [
        (&with_secret, "client_secret_basic", ["pushed", "signed"]),
        (&with_key, "private_key_jwt", ["query", "signed_and_pushed"]),
    ] {
        let provider = Serving::with(declaration);
        for request in requests {
            let more = json!({
                "flow": "code",
                "request": request,
                "token_endpoint_auth_method": method,
                "signing_key": { "pkcs8": base64url(pkcs8.expose()), "kid": "own" },
            });
            let seen = sees(&provider, "portal", more).await;
            assert_khai_signed_in(&seen, &provider.issuer, "ES256");
        }
    }
}

/// RFC 7591 §3, OpenID Connect Dynamic Client Registration §3, as a library of somebody else registers a client, which then
/// signs in, refreshes and asks about the person as any other does.
#[tokio::test]
async fn openid_client_registers_a_client_and_signs_in_as_that() {
    let token = "an-initial-access-token-of-a-test";
    let digest = base64url(&sha256(token.as_bytes()));
    let policy = format!(
        "[registration]\npolicy = \"initial_access_token\"\ninitial_access_tokens = [\"{digest}\"]\nprofile = \"strict\"\n"
    );
    let provider = Serving::configured(DECLARATION, &policy);
    let more = json!({
        "flow": "code",
        "initial_access_token": token,
        "registration": {
            "client_name": "Somebody's library",
            "redirect_uris": ["https://portal.example/cb"],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "client_secret_post",
        },
    });
    let seen = sees(&provider, "portal", more).await;
    assert_khai_signed_in(&seen, &provider.issuer, "ES256");
    assert_ne!(seen["claims"]["aud"], "portal");
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
