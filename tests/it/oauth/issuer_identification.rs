//! Authorization server issuer identification: RFC 9207.

use crate::town::ISSUER;
use crate::town::Town;

/// §2: "authorization servers […] MUST indicate their identity by including the iss parameter in the response […]
/// including error responses."
#[tokio::test]
async fn the_issuer_is_named_in_success_and_in_error() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let silent = browser.open(&portal.url(&[("prompt", "none")])).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
    assert_eq!(silent.parameter("iss").as_deref(), Some(ISSUER));
    let page = browser.open(&portal.url(&[])).await;
    let arrived = browser.sign_in(&page, "khai").await;
    assert!(arrived.parameter("code").is_some());
    assert_eq!(arrived.parameter("iss").as_deref(), Some(ISSUER));
    let wrong = browser.open(&portal.url(&[("response_type", "token")])).await;
    assert_eq!(wrong.parameter("error").as_deref(), Some("unsupported_response_type"));
    assert_eq!(wrong.parameter("iss").as_deref(), Some(ISSUER));
    town.leave().await;
}

/// §2: the parameter is there whichever way the response travels.
#[tokio::test]
async fn the_issuer_is_named_in_a_posted_form() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    for change in [("state", "s"), ("prompt", "dance")] {
        let page = browser.open(&portal.url(&[("response_mode", "form_post"), change])).await;
        assert!(page.hidden().contains(&("iss".into(), ISSUER.into())), "{}", page.body);
    }
    town.leave().await;
}

/// §2.3 and §3: "authorization_response_iss_parameter_supported", and the value "MUST be identical" to the metadata's
/// issuer.
#[tokio::test]
async fn the_metadata_say_so_under_the_same_issuer() {
    let town = Town::new().await;
    let metadata = town.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    assert_eq!(metadata["issuer"], ISSUER);
    town.leave().await;
}
