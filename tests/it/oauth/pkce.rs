//! Proof Key for Code Exchange: RFC 7636, RFC 9700 §2.1.1.

use http::StatusCode;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;

use super::redirected;
use super::refused;
use crate::town::Town;
use crate::town::VERIFIER;
use crate::town::challenge;

/// §4.6: "If the values are not equal, an error response indicating "invalid_grant" […] MUST be returned."
#[tokio::test]
async fn a_verifier_that_does_not_match_is_refused_and_costs_the_code_nothing() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let code = portal.code(&mut town.browser(), &[]).await;
    let upper = VERIFIER.to_uppercase();
    let longer = format!("{VERIFIER}x");
    for verifier in [upper.as_str(), longer.as_str(), "short", &challenge(), &"v".repeat(43)] {
        refused(&portal.redeem(&code, &[("code_verifier", verifier)]).await, 400, "invalid_grant");
    }
    refused(&portal.redeem(&code, &[("code_verifier", "")]).await, 400, "invalid_grant");
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §4.1: "code-verifier = 43*128unreserved": the whole alphabet and both lengths are taken.
#[tokio::test]
async fn verifiers_of_43_and_of_128_characters_of_the_whole_alphabet_are_taken() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    let long = format!("{alphabet}{}", &alphabet[..62]);
    assert_eq!(long.len(), 128);
    for verifier in [&alphabet[23..], long.as_str()] {
        let challenge = base64url(&sha256(verifier.as_bytes()));
        let code = portal.code(&mut browser, &[("code_challenge", &challenge)]).await;
        let page = portal.redeem(&code, &[("code_verifier", verifier)]).await;
        assert_eq!(page.status, StatusCode::OK, "{verifier}: {}", page.body);
    }
    town.leave().await;
}

/// §4.1: "with a minimum length of 43 characters and a maximum length of 128 characters", of unreserved characters alone,
/// though the digest be right.
#[tokio::test]
async fn a_verifier_outside_the_grammar_is_refused_though_its_digest_is_right() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let (short, long) = ("v".repeat(42), "v".repeat(129));
    let odd = format!("{} ", "v".repeat(43));
    for verifier in [short.as_str(), long.as_str(), odd.as_str(), &"ế".repeat(20)] {
        let challenge = base64url(&sha256(verifier.as_bytes()));
        let code = portal.code(&mut browser, &[("code_challenge", &challenge)]).await;
        refused(&portal.redeem(&code, &[("code_verifier", verifier)]).await, 400, "invalid_grant");
    }
    town.leave().await;
}

/// RFC 9700 §2.1.1: "clients SHOULD use PKCE code challenge methods that do not expose the PKCE verifier"; §4.4.1: "If
/// server […] does not support the requested transformation, the authorization endpoint MUST return" invalid_request.
#[tokio::test]
async fn plain_and_unknown_methods_and_malformed_challenges_are_refused() {
    let town = Town::new().await;
    let mut browser = town.browser();
    for client in ["portal", "certified", "app"] {
        let rp = town.rp(client);
        for changes in [
            [("code_challenge_method", "plain"), ("state", "s")],
            [("code_challenge_method", ""), ("state", "s")],
            [("code_challenge_method", "s256"), ("state", "s")],
            [("code_challenge_method", "S512"), ("state", "s")],
            [("code_challenge", ""), ("state", "s")],
            [("code_challenge", "short"), ("state", "s")],
            [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), ("state", "s")],
        ] {
            let page = browser.open(&rp.url(&changes)).await;
            assert_eq!(redirected(&page, &rp.redirect_uri), "invalid_request", "{client} {changes:?}");
        }
    }
    town.leave().await;
}

/// §4.4.1: "If the server requires Proof Key for Code Exchange […] and the client does not send the "code_challenge" in
/// the request, the authorization endpoint MUST return the authorization error response with the "error" value set to
/// "invalid_request"." RFC 9700 §2.1.1: "Public clients MUST use PKCE".
#[tokio::test]
async fn a_strict_or_public_client_without_a_challenge_is_refused() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "open"
        service = "licences"
        profile = "oidc"
        token_endpoint_auth_method = "none"
        redirect_uris = ["https://open.example/cb"]
        scope = "openid profile email"
        "#,
    )
    .await;
    let mut browser = town.browser();
    for client in ["portal", "clinic", "app", "open"] {
        let rp = town.rp(client);
        let page = browser.open(&rp.url(&[("code_challenge", ""), ("code_challenge_method", "")])).await;
        assert_eq!(redirected(&page, &rp.redirect_uri), "invalid_request", "{client}");
    }
    town.leave().await;
}

/// The profile `oidc`: PKCE is optional for confidential clients, and holds where it is used.
#[tokio::test]
async fn a_confidential_client_of_the_profile_oidc_may_do_without_and_is_held_to_it_otherwise() {
    let town = Town::new().await;
    let certified = town.rp("certified");
    let mut browser = town.browser();
    let without = certified.code(&mut browser, &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    assert_eq!(certified.redeem(&without, &[("code_verifier", "")]).await.status, StatusCode::OK);
    let with = certified.code(&mut browser, &[]).await;
    refused(&certified.redeem(&with, &[("code_verifier", "")]).await, 400, "invalid_grant");
    assert_eq!(certified.redeem(&with, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// RFC 9700 §2.1.1: "Authorization servers MUST mitigate PKCE downgrade attacks by ensuring that a token request
/// containing a code_verifier parameter is accepted only if a code_challenge parameter was present".
#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let town = Town::new().await;
    let certified = town.rp("certified");
    let code = certified.code(&mut town.browser(), &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    refused(&certified.redeem(&code, &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// RFC 8414 §2 and RFC 9700 §2.1.1: the metadata MUST say which methods are supported.
#[tokio::test]
async fn the_metadata_name_s256_alone() {
    let town = Town::new().await;
    let metadata = town.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    town.leave().await;
}
