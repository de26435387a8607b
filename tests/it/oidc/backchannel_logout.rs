//! Services are told from server to server: OpenID Connect Back-Channel Logout 1.0.

mod tries;

use std::collections::BTreeSet;
use std::time::Duration;

use http::StatusCode;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::Jwk;
use motcua::jose::jws;
use motcua::outbound::Expect;
use motcua::outbound::Unreachable;
use serde_json::Value;
use serde_json::json;

use super::client;
use super::seconds;
use super::sign_out::sign_out;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::ISSUER;
use crate::town::MORNING;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;
use crate::town::header_of;

const DESK: &str = "https://desk.example/out";
const MILL: &str = "https://mill.example/out";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const HOUR: Duration = Duration::from_secs(3600);

/// A town with two services that want to be told: `desk` is strict, `mill` has the profile `oidc`.
async fn town_with_services() -> Town {
    let town = Town::new().await;
    town.apply(&services()).await;
    for url in [DESK, MILL] {
        town.outside.put(url, "");
    }
    town
}

fn services() -> String {
    let told = |id: &str| format!("backchannel_logout_uri = \"https://{id}.example/out\"");
    let mill = format!("profile = \"oidc\"\n{}\nbackchannel_logout_session_required = true", told("mill"));
    client("desk", "licences", &told("desk")) + &client("mill", "licences", &mill)
}

/// khai, signed in at `desk`.
async fn at_desk(town: &Town) -> (Browser, Tokens) {
    let mut browser = town.browser();
    let tokens = town.rp("desk").tokens(&mut browser, &[]).await;
    (browser, tokens)
}

/// The logout tokens that reached `url`, in order.
fn told(town: &Town, url: &str) -> Vec<String> {
    let asked = town.outside.asked(url);
    asked.into_iter().map(|asked| asked.form.into_iter().find(|(name, _)| name == "logout_token").unwrap().1).collect()
}

/// §2.5: the OP "sends a logout request […] to the RPs"; §2.4: "iss, aud, iat, exp, jti, events", "sub and/or sid",
/// `typ` logout+jwt, "signed […] the same keys are used to sign […] as are used for ID Tokens".
#[tokio::test]
async fn each_service_gets_a_logout_token_before_the_page_says_goodbye() {
    let town = town_with_services().await;
    let (mut browser, desk) = at_desk(&town).await;
    let mill = town.rp("mill").tokens(&mut browser, &[]).await;
    town.clock.pass(seconds(5));
    sign_out(&mut browser).await;
    for (url, tokens, alg) in [(DESK, desk, "ES256"), (MILL, mill, "RS256")] {
        let [token] = told(&town, url).try_into().unwrap();
        let (claims, id) = (claims_of(&token), tokens.claims());
        for name in ["iss", "sub", "aud", "sid"] {
            assert_eq!(claims[name], id[name], "{name}");
        }
        assert_eq!(claims["iat"], MORNING.seconds() + 5);
        let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert!(lifetime > 0 && lifetime <= 120, "{lifetime}");
        assert_eq!(claims["events"], json!({EVENT: {}}));
        assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() >= 16));
        let header = header_of(&token);
        assert_eq!((&header["alg"], &header["typ"]), (&json!(alg), &json!("logout+jwt")));
        assert_eq!(header_of(tokens.id_token())["alg"], header["alg"]);
        verify(&town, &token).await;
    }
    assert!(town.outbox().await.is_empty(), "what was delivered is struck out");
    town.leave().await;
}

/// The signature holds under the published key that the header names.
async fn verify(town: &Town, token: &str) {
    let set = town.get("/jwks").await.json();
    let keys = set["keys"].as_array().unwrap();
    let jwk = keys.iter().find(|key| key["kid"] == header_of(token)["kid"]).unwrap();
    let key = PublicKey::from_jwk(&Jwk::parse(&jwk.to_string()).unwrap()).unwrap();
    jws::decode(token).unwrap().verify(&key, &Algorithm::ALL).unwrap();
}

/// §2.4: "A Logout Token MUST NOT contain a nonce Claim", nor anything that would let it pass for another token.
#[tokio::test]
async fn a_logout_token_has_no_nonce_and_passes_for_nothing_else() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    sign_out(&mut browser).await;
    let [token] = told(&town, DESK).try_into().unwrap();
    let names: BTreeSet<String> = claims_of(&token).into_iter().map(|(name, _)| name).collect();
    let all = ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"];
    assert_eq!(names, all.map(str::to_owned).into());
    let desk = town.rp("desk");
    assert_eq!(desk.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
    let hinted = town.browser().open(&desk.url(&[("id_token_hint", &token)])).await;
    assert_eq!(hinted.parameter("error").as_deref(), Some("invalid_request"));
    let refused = town.browser().open(&format!("/logout?id_token_hint={token}")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    town.leave().await;
}

/// §2.5: "an HTTP POST […] with the logout_token parameter", and nothing else that could be taken for more.
#[tokio::test]
async fn the_request_is_a_form_with_the_token_alone() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    sign_out(&mut browser).await;
    let [asked] = town.outside.asked(DESK).try_into().unwrap();
    assert_eq!(asked.form.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["logout_token"]);
    assert_eq!((asked.bearer, asked.expect, &*asked.whom), (None, Expect::Status, "desk"));
    town.leave().await;
}

