//! What replicas remember: sign-in.md, rule 4: "Dead stays dead within one second on every replica".

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::keys;
use motcua::jose::jwa::Algorithm;

use crate::town::Browser;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Replica;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::header_of;

/// How a replica learns what another changed.
#[derive(Clone, Copy, Debug)]
enum By {
    /// It heard.
    Heartbeat,
    /// It heard nothing, and knows that what it heard before is too old to be believed.
    Silence,
}

const WAYS: [By; 2] = [By::Heartbeat, By::Silence];

impl By {
    async fn learn(self, town: &Town, replica: &Replica) {
        match self {
            Self::Heartbeat => replica.heartbeat().await,
            Self::Silence => town.clock.pass(Duration::from_millis(1001)),
        }
    }
}

async fn pair() -> (Town, Replica) {
    let town = Town::new().await;
    let replica = town.replica().await;
    (town, replica)
}

/// The declaration of the town without the person whose user name this is.
fn without(user_name: &str) -> String {
    let blocks = include_str!("../town/town.toml").split("\n\n[[");
    let kept: Vec<&str> =
        blocks.filter(|block| !block.starts_with(&format!("people]]\nuser_name = \"{user_name}\""))).collect();
    kept.join("\n\n[[")
}

async fn sign_out(browser: &mut Browser) {
    let page = browser.open("/logout").await;
    assert_eq!(page.path(), "/logout/confirm", "{}", page.body);
    let page = browser.fill(&page, &[]).await;
    assert_eq!(page.path(), "/logout/done", "{}", page.body);
}

fn got_code(page: &Page) -> bool {
    page.parameter("code").is_some()
}

/// sign-in.md, "What lives where": clients are "refreshed by a version number and a pub/sub nudge".
#[tokio::test]
async fn a_changed_client_is_seen_by_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let portal = replica.rp("portal");
        let mut browser = replica.browser_like(&town.browser());
        assert_eq!(browser.open(&portal.url(&[])).await.path(), "/login");
        let moved =
            include_str!("../town/town.toml").replace("https://portal.example/cb\"", "https://portal.example/new\"");
        let report = town.apply(&moved).await;
        assert_eq!(report.changes, ["changed client portal: redirect_uris"]);
        by.learn(&town, &replica).await;
        assert_eq!(browser.open(&portal.url(&[])).await.status, StatusCode::BAD_REQUEST, "{by:?}");
        let new = [("redirect_uri", "https://portal.example/new")];
        assert_eq!(browser.open(&portal.url(&new)).await.path(), "/login", "{by:?}");
        town.leave().await;
    }
}

/// Rule 4: logout.
#[tokio::test]
async fn a_session_that_ended_is_dead_on_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let mut browser = town.browser();
        let tokens = town.rp("portal").tokens(&mut browser, &[]).await;
        let mut elsewhere = replica.browser_like(&browser);
        assert!(got_code(&elsewhere.open(&town.rp("portal").url(&[])).await));
        assert_eq!(replica.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::OK);
        sign_out(&mut browser).await;
        by.learn(&town, &replica).await;
        assert_eq!(elsewhere.open(&town.rp("portal").url(&[])).await.path(), "/login", "{by:?}");
        let userinfo = replica.rp("portal").userinfo(tokens.access_token()).await;
        assert_eq!(userinfo.status, StatusCode::UNAUTHORIZED, "{by:?}");
        town.leave().await;
    }
}

/// Rule 4: a code that a replica redeemed before it heard of the logout gives nothing that lasts.
#[tokio::test]
async fn what_was_bought_in_the_second_before_a_logout_was_heard_dies_with_the_session() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let mut browser = town.browser();
        let portal = replica.rp("portal");
        let mut elsewhere = replica.browser_like(&browser);
        portal.tokens(&mut elsewhere, &[]).await;
        browser.cookies = elsewhere.cookies.clone();
        let code = portal.code(&mut elsewhere, &[]).await;
        sign_out(&mut browser).await;
        let late = portal.redeem(&code, &[]).await;
        assert_eq!(late.json()["error"], "invalid_grant", "the write itself asks: {by:?}");
        by.learn(&town, &replica).await;
        assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_grant", "{by:?}");
        town.leave().await;
    }
}

