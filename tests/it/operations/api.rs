//! `motcua api`: a token from the terminal opens the API of a server that runs.

use http::StatusCode;
use serde_json::Value;

use super::program::Site;
use super::program::http;

/// "`motcua api token` for scripts": with the rights that its client has, and as much as was asked for.
#[tokio::test]
async fn a_script_gets_a_token_and_asks_the_api() {
    let site = Site::new("", "").await;
    let serving = site.serve().await;
    let get = |path: &str| http().get(serving.url(path));
    let described: Value = get("/api/v1/openapi.json").send().await.unwrap().json().await.unwrap();
    let issuer = described["servers"][0]["url"].as_str().unwrap();
    site.write(
        "robot.toml",
        &format!(
            "[[clients]]\nclient_id = \"robot\"\nsecrets = [\"a-secret-of-a-test-that-is-long-enough\"]\n\
             grant_types = [\"client_credentials\"]\nresources = [\"{issuer}/api/v1\"]\nscope = \"api:branches api:units\"\n\
             [[branches]]\ncode = \"health\"\nname = {{ vi = \"Y tế\", en = \"Health\" }}\n"
        ),
    );
    site.configured(&["apply", "robot.toml"]).succeeded();
    let token = |more: &[&str]| site.configured(&[&["api", "token", "--client", "robot"], more].concat());
    assert!(token(&[]).failed().contains("no right counts now"));
    let grant = ["rights", "grant", "--client", "robot", "--role", "auditor", "--reason", "a test"];
    site.configured(&grant).succeeded();
    assert!(token(&["--office", "branch:health"]).failed().contains("none of its bearer's"));
    assert!(token(&["--scope", "api:keys"]).failed().contains("scope"));
    let bearer = token(&["--scope", "api:branches"]).succeeded();
    let page = get("/api/v1/branches").bearer_auth(bearer.trim()).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let branches: Value = page.json().await.unwrap();
    assert_eq!(branches["items"][0]["name"], "Y tế");
    assert_eq!(get("/api/v1/units").bearer_auth(bearer.trim()).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let nobody = site.configured(&["api", "token", "--client", "nobody"]).failed();
    assert!(nobody.contains("nobody"), "{nobody}");
    serving.stop().await;
    site.leave().await;
}
