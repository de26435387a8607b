//! Services are told from server to server: OpenID Connect Back-Channel Logout 1.0.

use std::collections::BTreeSet;
use std::time::Duration;
use std::time::Instant;

use http::StatusCode;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::Jwk;
use motcua::jose::jws;
use motcua::outbound::Expect;
use motcua::outbound::Unreachable;
use serde_json::Value;
use serde_json::json;

use super::audit;
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

/// §2.8: a service that cannot be reached is tried again, with pauses that grow, by a token of that moment.
#[tokio::test]
async fn a_service_that_is_away_is_told_when_it_is_back() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(503));
    sign_out(&mut browser).await;
    let waits: [u64; 4] = [10, 30, 90, 270];
    for (tries, wait) in waits.into_iter().enumerate() {
        assert_eq!(told(&town, DESK).len(), tries + 1);
        town.clock.pass(seconds(wait - 1));
        town.deliver().await;
        assert_eq!(told(&town, DESK).len(), tries + 1, "not before {wait} s");
        town.clock.pass(seconds(1));
        if wait == 270 {
            town.outside.put(DESK, "");
        }
        town.deliver().await;
    }
    town.clock.pass(24 * HOUR);
    town.deliver().await;
    let tokens = told(&town, DESK);
    let of_each = |name: &str| tokens.iter().map(|token| claims_of(token)[name].to_string()).collect::<BTreeSet<_>>();
    assert_eq!((tokens.len(), of_each("jti").len(), of_each("iat").len()), (5, 5, 5));
    assert!(town.outbox().await.is_empty());
    town.leave().await;
}

async fn a_day_of_tries(town: &Town) {
    for _ in 0..50 {
        town.clock.pass(HOUR / 2);
        town.deliver().await;
    }
}

/// A day of tries, then the notice is given up, for operators to see: a row, an audit event, a count.
#[tokio::test]
async fn after_a_day_the_notice_is_given_up_for_all_to_see() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Failed("connection refused".to_owned()));
    sign_out(&mut browser).await;
    let before = audit::recorded(&town).await;
    a_day_of_tries(&town).await;
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    let given_up = notice.given_up_at().unwrap().since(notice.created_at());
    assert!(given_up > 19 * HOUR && given_up <= 24 * HOUR, "{given_up:?}");
    assert!(notice.tries >= 10, "{}", notice.tries);
    assert!(notice.last_error.unwrap().contains("connection refused"));
    assert_eq!(told(&town, DESK).len(), usize::try_from(notice.tries).unwrap());
    assert_eq!(audit::since(&town, before).await, [audit::event("logout_notice_given_up", Some("desk"))]);
    let metrics = town.app.metrics.exposition();
    assert!(metrics.contains("motcua_logout_notices_total{outcome=\"given_up\"} 1"), "{metrics}");
    town.leave().await;
}

/// An operator has a notice tried once more, and it reaches the service that is back.
#[tokio::test]
async fn an_operator_has_a_given_up_notice_tried_again() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(500));
    sign_out(&mut browser).await;
    a_day_of_tries(&town).await;
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    let before = told(&town, DESK).len();
    town.outside.put(DESK, "");
    town.clock.pass(48 * HOUR);
    town.deliver().await;
    assert!(notice.given_up_at().is_some() && told(&town, DESK).len() == before);
    let now = town.app.clock.now();
    assert!(motcua::flows::admin::outbox::retry(&town.app, notice.id, now).await.unwrap());
    town.deliver().await;
    assert_eq!((told(&town, DESK).len(), town.outbox().await.len()), (before + 1, 0));
    assert!(!motcua::flows::admin::outbox::retry(&town.app, notice.id, now).await.unwrap(), "nothing waits any more");
    town.leave().await;
}