/// Rule 4: disabled account.
#[tokio::test]
async fn a_disabled_person_is_out_on_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let portal = replica.rp("portal").with_scope("openid offline_access");
        let mut browser = replica.browser_like(&town.browser());
        let tokens = portal.tokens(&mut browser, &[]).await;
        let tokens = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
        assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
        let report = town.try_apply(&without("khai"), true).await.unwrap();
        assert_eq!(report.changes.len(), 1, "{:?}", report.changes);
        by.learn(&town, &replica).await;
        assert_eq!(browser.open(&portal.url(&[])).await.path(), "/login", "{by:?}");
        assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED, "{by:?}");
        assert_invalid_grant(&portal, tokens.refresh_token()).await;
        let page = browser.open(&portal.url(&[])).await;
        assert_eq!(browser.sign_in(&page, "khai").await.path(), "/login", "{by:?}");
        town.leave().await;
    }
}

async fn assert_invalid_grant(portal: &RelyingParty, refresh_token: &str) {
    let page = portal.refresh(refresh_token, &[]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    assert_eq!(page.json()["error"], "invalid_grant");
}

/// The grace of a rotation answers nobody who may not sign in.
#[tokio::test]
async fn a_disabled_person_gets_nothing_by_the_previous_refresh_token_either() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let first = portal.tokens(&mut town.browser(), &[]).await;
    assert_eq!(portal.refresh(first.refresh_token(), &[]).await.status, StatusCode::OK);
    assert_eq!(portal.refresh(first.refresh_token(), &[]).await.status, StatusCode::OK, "within the grace");
    town.try_apply(&without("khai"), true).await.unwrap();
    assert_invalid_grant(&portal, first.refresh_token()).await;
    town.leave().await;
}

/// Rule 4: disabled client.
#[tokio::test]
async fn a_removed_client_is_out_on_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let portal = replica.rp("portal");
        let mut browser = replica.browser_like(&town.browser());
        let tokens = portal.tokens(&mut browser, &[]).await;
        assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
        let blocks = include_str!("../town/town.toml").split("\n\n[[");
        let kept: Vec<&str> = blocks.filter(|block| !block.contains("client_id = \"portal\"")).collect();
        let report = town.try_apply(&kept.join("\n\n[["), true).await.unwrap();
        assert_eq!(report.changes, ["removed client portal"]);
        by.learn(&town, &replica).await;
        town.clock.pass(Duration::from_secs(1)); // whether its grant lives was known at most one second ago
        replica.heartbeat().await;
        assert_eq!(browser.open(&portal.url(&[])).await.status, StatusCode::BAD_REQUEST, "{by:?}");
        assert_eq!(portal.redeem("x", &[]).await.status, StatusCode::UNAUTHORIZED, "{by:?}");
        assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED, "{by:?}");
        town.leave().await;
    }
}

/// Rule 4: revocation.
#[tokio::test]
async fn a_revoked_grant_is_dead_on_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let portal = town.rp("portal").with_scope("openid offline_access");
        let code = portal.code(&mut town.browser(), &[]).await;
        let tokens = Tokens(portal.redeem(&code, &[]).await.json());
        assert_eq!(replica.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::OK);
        assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::BAD_REQUEST);
        by.learn(&town, &replica).await;
        let userinfo = replica.rp("portal").userinfo(tokens.access_token()).await;
        assert_eq!(userinfo.status, StatusCode::UNAUTHORIZED, "{by:?}");
        assert_invalid_grant(&replica.rp("portal"), tokens.refresh_token()).await;
        town.leave().await;
    }
}

