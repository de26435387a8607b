//! The `openidconnect` crate as an independent peer: OpenID Connect Core §3.1.3.7, §5.3, §12.

use std::convert::Infallible;

use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use openidconnect::AccessTokenHash;
use openidconnect::AuthorizationCode;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use openidconnect::IssuerUrl;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse;
use openidconnect::PkceCodeChallenge;
use openidconnect::RedirectUrl;
use openidconnect::Scope;
use openidconnect::TokenResponse;
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::core::CoreClient;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::core::CoreUserInfoClaims;

use super::client;
use super::seconds;
use crate::town::ISSUER;
use crate::town::Town;

async fn call(town: &Town, request: HttpRequest) -> Result<HttpResponse, Infallible> {
    let (parts, body) = request.into_parts();
    let (parts, body) = town.send(Request::from_parts(parts, Body::from(body))).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Ok(HttpResponse::from_parts(parts, body))
}

/// A whole sign-in, UserInfo and refresh of a client whose ID tokens are signed with `alg`.
async fn whole_journey(alg: CoreJwsSigningAlgorithm, name: &str) {
    let town = Town::new().await;
    let more =
        format!("grant_types = [\"authorization_code\", \"refresh_token\"]\nid_token_signed_response_alg = \"{name}\"");
    let toml = client("peer", "licences", &more).replace("profile email", "profile email offline_access");
    town.apply(&toml).await;
    let http = |request: HttpRequest| call(&town, request);

    let issuer = IssuerUrl::new(ISSUER.into()).unwrap();
    // Discovery reads the keys as well: they are made when they first sign.
    town.rp("peer").with_scope("openid").tokens(&mut town.browser(), &[]).await;
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
    let secret = ClientSecret::new(town.rp("peer").secret());
    let peer = CoreClient::from_provider_metadata(metadata, ClientId::new("peer".into()), Some(secret))
        .set_redirect_uri(RedirectUrl::new("https://peer.example/cb".into()).unwrap());

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = peer
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.into())))
        .set_pkce_challenge(challenge)
        .url();
    let mut browser = town.browser();
    let page = browser.open(url.as_str()).await;
    let page = browser.sign_in(&page, "khai").await;
    let arrived = browser.fill(&page, &[("decision", "allow")]).await;
    assert_eq!(arrived.parameter("state").as_ref(), Some(state.secret()));

    let code = AuthorizationCode::new(arrived.parameter("code").unwrap());
    let exchange = peer.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&http).await.unwrap();
    let at_sign_in = || "2026-11-24T03:00:00Z".parse().unwrap();
    let checks = peer.id_token_verifier().set_allowed_algs([alg.clone()]).set_time_fn(at_sign_in);
    let id_token = tokens.id_token().unwrap();
    let claims = id_token.claims(&checks, &nonce).unwrap();
    assert!(id_token.claims(&checks, &Nonce::new("another".into())).is_err());
    let key = id_token.signing_key(&checks).unwrap();
    let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg().unwrap(), key).unwrap();
    assert_eq!(claims.access_token_hash(), Some(&hash));

    let request = peer.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).unwrap();
    let userinfo: CoreUserInfoClaims = request.request_async(&http).await.unwrap();
    assert_eq!(userinfo.email().unwrap().as_str(), "khai@songlam.example");

    town.clock.pass(seconds(60));
    let refresh_token = tokens.refresh_token().unwrap().clone();
    let refreshed = peer.exchange_refresh_token(&refresh_token).unwrap().request_async(&http).await.unwrap();
    let checks = peer.id_token_verifier().set_allowed_algs([alg]).set_time_fn(at_sign_in);
    let again = refreshed.id_token().unwrap().claims(&checks, |_: Option<&Nonce>| Ok(())).unwrap();
    assert_eq!((again.subject(), again.auth_time()), (claims.subject(), claims.auth_time()));
    assert!(again.issue_time() > claims.issue_time());
    town.leave().await;
}

/// RFC 7518 §3.4.
#[tokio::test]
async fn an_independent_client_verifies_es256() {
    whole_journey(CoreJwsSigningAlgorithm::EcdsaP256Sha256, "ES256").await;
}

/// RFC 8037 §3.1.
#[tokio::test]
async fn an_independent_client_verifies_eddsa() {
    whole_journey(CoreJwsSigningAlgorithm::EdDsa, "EdDSA").await;
}

/// RFC 7518 §3.5.
#[tokio::test]
async fn an_independent_client_verifies_ps256() {
    whole_journey(CoreJwsSigningAlgorithm::RsaSsaPssSha256, "PS256").await;
}

/// RFC 7518 §3.3.
#[tokio::test]
async fn an_independent_client_verifies_rs256() {
    whole_journey(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, "RS256").await;
}
