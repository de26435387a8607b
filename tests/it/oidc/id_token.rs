//! The token response and the ID token: OpenID Connect Core §2, §3.1.3, §15.1.

use std::collections::BTreeSet;

use http::StatusCode;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use motcua::base::secret::sha512;
use motcua::config::duration::Span;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::Jwk;
use motcua::jose::jws;

use super::client;
use super::seconds;
use crate::town::ISSUER;
use crate::town::MORNING;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::header_of;

/// §3.1.3.3: token_type "MUST be Bearer", and "MUST include … Cache-Control: no-store".
#[tokio::test]
async fn the_token_response_is_bearer_json_that_nobody_stores() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let code = portal.code(&mut town.browser(), &[]).await;
    let page = portal.redeem(&code, &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("content-type"), Some("application/json"));
    let json = page.json();
    assert_eq!((json["token_type"].as_str(), json["expires_in"].as_u64()), (Some("Bearer"), Some(600)));
    let names: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "scope", "token_type"]);
    town.leave().await;
}

/// §2: iss, sub, aud, exp, iat are REQUIRED; sub "MUST NOT exceed 255 ASCII characters".
#[tokio::test]
async fn the_id_token_says_who_for_whom_and_when() {
    let town = Town::new().await;
    let mut browser = town.browser();
    town.rp("certified").code(&mut browser, &[]).await;
    town.clock.pass(seconds(100));
    let claims = town.rp("portal").tokens(&mut browser, &[]).await.claims();
    assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some("portal")));
    let sub = claims["sub"].as_str().unwrap();
    assert!(!sub.is_empty() && sub.len() <= 255 && sub.is_ascii(), "{sub}");
    assert_eq!(claims["iat"], MORNING.seconds() + 100);
    assert_eq!(claims["exp"], MORNING.seconds() + 700);
    assert_eq!(claims["auth_time"], MORNING.seconds());
    assert_eq!((claims["acr"].as_str(), &claims["amr"]), (Some("urn:motcua:acr:1"), &serde_json::json!(["pwd"])));
    town.leave().await;
}

/// §5.4: claims that scope asks for come from UserInfo where an access token is issued: the ID token has none of them.
#[tokio::test]
async fn the_id_token_carries_no_claim_that_nobody_asked_it_for() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid profile email address phone");
    let claims = portal.tokens(&mut town.browser(), &[]).await.claims();
    let names: BTreeSet<&str> = claims.keys().map(String::as_str).collect();
    let expected = ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"];
    assert_eq!(names, BTreeSet::from(expected));
    town.leave().await;
}

/// §2: "ID Tokens MUST be signed using JWS"; §10.1: the header's kid finds the key in the JWK set. §3.1.3.6: at_hash is
/// "the base64url encoding of the left-most half of the hash" that belongs to `alg`.
#[tokio::test]
async fn each_algorithm_signs_under_a_published_key_with_its_own_at_hash() {
    let town = Town::new().await;
    let mut browser = town.browser();
    for (id, alg) in [("es", "ES256"), ("ed", "EdDSA"), ("ps", "PS256"), ("rs", "RS256")] {
        town.apply(&client(id, "licences", &format!("id_token_signed_response_alg = \"{alg}\""))).await;
        let tokens = town.rp(id).tokens(&mut browser, &[]).await;
        let header = header_of(tokens.id_token());
        assert_eq!(header["alg"], alg);
        let set = town.get("/jwks").await.json();
        let known: Vec<_> = set["keys"].as_array().unwrap().iter().filter(|key| key["kid"] == header["kid"]).collect();
        assert_eq!((known.len(), known[0]["alg"].as_str(), known[0]["use"].as_str()), (1, Some(alg), Some("sig")));
        let key = PublicKey::from_jwk(&Jwk::from_value(known[0]).unwrap()).unwrap();
        assert!(jws::decode(tokens.id_token()).unwrap().verify(&key, &Algorithm::ALL).is_ok(), "{alg}");
        let access = tokens.access_token().as_bytes();
        let half = if alg == "EdDSA" { sha512(access)[..32].to_vec() } else { sha256(access)[..16].to_vec() };
        assert_eq!(tokens.claims()["at_hash"], base64url(&half), "{alg}");
    }
    town.leave().await;
}

/// RFC 7517 §4, RFC 7518 §6.2.2, §6.3.2: private members stay at home.
#[tokio::test]
async fn the_jwk_set_has_no_private_member() {
    let town = Town::new().await;
    town.rp("certified").tokens(&mut town.browser(), &[]).await;
    let set = town.get("/jwks").await.json();
    let keys = set["keys"].as_array().unwrap();
    assert!(!keys.is_empty());
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(key.get(private), None, "{key}");
        }
    }
    town.leave().await;
}

