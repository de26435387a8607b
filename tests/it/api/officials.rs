//! Officials at the API: a person signs in as people do, as surely as officials need, and acts in one office.

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::rights::look;
use motcua::identity::assurance::Level;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use uuid::Uuid;

use super::API;
use super::each;
use super::get;
use super::send;
use super::town;
use crate::authority::country;
use crate::credentials::proof;
use crate::town::Browser;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;
use crate::town::code;

const TWO: (&str, &str) = ("acr_values", "urn:motcua:acr:2");
const OF_API: (&str, &str) = ("resource", API);

/// What officials work with.
async fn desk(town: &Town) -> RelyingParty {
    town.apply(&format!(
        "[[clients]]\nclient_id = \"desk\"\nservice = \"licences\"\nredirect_uris = [\"https://desk.example/cb\"]\n\
         secrets = [\"desk-secret-of-a-test-that-is-long-enough\"]\ngrant_types = [\"authorization_code\", \"refresh_token\"]\n\
         resources = [\"{API}\"]\nscope = \"openid offline_access api:units api:rights\"\n"
    ))
    .await;
    town.rp("desk").with_scope("openid offline_access api:units api:rights")
}

async fn error(browser: &mut Browser, rp: &RelyingParty, changes: &[(&str, &str)]) -> Option<String> {
    rp.finish(browser, &rp.url(changes)).await.parameter("error")
}

/// A step-up with the app, in the same session.
async fn stepped_up(town: &Town, browser: &mut Browser, rp: &RelyingParty, secret: &[u8]) -> Tokens {
    town.clock.pass(Duration::from_secs(30));
    let page = browser.open(&rp.url(&[TWO, OF_API])).await;
    let done = browser.fill(&page, &[("otp", &code(secret, town.app.clock.now()))]).await;
    Tokens(rp.redeem(&done.parameter("code").unwrap(), &[OF_API]).await.json())
}

/// An official with a right in unit 101, known in person: what he works with, his browser, and the secret of his app.
async fn official(town: &Town) -> (Uuid, RelyingParty, Browser, Vec<u8>) {
    let (desk, mut browser) = (desk(town).await, town.browser());
    let khai = look::person(&town.app, "khai").await.unwrap().unwrap();
    super::give(town, Holder::Person(khai), Role::UnitAdministrator, "101").await;
    proof(town, "khai", Level::Two).await;
    desk.tokens(&mut browser, &[OF_API]).await;
    let secret = browser.add_app(town.app.clock.now()).await;
    (khai, desk, browser, secret)
}

/// "Officials sign in here, as people do, with the level that `[officials]` demands; an official's token has the office in it."
#[tokio::test]
async fn an_official_steps_up_and_acts_in_his_office() {
    let town = town().await;
    let (desk, mut browser) = (desk(&town).await, town.browser());
    assert_eq!(error(&mut browser, &desk, &[OF_API]).await.unwrap(), "invalid_target", "nobody's office");
    let khai = look::person(&town.app, "khai").await.unwrap().unwrap();
    super::give(&town, Holder::Person(khai), Role::UnitAdministrator, "101").await;
    let weak = desk.tokens(&mut browser, &[OF_API]).await;
    assert!(weak.0.get("refresh_token").is_none(), "{}", weak.0);
    let page = get(&town, weak.access_token(), "/api/v1/units").await;
    assert_eq!(page.json()["type"], "urn:motcua:problem:insufficient-sign-in");
    let challenge = page.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("insufficient_user_authentication") && challenge.contains("acr_values=\"urn:motcua:acr:2\"")
    );

    assert_eq!(super::people::trail(&town, "official_refused").await.len(), 1);
    proof(&town, "khai", Level::Two).await;
    let secret = browser.add_app(town.app.clock.now()).await;
    let sure = stepped_up(&town, &mut browser, &desk, &secret).await;
    let unit = country::unit("101").0;
    assert_eq!(claims_of(sure.access_token())["office"], format!("unit:{unit}"));
    let page = get(&town, sure.access_token(), "/api/v1/units?level=district").await;
    assert_eq!((page.status, each(&page.json(), "code")), (StatusCode::OK, vec!["101"]));
    town.leave().await;
}

/// "fresh for sensitive acts": RFC 9470 §3 says with which `max_age` to come again.
#[tokio::test]
async fn what_needs_two_officials_needs_a_fresh_sign_in() {
    let town = town().await;
    let (_, desk, mut browser, secret) = official(&town).await;
    let right = serde_json::json!({"holder": "client:clerk", "role": "registrar", "unit": "district/101"});
    let give = async |tokens: &Tokens| {
        send(&town, tokens.access_token(), "POST /api/v1/rights?reason=help", &[], Some(&right)).await
    };
    let fresh = stepped_up(&town, &mut browser, &desk, &secret).await;
    assert_eq!(give(&fresh).await.status, StatusCode::ACCEPTED);
    town.clock.pass(Duration::from_secs(8 * 60));
    desk.tokens(&mut browser, &[TWO, OF_API]).await;
    town.clock.pass(Duration::from_secs(8 * 60));
    let old = desk.tokens(&mut browser, &[TWO, OF_API]).await;
    let page = give(&old).await;
    assert_eq!(
        (page.status, page.json()["type"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("urn:motcua:problem:insufficient-sign-in"))
    );
    assert!(page.header("www-authenticate").unwrap().contains("max_age=\"900\""), "{}", page.body);
    let tries = super::people::trail(&town, "official_refused").await;
    assert!(tries.len() == 1 && tries[0].ends_with("rights.grant by a sign-in of some time ago"), "{tries:?}");
    assert_eq!(get(&town, old.access_token(), "/api/v1/rights").await.status, StatusCode::OK);
    town.leave().await;
}

/// "ending an official's rights ends sessions, tokens and pending acts."
#[tokio::test]
async fn who_leaves_has_no_token_any_more() {
    let town = town().await;
    let (khai, desk, mut browser, secret) = official(&town).await;
    let token = stepped_up(&town, &mut browser, &desk, &secret).await;
    assert_eq!(get(&town, token.access_token(), "/api/v1/units").await.status, StatusCode::OK);
    let by = motcua::identity::audit::By::machine().because("he leaves");
    let (mode, now) = (motcua::flows::admin::rights::Mode::Do, town.app.clock.now());
    assert!(motcua::flows::admin::rights::end(&town.app, &by, khai, mode, now).await.unwrap().is_ok());
    town.clock.pass(Duration::from_secs(2));
    assert_eq!(get(&town, token.access_token(), "/api/v1/units").await.status, StatusCode::UNAUTHORIZED);
    let tries = super::people::trail(&town, "official_refused").await;
    assert!(tries.len() == 1 && tries[0].ends_with("with an access token that was ended"), "{tries:?}");
    town.leave().await;
}