/// §2.3: RPs are told of the sessions that they know: not one at which nobody signed in, nor of another browser.
#[tokio::test]
async fn only_services_of_the_session_are_told_and_of_that_session_alone() {
    let town = town_with_services().await;
    let (mut browser, here) = at_desk(&town).await;
    let (_other, there) = at_desk(&town).await;
    sign_out(&mut browser).await;
    let [token] = told(&town, DESK).try_into().unwrap();
    assert_eq!(claims_of(&token)["sid"], here.claims()["sid"]);
    assert_ne!(here.claims()["sid"], there.claims()["sid"]);
    assert!(told(&town, MILL).is_empty());
    assert_eq!(town.rp("desk").userinfo(there.access_token()).await.status, StatusCode::OK);
    town.leave().await;
}

/// §2.7: the session ends too when somebody else signs in in the same browser: services learn whose session it was.
#[tokio::test]
async fn services_are_told_when_somebody_else_signs_in_here() {
    let town = town_with_services().await;
    let (mut browser, khai) = at_desk(&town).await;
    let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    browser.sign_in(&page, "an").await;
    let [token] = told(&town, DESK).try_into().unwrap();
    assert_eq!((&claims_of(&token)["sid"], &claims_of(&token)["sub"]), (&khai.claims()["sid"], &khai.claims()["sub"]));
    town.leave().await;
}

/// A person who signs in again in the same browser goes on: nobody is told.
#[tokio::test]
async fn nobody_is_told_when_the_same_person_signs_in_again() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    browser.sign_in(&page, "khai").await;
    assert!(told(&town, DESK).is_empty());
    town.leave().await;
}

/// When an operator disables the account, its sessions end for good, and a job tells their services.
#[tokio::test]
async fn services_are_told_when_the_account_is_disabled() {
    let town = town_with_services().await;
    let (mut browser, khai) = at_desk(&town).await;
    let all = format!("{DECLARATION}\n{}", services());
    let (start, end) =
        (all.find("[[people]]\nuser_name = \"khai\"").unwrap(), all.find("[[people]]\nuser_name = \"an\""));
    let without = format!("{}{}", &all[..start], &all[end.unwrap()..]);
    town.try_apply(&without, true).await.unwrap();
    town.clock.pass(seconds(10));
    town.deliver().await;
    let [token] = told(&town, DESK).try_into().unwrap();
    assert_eq!(claims_of(&token)["sid"], khai.claims()["sid"]);
    town.apply(&all).await;
    let page = browser.open(&town.rp("desk").url(&[("prompt", "none")])).await;
    assert_eq!(page.parameter("error").as_deref(), Some("login_required"), "an old session does not come back");
    town.leave().await;
}

/// A client that is gone, or wants to be told no more, is no dead letter.
#[tokio::test]
async fn nobody_is_told_who_does_not_want_to_be_any_more() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(500));
    sign_out(&mut browser).await;
    town.apply(&client("desk", "licences", "")).await;
    town.clock.pass(seconds(10));
    town.deliver().await;
    assert_eq!((told(&town, DESK).len(), town.outbox().await.len()), (1, 0));
    town.leave().await;
}

/// §2.2: "backchannel_logout_uri […] MUST be an absolute URI […] MUST NOT include a fragment component", https here.
#[tokio::test]
async fn an_address_that_must_not_be_is_not_registered() {
    let town = Town::new().await;
    for wrong in ["https://desk.example/out#x", "http://desk.example/out", "/out", "javascript:1"] {
        let toml = client("desk", "licences", &format!("backchannel_logout_uri = \"{wrong}\""));
        let error = town.try_apply(&toml, false).await.unwrap_err();
        assert!(error.contains("backchannel_logout_uri"), "{error}");
    }
    town.leave().await;
}

/// §2.7: "refresh tokens issued with the offline_access property […] normally SHOULD NOT be revoked": the service is told
/// and keeps what the person allowed for their absence, access tokens included.
#[tokio::test]
async fn what_was_granted_for_the_absence_survives_and_the_service_is_told() {
    let town = town_with_services().await;
    let lasting = services().replace(
        "scope = \"openid",
        "grant_types = [\"authorization_code\", \"refresh_token\"]\nscope = \"offline_access openid",
    );
    town.apply(&lasting).await;
    let desk = town.rp("desk").with_scope("openid offline_access");
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    sign_out(&mut browser).await;
    assert_eq!(told(&town, DESK).len(), 1);
    assert_eq!(desk.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    let refreshed: Value = desk.refresh(tokens.refresh_token(), &[]).await.json();
    assert!(refreshed["access_token"].is_string(), "{refreshed}");
    town.leave().await;
}

/// §2.4: `iss` is the issuer that discovery names.
#[tokio::test]
async fn the_token_comes_from_the_issuer_of_discovery() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    sign_out(&mut browser).await;
    let [token] = told(&town, DESK).try_into().unwrap();
    let metadata = town.get("/.well-known/openid-configuration").await.json();
    assert_eq!((&claims_of(&token)["iss"], metadata["issuer"].as_str()), (&metadata["issuer"], Some(ISSUER)));
    town.leave().await;
}
