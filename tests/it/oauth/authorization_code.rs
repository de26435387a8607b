//! The authorization code grant: RFC 6749 §4.1.

use http::StatusCode;

use crate::town::Town;
use crate::town::header_of;

#[tokio::test]
async fn a_person_signs_in_with_a_password_and_the_portal_gets_an_es256_id_token() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    assert_eq!(page.path(), "/login");
    let arrived = browser.sign_in(&page, "khai").await;
    assert!(arrived.url.starts_with("https://portal.example/cb?"), "{}", arrived.url);
    assert_eq!(arrived.parameter("state").as_deref(), Some("state-of-the-test"));
    let tokens = portal.redeem(&arrived.parameter("code").unwrap(), &[]).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let tokens = crate::town::Tokens(tokens.json());
    assert_eq!(header_of(tokens.id_token())["alg"], "ES256");
    let claims = tokens.claims();
    assert_eq!(claims["iss"], crate::town::ISSUER);
    assert_eq!(claims["aud"], "portal");
    assert_eq!(claims["nonce"], "nonce-of-the-test");
    town.leave().await;
}

/// §4.1.2: "The client MUST NOT use the authorization code more than once."
#[tokio::test]
async fn a_second_redemption_is_refused_and_revokes_what_the_first_bought() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    let code = portal.code(&mut browser, &[]).await;
    let first = crate::town::Tokens(portal.redeem(&code, &[]).await.json());
    assert_eq!(portal.userinfo(first.access_token()).await.status, StatusCode::OK);
    let second = portal.redeem(&code, &[]).await;
    assert_eq!((second.status, second.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    assert_eq!(portal.userinfo(first.access_token()).await.status, StatusCode::UNAUTHORIZED);
    let refreshed = portal.refresh(first.refresh_token(), &[]).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    town.leave().await;
}
