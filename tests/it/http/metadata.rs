//! The discovery document as it is served: OpenID Connect Discovery §3, RFC 8414 §2.

use crate::town::Town;

/// §4.2: "A successful response MUST use the 200 OK HTTP status code and return a JSON object using the application/json
/// content type".
#[tokio::test]
async fn the_discovery_document_is_this() {
    let town = Town::new().await;
    let mut metadata = town.get("/.well-known/openid-configuration").await.json();
    metadata["signed_metadata"] = "[JWT]".into();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("discovery", metadata);
    });
    town.leave().await;
}