/// §10.1: "If there are multiple keys in the referenced JWK Set document, a kid value MUST be provided in the JOSE Header";
/// RFC 7517 §4.5: keys of one set "SHOULD use distinct "kid" values".
#[tokio::test]
async fn every_published_key_has_a_kid_of_its_own_a_use_and_an_algorithm() {
    let town = Town::new().await;
    let set = town.get("/jwks").await.json();
    let keys = set["keys"].as_array().unwrap();
    let kids: BTreeSet<&str> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), keys.len());
    assert!(keys.iter().all(|key| key["use"] == "sig" || key["use"] == "enc"), "{set}");
    let signing = keys.iter().filter(|key| key["use"] == "sig");
    let algorithms: BTreeSet<&str> = signing.map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!(algorithms, Algorithm::ALL.map(Algorithm::as_str).into());
    town.leave().await;
}

/// §15.1: "OPs MUST support signing ID Tokens with the RSA SHA-256 algorithm"; Registration §2: "The default … is RS256".
#[tokio::test]
async fn the_profile_decides_the_algorithm_where_none_is_registered() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let certified = town.rp("certified").tokens(&mut browser, &[]).await;
    assert_eq!(header_of(certified.id_token())["alg"], "RS256");
    let strict = town.rp("portal").tokens(&mut browser, &[]).await;
    assert_eq!(header_of(strict.id_token())["alg"], "ES256");
    town.leave().await;
}

/// RFC 7636 §4.4.1 and the profiles: `strict` always needs PKCE, `oidc` only of clients without a secret.
#[tokio::test]
async fn pkce_may_be_left_out_by_confidential_clients_of_the_profile_oidc_alone() {
    let town = Town::new().await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let certified = town.rp("certified");
    let code = certified.code(&mut town.browser(), &without).await;
    assert_eq!(certified.redeem(&code, &[("code_verifier", "")]).await.status, StatusCode::OK);
    assert_eq!(super::error(&mut town.browser(), &town.rp("portal"), &without).await, "invalid_request");
    town.leave().await;
}

/// §3.1.3.2: the code is issued to the client that authenticates, with the same redirect_uri, and is used once.
#[tokio::test]
async fn a_code_is_worth_nothing_to_another_client_at_another_address_or_too_late() {
    let town = Town::new().await;
    let (portal, certified) = (town.rp("portal"), town.rp("certified"));
    let mut browser = town.browser();
    let code = portal.code(&mut browser, &[]).await;
    let other = certified.redeem(&code, &[("redirect_uri", &portal.redirect_uri)]).await;
    assert_eq!(other.json()["error"], "invalid_grant");
    let elsewhere = portal.redeem(&code, &[("redirect_uri", "https://portal.example/cb?dummy=1")]).await;
    assert_eq!(elsewhere.json()["error"], "invalid_grant");
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    let code = portal.code(&mut browser, &[]).await;
    town.clock.pass(seconds(60));
    assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    town.leave().await;
}

/// §2: aud "MUST contain the OAuth 2.0 client_id of the Relying Party". Neither `sub` nor `sid` lets two sectors join their
/// people; the clients of one sector see the same.
#[tokio::test]
async fn two_clients_get_tokens_of_one_session_each_for_itself() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let one = town.rp("portal").tokens(&mut browser, &[]).await.claims();
    let two = town.rp("clinic").tokens(&mut browser, &[]).await.claims();
    assert_ne!(one["sid"], two["sid"]);
    let beside = town.rp("certified").tokens(&mut browser, &[]).await.claims();
    assert_eq!((&beside["sid"], &beside["sub"]), (&one["sid"], &one["sub"]));
    assert_ne!((&one["aud"], &one["sub"]), (&two["aud"], &two["sub"]));
    assert_ne!(one["sub"], two["sub"]);
    let elsewhere = town.rp("portal").tokens(&mut town.browser(), &[]).await.claims();
    assert_ne!(elsewhere["sid"], one["sid"]);
    assert_eq!(elsewhere["sub"], one["sub"]);
    town.leave().await;
}

/// Registration §2: lifetimes are the deployment's unless the client has its own.
#[tokio::test]
async fn a_client_may_have_lifetimes_of_its_own() {
    let town = Town::with(|config| config.tokens.access_token = Span::minutes(2)).await;
    town.apply(&client("brief", "licences", "lifetimes = { id_token = 30, access_token = 40 }")).await;
    let mut browser = town.browser();
    let Tokens(brief) = town.rp("brief").tokens(&mut browser, &[]).await;
    let claims = Tokens(brief.clone()).claims();
    assert_eq!(brief["expires_in"], 40);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 30);
    assert_eq!(town.rp("portal").tokens(&mut browser, &[]).await.0["expires_in"], 120);
    town.leave().await;
}
