//! Request objects by reference: RFC 9101 §5.2, OpenID Connect Core §6.2.

use motcua::jose::jwa::Algorithm;
use motcua::outbound::Expect;
use motcua::outbound::Unreachable;
use serde_json::json;

use super::has_code;
use super::page_without_redirect;
use super::redirected;
use super::register;
use crate::town::OwnKey;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;

const PLACE: &str = "https://rp.example/requests/1";

async fn client(town: &Town, profile: &str, request_uris: &str) -> (RelyingParty, OwnKey) {
    let key = OwnKey::new(Algorithm::Es256, "1");
    let members = format!("{}\nrequest_uris = [{request_uris}]", OwnKey::declared(&[&key]));
    (register(town, profile, profile, &members).await, key)
}

async fn open(town: &Town, rp: &RelyingParty, request_uri: &str) -> Page {
    rp.finish(&mut town.browser(), &rp.url_by_reference(request_uri)).await
}

/// The error, where the query names the client's address.
async fn error(town: &Town, rp: &RelyingParty, request_uri: &str) -> String {
    redirected(&town.browser().open(&rp.url(&[("request_uri", request_uri)])).await, &rp.redirect_uri)
}

/// RFC 9101 §5.2: "The "request_uri" authorization request parameter is used by OAuth authorization requests to reference a
/// Request Object"; OpenID Connect Core §6.2.2: fetched by GET.
#[tokio::test]
async fn an_object_is_fetched_from_where_it_lies() {
    let town = Town::new().await;
    for profile in ["strict", "oidc"] {
        let (rp, key) = client(&town, profile, &format!("\"{PLACE}\"")).await;
        town.outside.put(PLACE, format!("{}\n", rp.object(&key, json!({"state": "fetched"}))));
        let page = open(&town, &rp, PLACE).await;
        has_code(&page);
        assert_eq!(page.parameter("state").as_deref(), Some("fetched"));
    }
    let asked = town.outside.asked(PLACE);
    assert_eq!((asked.len(), asked[0].expect, asked[0].form.len()), (2, Expect::Jwt, 0));
    town.leave().await;
}

/// RFC 9101 §10.4: "the authorization server […] SHOULD check […] allowlisting": a stranger cannot make us open an address
/// that the client did not register.
#[tokio::test]
async fn no_address_is_opened_that_is_not_registered() {
    let town = Town::new().await;
    let (rp, _) = client(&town, "oidc", &format!("\"{PLACE}\"")).await;
    for request_uri in [
        "https://rp.example/requests/2",
        "https://rp.example/requests/1?x",
        "https://rp.example/requests",
        "https://RP.example/requests/1",
        "http://rp.example/requests/1",
        "https://169.254.169.254/",
        "urn:example:request",
        "urn:ietf:params:oauth:request_uri",
        "x",
    ] {
        assert_eq!(error(&town, &rp, request_uri).await, "invalid_request_uri", "{request_uri}");
        page_without_redirect(&open(&town, &rp, request_uri).await);
    }
    let none = town.rp("portal");
    assert_eq!(error(&town, &none, PLACE).await, "invalid_request_uri");
    town.leave().await;
}

/// OpenID Connect Core §6.2: "If the contents of the referenced resource could ever change, the URI SHOULD include the
/// base64url-encoded SHA-256 hash […] as the fragment component of the URI": it is not sent, and may change.
#[tokio::test]
async fn a_fragment_names_a_version_and_is_not_sent() {
    let town = Town::new().await;
    for registered in [PLACE.to_owned(), format!("{PLACE}#47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")] {
        let (rp, key) = client(&town, "oidc", &format!("\"{registered}\"")).await;
        town.outside.put(PLACE, rp.object(&key, json!({})));
        for fragment in
            ["", "#", "#47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "#n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"]
        {
            has_code(&open(&town, &rp, &format!("{PLACE}{fragment}")).await);
        }
    }
    town.leave().await;
}

/// RFC 9101 §7: invalid_request_uri: "The "request_uri" in the authorization request returns an error or contains invalid
/// data."; §6.2 for what lies there.
#[tokio::test]
async fn what_does_not_answer_or_is_no_object_is_refused() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "oidc", &format!("\"{PLACE}\"")).await;
    for why in
        [Unreachable::Status(404), Unreachable::Busy, Unreachable::Refused("no"), Unreachable::Failed("no".into())]
    {
        town.outside.fail(PLACE, why);
        assert_eq!(error(&town, &rp, PLACE).await, "invalid_request_uri");
        page_without_redirect(&open(&town, &rp, PLACE).await);
    }
    town.outside.put(PLACE, [0xff, 0xfe]);
    assert_eq!(error(&town, &rp, PLACE).await, "invalid_request_uri");
    let unsigned = key.sign_as(&json!({"alg": "none"}), &rp.object_claims(json!({})));
    let stranger = rp.object(&OwnKey::new(Algorithm::Es256, "1"), json!({}));
    for object in [String::new(), "<html>".to_owned(), unsigned, stranger, "a".repeat(70_000)] {
        town.outside.put(PLACE, object);
        assert_eq!(error(&town, &rp, PLACE).await, "invalid_request_object");
    }
    town.outside.put(PLACE, rp.object(&key, json!({"state": "s".repeat(4100)})));
    assert_eq!(redirected(&open(&town, &rp, PLACE).await, &rp.redirect_uri), "invalid_request");
    town.leave().await;
}

/// OpenID Connect Registration §2: request_uris "MUST use the https scheme".
#[tokio::test]
async fn only_https_is_registered() {
    let town = Town::new().await;
    for uri in ["http://rp.example/r", "urn:example:r", "/r"] {
        let toml = super::declaration(
            "rp",
            "oidc",
            &format!("{}\nrequest_uris = [\"{uri}\"]", OwnKey::declared(&[&OwnKey::new(Algorithm::Es256, "1")])),
        );
        let refusal = town.try_apply(&toml, false).await.unwrap_err();
        assert!(refusal.contains("request_uris"), "{refusal}");
    }
    town.leave().await;
}