/// §2.8: "If the logout request was invalid or the logout failed, the RP MUST respond with an HTTP 400 Bad Request": what
/// failed may succeed later.
#[tokio::test]
async fn a_service_that_answers_400_is_tried_again() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(400));
    let done = sign_out(&mut browser).await;
    assert_eq!(done.status, StatusCode::OK, "the person is signed out all the same");
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    assert!(notice.given_up_at().is_none() && notice.last_error.is_some_and(|why| why.contains("400")));
    town.outside.put(DESK, "");
    town.clock.pass(seconds(10));
    town.deliver().await;
    assert_eq!((told(&town, DESK).len(), town.outbox().await.len()), (2, 0));
    town.leave().await;
}

/// §2.8: what was never sent is no try: the pauses do not grow, and it is given up after a day as others are.
#[tokio::test]
async fn a_notice_whose_turn_does_not_come_spends_no_try() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Busy);
    sign_out(&mut browser).await;
    for _ in 0..5 {
        let [notice] = town.outbox().await.try_into().ok().unwrap();
        assert_eq!((notice.tries, notice.next_try_at()), (0, town.app.clock.now() + seconds(10)));
        town.clock.pass(seconds(10));
        town.deliver().await;
    }
    assert_eq!(told(&town, DESK).len(), 6);
    town.clock.pass(24 * HOUR);
    town.deliver().await;
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    assert_eq!((notice.tries, notice.given_up_at()), (1, Some(town.app.clock.now())));
    town.leave().await;
}

/// §2.4: `exp` lies "preferably at most two minutes in the future": a token is made when it is sent, not when the job woke.
#[tokio::test]
async fn a_token_is_of_the_moment_of_its_try_however_long_the_others_take() {
    let town = town_with_services().await;
    town.outside.fail(DESK, Unreachable::Status(503));
    for _ in 0..33 {
        let (mut browser, _) = at_desk(&town).await;
        sign_out(&mut browser).await;
    }
    town.clock.pass(seconds(10));
    town.outside.put(DESK, "");
    town.outside.slow_down(&town.clock, seconds(200));
    let woken = town.app.clock.now();
    town.deliver().await;
    let last = claims_of(told(&town, DESK).last().unwrap());
    // One more than are under way at once: it was sent after another was answered.
    assert!(last["iat"].as_i64().unwrap() >= woken.seconds() + 200, "{last:?}");
    assert!(town.outbox().await.is_empty());
    town.leave().await;
}

/// A dead letter is kept for a month.
#[tokio::test]
async fn a_dead_letter_is_dropped_after_a_month() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(500));
    sign_out(&mut browser).await;
    a_day_of_tries(&town).await;
    for (days, left) in [(29, 1), (2, 0)] {
        town.clock.pass(24 * HOUR * days);
        motcua::jobs::clean::run(town.app.clone()).await.unwrap();
        assert_eq!(town.outbox().await.len(), left);
    }
    town.leave().await;
}

/// design, rule 13: the page waits for services "2 s at most"; what takes longer is not begun a second time meanwhile.
#[tokio::test]
async fn a_service_that_never_answers_holds_nobody_up() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.rp("mill").tokens(&mut browser, &[]).await;
    town.outside.hold(DESK);
    let begun = Instant::now();
    let done = sign_out(&mut browser).await;
    let waited = begun.elapsed();
    assert_eq!(done.status, StatusCode::OK);
    assert!(waited >= Duration::from_millis(1900) && waited < Duration::from_secs(10), "{waited:?}");
    assert_eq!(told(&town, MILL).len(), 1, "the other one was told");
    town.deliver().await;
    assert_eq!(told(&town, DESK).len(), 1);
    town.leave().await;
}

/// A process that dies in the middle of a try is followed by another, when the next one is due.
#[tokio::test]
async fn another_replica_takes_up_what_was_left_in_the_middle() {
    let town = town_with_services().await;
    let replica = town.replica().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Busy);
    sign_out(&mut browser).await;
    town.outside.put(DESK, "");
    replica.deliver().await;
    assert_eq!(told(&town, DESK).len(), 1, "not due yet");
    town.clock.pass(seconds(10));
    replica.deliver().await;
    assert_eq!((told(&town, DESK).len(), town.outbox().await.len()), (2, 0));
    replica.app.db.close().await;
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
