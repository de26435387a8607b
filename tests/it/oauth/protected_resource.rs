//! Protected resource metadata: RFC 9728.

use http::StatusCode;
use serde_json::json;

use crate::town::ISSUER;
use crate::town::Town;

const PATH: &str = "/.well-known/oauth-protected-resource/userinfo";

/// §3.1: the well-known path is "inserted" before the path; §3.3: "The resource value returned MUST be identical to the
/// protected resource's resource identifier"; "MUST be identical to the URL that the client used to make the request".
#[tokio::test]
async fn userinfo_says_whose_tokens_it_takes_and_how() {
    let town = Town::new().await;
    let page = town.get(PATH).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some("application/json")));
    let metadata = page.json();
    assert_eq!(metadata["authorization_servers"], json!([ISSUER]));
    assert_eq!(metadata["bearer_methods_supported"], json!(["header", "body"]));
    assert_eq!(metadata["scopes_supported"][0], "openid");
    let server = town.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["resource"], server["userinfo_endpoint"]);
    assert_eq!(server["protected_resources"], json!([metadata["resource"]])); // §4
    assert_eq!(town.get("/.well-known/oauth-protected-resource").await.status, StatusCode::NOT_FOUND);
    town.leave().await;
}

/// §5.1: `resource_metadata` in the challenge is "the URL of the protected resource metadata".
#[tokio::test]
async fn a_challenge_leads_to_the_metadata() {
    let town = Town::new().await;
    let expected = format!("resource_metadata=\"{ISSUER}{PATH}\"");
    for page in [town.get("/userinfo").await, town.rp("portal").userinfo("x").await] {
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.header("www-authenticate").unwrap().contains(&expected), "{:?}", page.header("www-authenticate"));
    }
    town.leave().await;
}
