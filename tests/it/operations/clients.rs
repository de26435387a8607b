//! Clients that registered themselves, as an operator meets them at the terminal.

use std::time::Duration;

use http::StatusCode;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use serde_json::Value;
use serde_json::json;

use super::program::Site;
use super::program::http;
use super::program::run_in;
use super::program::until;

/// "within a second", and what a busy machine adds.
const SOON: Duration = Duration::from_secs(5);

/// The digest goes into the configuration, and the token that belongs to it then registers a client; operators see it, and
/// what they remove is gone from a server that runs.
#[tokio::test]
async fn an_operator_lets_a_client_register_sees_it_and_removes_it() {
    let printed = run_in(std::path::Path::new("."), &["registration-token"], &[]).succeeded();
    let [token, digest] = [1, 3].map(|line| printed.lines().nth(line).unwrap().trim().to_owned());
    assert_eq!(digest, base64url(&sha256(token.as_bytes())));
    let policy = "[registration]\npolicy = \"initial_access_token\"\n";
    let site = Site::new("", &format!("{policy}initial_access_tokens = [\"{digest}\"]\n")).await;
    let serving = site.serve().await;
    let asked = json!({"redirect_uris": ["https://rp.example/cb"], "client_name": "Handbook"});
    let request = || http().post(serving.url("/register")).json(&asked);
    assert_eq!(request().send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let told: Value = request().bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    let id = told["client_id"].as_str().unwrap();

    site.write(
        "machine.toml",
        "[[clients]]\nclient_id = \"app\"\ntoken_endpoint_auth_method = \"none\"\n\
         redirect_uris = [\"https://app.example/cb\"]\nscope = \"openid\"\n",
    );
    site.configured(&["apply", "machine.toml"]).succeeded();
    let all = site.configured(&["clients", "list"]).succeeded();
    let line = |id: &str| all.lines().find(|line| line.starts_with(id)).unwrap_or_else(|| panic!("{id}: {all}"));
    assert!(
        line(id).contains("registered") && line(id).contains("Handbook") && line(id).contains("never used"),
        "{all}"
    );
    assert!(line("app").contains("declared") && !line("app").contains("never used"), "{all}");
    let own = site.configured(&["clients", "list", "--registered"]).succeeded();
    assert_eq!(own.lines().count(), 1, "{own}");

    let shown = site.configured(&["clients", "show", id]).succeeded();
    let described: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(described["metadata"]["redirect_uris"], asked["redirect_uris"]);
    for secret in ["client_secret", "registration_access_token"] {
        let plain = told[secret].as_str().unwrap();
        assert!(!shown.contains(plain) && !shown.contains(&base64url(&sha256(plain.as_bytes()))), "{secret}: {shown}");
    }
    assert!(site.configured(&["clients", "show", "nobody"]).failed().contains("nobody"));

    assert!(
        site.configured(&["clients", "remove", "app"]).failed().contains("app"),
        "a declared one is not removed here"
    );
    assert_eq!(site.configured(&["clients", "remove", id]).succeeded(), format!("removed client {id}\n"));
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    until("the client is gone", SOON, || async {
        let secret = told["client_secret"].as_str();
        let answer = http().post(serving.url("/token")).basic_auth(id, secret).form(&form).send().await.unwrap();
        if answer.status() == StatusCode::UNAUTHORIZED { Ok(()) } else { Err(answer.status().to_string()) }
    })
    .await;
    serving.stop().await;
    site.leave().await;
}

/// "any version can be compared and restored"
#[tokio::test]
async fn an_operator_looks_at_versions_and_restores_one_at_the_terminal() {
    let site = Site::empty("", "").await;
    site.configured(&["migrate", "--init"]).succeeded();
    let client = "[[clients]]\nclient_id = \"desk\"\nredirect_uris = [\"https://desk.example/cb\"]\n\
                  secrets = [\"desk-secret-of-a-test-that-is-long-enough\"]\n";
    site.write("a.toml", client);
    site.write("b.toml", &client.replace("/cb", "/slip"));
    site.configured(&["apply", "a.toml"]).succeeded();
    site.configured(&["apply", "b.toml", "--reason", "a move"]).succeeded();
    let said = site.configured(&["clients", "versions", "desk"]).succeeded();
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with("2 ") && lines[0].ends_with("changed by machine because a move: redirect_uris"),
        "{said}"
    );
    assert!(lines[1].ends_with("created by machine"), "{said}");
    let compared = site.configured(&["clients", "compare", "desk", "1", "2"]).succeeded();
    assert!(compared.contains("+ redirect_uris = [\"https://desk.example/slip\"]"), "{compared}");
    let done = site.configured(&["clients", "restore", "desk", "1", "--reason", "a slip"]).succeeded();
    assert_eq!(done, "restored client desk: version 3\n");
    let said = site.configured(&["clients", "versions", "desk"]).succeeded();
    assert!(
        said.lines().next().unwrap().ends_with("restored version 1 by machine because a slip: redirect_uris"),
        "{said}"
    );
    let shown = site.configured(&["clients", "version", "desk", "3"]).succeeded();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["state"]["metadata"]["redirect_uris"], json!(["https://desk.example/cb"]));
    assert_eq!(
        (&shown["reason"], &shown["actor"], &shown["client"]),
        (&json!("a slip"), &json!("machine"), &json!("desk"))
    );
    let refused = site.configured(&["clients", "restore", "desk", "9", "--reason", "x"]).failed();
    assert!(refused.contains("client desk: there is no version 9"), "{refused}");
    assert!(site.configured(&["services", "versions", "nothing"]).failed().contains("no service nothing"));
    assert_eq!(site.configured(&["services", "list"]).succeeded(), "");
    site.leave().await;
}
