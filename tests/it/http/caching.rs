//! What may be kept and for how long: RFC 9110 §8.8.3 and §13.1.2, RFC 9111.

use http::Method;
use http::StatusCode;

use super::ask;
use crate::town::Page;
use crate::town::Town;

async fn if_none_match(town: &Town, tags: &str) -> Page {
    ask(town, Method::GET, "/jwks", &[("if-none-match", tags)], "").await
}

/// RFC 9110 §13.1.2: "the origin server MUST NOT perform the requested method; […] respond with […] 304 (Not Modified)".
#[tokio::test]
async fn the_keys_have_an_entity_tag_that_is_confirmed_by_304() {
    let town = Town::new().await;
    let keys = town.get("/jwks").await;
    assert_eq!(keys.header("cache-control"), Some("public, max-age=300"));
    let tag = keys.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{tag}");
    for tags in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let page = if_none_match(&town, &tags).await;
        assert_eq!((page.status, page.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{tags}");
        assert_eq!(page.header("etag"), Some(tag.as_str()));
        assert_eq!(page.header("cache-control"), Some("public, max-age=300"));
    }
    for tags in ["\"x\"", "x", "", tag.trim_matches('"')] {
        assert_eq!(if_none_match(&town, tags).await.status, StatusCode::OK, "{tags}");
    }
    town.leave().await;
}

/// RFC 9110 §8.8.3: a new key is another representation, with another tag.
#[tokio::test]
async fn a_rotation_changes_the_entity_tag() {
    let town = Town::new().await;
    let before = town.get("/jwks").await;
    let algorithm = motcua::jose::jwa::Algorithm::Es256;
    motcua::flows::admin::keys::rotate(&town.app, algorithm, true, town.app.clock.now()).await.unwrap();
    let after = if_none_match(&town, before.header("etag").unwrap()).await;
    assert_eq!(after.status, StatusCode::OK);
    assert_ne!(after.header("etag"), before.header("etag"));
    town.leave().await;
}

/// RFC 8414 §3: the metadata may be kept for a while, and differ by nothing that a request says but its origin.
#[tokio::test]
async fn both_addresses_give_the_same_metadata() {
    let town = Town::new().await;
    let oidc = town.get("/.well-known/openid-configuration").await;
    let oauth = town.get("/.well-known/oauth-authorization-server").await;
    assert_eq!((oidc.status, oauth.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(oidc.body, oauth.body);
    assert_eq!(oidc.header("content-type"), Some("application/json"));
    assert_eq!(oidc.header("cache-control"), Some("public, max-age=300"));
    town.leave().await;
}
