//! `openid-client` from npm, a certified relying party library that knows nothing of this program.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use serde_json::json;

use super::serving::Serving;

/// OpenID Connect Discovery §4, Core §3.1 and §5.3, RFC 7636, RFC 6749 §6, as a library of somebody else reads them;
/// it verifies the ID tokens' signatures by the published keys.
#[test]
fn openid_client_discovers_signs_in_with_pkce_refreshes_and_asks_about_the_person() {
    let provider = Serving::with(DECLARATION);
    let seen: Vec<Value> = ["portal", "certified"].iter().map(|client_id| completes(&provider, client_id)).collect();
    for (seen, alg) in seen.iter().zip(["ES256", "RS256"]) {
        assert_eq!(seen["id_token_alg"], alg);
        assert_eq!(seen["userinfo"]["name"], "Nguyễn Thị Minh Khai");
        assert_eq!(seen["userinfo"]["email"], "khai@songlam.example");
        assert_eq!(seen["userinfo"]["sub"], seen["claims"]["sub"]);
        assert_eq!(seen["refreshed"]["sub"], seen["claims"]["sub"], "OpenID Connect Core §12.2");
        assert_eq!(seen["refreshed"]["auth_time"], seen["claims"]["auth_time"], "OpenID Connect Core §12.2");
        assert_eq!(seen["claims"]["iss"], provider.issuer.as_str());
        assert_ne!(seen["tokens"][0], seen["tokens"][1], "the refresh token was replaced");
    }
}

fn completes(provider: &Serving, client_id: &str) -> Value {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm");
    let library = directory.join("node_modules/openid-client");
    assert!(library.exists(), "{} is missing: tests/run installs it", library.display());
    let task = json!({
        "issuer": provider.issuer,
        "clientId": client_id,
        "clientSecret": "a-secret-of-a-test-that-is-long-enough",
        "redirectUri": "http://127.0.0.1:1/cb",
        "username": "khai",
        "password": "correct horse battery",
    });
    let node = std::env::var("NODE").unwrap_or_else(|_| "node".to_owned());
    let run = Command::new(&node)
        .arg(directory.join("openid_client.mjs"))
        .arg(task.to_string())
        .output()
        .unwrap_or_else(|error| panic!("{node}: {error}; tests/run installs it"));
    assert!(run.status.success(), "{client_id}: {}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

const DECLARATION: &str = r#"
[[agencies]]
id = "province"
name = { vi = "Ủy ban nhân dân tỉnh Sông Lam", en = "Sông Lam Provincial People's Committee" }

[[services]]
id = "licences"
agency = "province"
legal_basis = "public-task"
name = { vi = "Cổng dịch vụ công tỉnh Sông Lam", en = "Sông Lam public service portal" }
purpose = { vi = "điền sẵn tờ khai", en = "filling in your form" }

[[clients]]
client_id = "portal"
service = "licences"
secrets = ["a-secret-of-a-test-that-is-long-enough"]
redirect_uris = ["http://127.0.0.1:1/cb"]
grant_types = ["authorization_code", "refresh_token"]
scope = "openid profile email offline_access"

[[clients]]
client_id = "certified"
service = "licences"
profile = "oidc"
token_endpoint_auth_method = "client_secret_post"
secrets = ["a-secret-of-a-test-that-is-long-enough"]
redirect_uris = ["http://127.0.0.1:1/cb"]
grant_types = ["authorization_code", "refresh_token"]
scope = "openid profile email offline_access"

[[people]]
user_name = "khai"
identity_number = "036187001234"
password = "correct horse battery"
[people.claims]
name = "Nguyễn Thị Minh Khai"
email = "khai@songlam.example"
email_verified = true
"#;