/// sign-in.md, "Signing": "in an emergency with `motcua keys revoke KID`".
#[tokio::test]
async fn a_revoked_key_is_dead_on_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let portal = replica.rp("portal");
        let mut browser = replica.browser_like(&town.browser());
        let tokens = portal.tokens(&mut browser, &[]).await;
        assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
        let kid = header_of(tokens.access_token())["kid"].as_str().unwrap().to_owned();
        assert!(keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap());
        by.learn(&town, &replica).await;
        assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED, "{by:?}");
        let fresh = portal.tokens(&mut browser, &[]).await;
        assert_ne!(header_of(fresh.access_token())["kid"], kid.as_str(), "{by:?}");
        assert_eq!(portal.userinfo(fresh.access_token()).await.status, StatusCode::OK, "{by:?}");
        let published = browser.open("/jwks").await;
        assert!(!published.body.contains(&kid), "{by:?}");
        town.leave().await;
    }
}

/// "never sign with a key that the published JWKS lacks"
#[tokio::test]
async fn a_rotated_key_signs_and_is_published_on_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let portal = replica.rp("portal");
        let mut browser = replica.browser_like(&town.browser());
        let before = portal.tokens(&mut browser, &[]).await;
        town.clock.pass(Duration::from_millis(10));
        replica.heartbeat().await;
        let kid = keys::rotate(&town.app, Algorithm::Es256, true, town.app.clock.now()).await.unwrap();
        by.learn(&town, &replica).await;
        let after = portal.tokens(&mut browser, &[]).await;
        assert_eq!(header_of(after.id_token())["kid"], kid.as_str(), "{by:?}");
        let published = browser.open("/jwks").await.body;
        assert!(published.contains(&kid), "{by:?}");
        assert!(published.contains(header_of(before.id_token())["kid"].as_str().unwrap()), "{by:?}");
        assert_eq!(portal.userinfo(before.access_token()).await.status, StatusCode::OK, "{by:?}");
        town.leave().await;
    }
}

/// "consent only, cached with the session"
#[tokio::test]
async fn a_consent_that_was_given_is_known_to_the_other_replica() {
    for by in WAYS {
        let (town, replica) = pair().await;
        let clinic = town.rp("clinic");
        let mut browser = town.browser();
        let page = browser.open(&clinic.url(&[])).await;
        let question = browser.sign_in(&page, "khai").await;
        let mut elsewhere = replica.browser_like(&browser);
        assert_eq!(elsewhere.open(&clinic.url(&[])).await.path(), "/consent");
        assert!(got_code(&browser.fill(&question, &[("decision", "allow")]).await));
        by.learn(&town, &replica).await;
        assert!(got_code(&elsewhere.open(&clinic.url(&[])).await), "{by:?}");
        town.leave().await;
    }
}

/// "Dead stays dead": what a replica read a moment before the end does not come back with its next heartbeats.
#[tokio::test]
async fn what_is_dead_stays_dead() {
    let (town, replica) = pair().await;
    let mut browser = town.browser();
    let tokens = town.rp("portal").tokens(&mut browser, &[]).await;
    let mut elsewhere = replica.browser_like(&browser);
    assert!(got_code(&elsewhere.open(&town.rp("portal").url(&[])).await));
    sign_out(&mut browser).await;
    for _ in 0..40 {
        town.clock.pass(Duration::from_millis(900));
        replica.heartbeat().await;
        let userinfo = replica.rp("portal").userinfo(tokens.access_token()).await;
        assert_eq!(userinfo.status, StatusCode::UNAUTHORIZED);
        assert_eq!(elsewhere.open(&town.rp("portal").url(&[])).await.path(), "/login");
    }
    town.leave().await;
}

/// Announcements are read for fifteen seconds and then dropped: a replica that comes later reads the truth itself.
#[tokio::test]
async fn a_replica_that_starts_after_the_change_knows_it() {
    let town = Town::new().await;
    let mut browser = town.browser();
    town.rp("portal").tokens(&mut browser, &[]).await;
    let kept = browser.clone();
    sign_out(&mut browser).await;
    town.clock.pass(Duration::from_secs(60));
    let replica = town.replica().await;
    let mut elsewhere = replica.browser_like(&kept);
    assert_eq!(elsewhere.open(&town.rp("portal").url(&[])).await.path(), "/login");
    town.leave().await;
}
