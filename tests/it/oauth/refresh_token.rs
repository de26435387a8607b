//! Refreshing: RFC 6749 §6, §10.4; RFC 9700 §4.14.

use std::time::Duration;

use http::StatusCode;

use super::refused;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;

const DAY: u64 = 86_400;

fn portal(town: &Town) -> RelyingParty {
    town.rp("portal").with_scope("openid profile email offline_access")
}

async fn refreshed(rp: &RelyingParty, token: &str) -> Tokens {
    let page = rp.refresh(token, &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    Tokens(page.json())
}

/// §1.5 and OpenID Connect Core §11: a refresh token comes where `offline_access` was asked for, and nowhere else.
#[tokio::test]
async fn a_refresh_token_comes_with_offline_access_alone() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let without = town.rp("portal").tokens(&mut browser, &[]).await;
    assert_eq!(without.0.get("refresh_token"), None);
    let with = portal(&town).tokens(&mut browser, &[]).await;
    assert!(!with.refresh_token().is_empty());
    town.leave().await;
}

/// §6: "the refresh token is bound to the client to which it was issued"; §10.4: the server "MUST verify the binding
/// between the refresh token and client identity whenever the client identity can be authenticated".
#[tokio::test]
async fn a_refresh_token_is_refused_from_another_client_and_loses_nothing_by_it() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    for other in ["clinic", "certified", "app"] {
        refused(&town.rp(other).refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
        let narrowed = town.rp(other).refresh(tokens.refresh_token(), &[("scope", "openid")]).await;
        refused(&narrowed, 400, "invalid_grant");
    }
    let next = refreshed(&portal, tokens.refresh_token()).await;
    // Nor does a stranger with an old token revoke the family.
    town.live(Duration::from_secs(31)).await;
    refused(&town.rp("clinic").refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    refreshed(&portal, next.refresh_token()).await;
    town.leave().await;
}

/// §6: the server "MUST […] require client authentication for confidential clients".
#[tokio::test]
async fn a_refresh_needs_the_clients_authentication() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh_token()), ("client_id", "portal")];
    refused(&portal.token_raw(None, &form).await, 401, "invalid_client");
    refused(&portal.token_raw(None, &form[..2]).await, 401, "invalid_client");
    refreshed(&portal, tokens.refresh_token()).await;
    town.leave().await;
}

/// §6: "The requested scope MUST NOT include any scope not originally granted by the resource owner".
#[tokio::test]
async fn a_scope_beyond_what_was_granted_is_refused_and_costs_nothing() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    for scope in ["openid phone", "openid profile email offline_access address", "unknown", "openid \"x\""] {
        refused(&portal.refresh(tokens.refresh_token(), &[("scope", scope)]).await, 400, "invalid_scope");
    }
    // The very same token is still the current one, long after any grace.
    town.clock.pass(Duration::from_secs(3600));
    refreshed(&portal, tokens.refresh_token()).await;
    town.leave().await;
}

/// §6: "if omitted is treated as equal to the scope originally granted": a narrower access token narrows nothing later.
#[tokio::test]
async fn a_scope_is_narrowed_for_one_access_token_and_not_for_the_next() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let narrow = portal.refresh(tokens.refresh_token(), &[("scope", "openid")]).await;
    assert_eq!(narrow.status, StatusCode::OK, "{}", narrow.body);
    let narrow = Tokens(narrow.json());
    assert_eq!(narrow.0["scope"], "openid");
    assert_eq!(portal.userinfo(narrow.access_token()).await.json().get("email"), None);
    let whole = refreshed(&portal, narrow.refresh_token()).await;
    assert_eq!(whole.0["scope"], "openid profile email offline_access");
    assert_eq!(portal.userinfo(whole.access_token()).await.json()["email"], "khai@songlam.example");
    town.leave().await;
}

/// RFC 9700 §2.2.2: refresh tokens for public clients "MUST be sender-constrained or use refresh token rotation".
#[tokio::test]
async fn each_refresh_gives_another_refresh_token() {
    let town = Town::new().await;
    for rp in [portal(&town), town.rp("app").with_scope("openid offline_access")] {
        let first = rp.tokens(&mut town.browser(), &[]).await;
        let second = refreshed(&rp, first.refresh_token()).await;
        let third = refreshed(&rp, second.refresh_token()).await;
        assert_ne!(first.refresh_token(), second.refresh_token());
        assert_ne!(second.refresh_token(), third.refresh_token());
        assert_ne!(first.access_token(), second.access_token());
    }
    town.leave().await;
}

/// RFC 9700 §4.14.2, with a grace for answers that were lost: the previous token gives the same successor again.
#[tokio::test]
async fn the_previous_token_gives_the_same_successor_within_the_grace() {
    let town = Town::new().await;
    let portal = portal(&town);
    let first = portal.tokens(&mut town.browser(), &[]).await;
    let second = refreshed(&portal, first.refresh_token()).await;
    town.clock.pass(Duration::from_secs(30));
    let again = refreshed(&portal, first.refresh_token()).await;
    assert_eq!(again.refresh_token(), second.refresh_token());
    assert_eq!(portal.userinfo(again.access_token()).await.status, StatusCode::OK);
    refreshed(&portal, second.refresh_token()).await;
    town.leave().await;
}

/// sign-in.md, rule 4: "a stall hurts nobody who is honest": an exchange that nobody was told of, because the database
/// did not answer for longer than the grace, is repeated when it does.
#[tokio::test]
async fn after_a_stall_the_grace_begins_when_the_database_answers_again() {
    let town = Town::new().await;
    let portal = portal(&town);
    let first = portal.tokens(&mut town.browser(), &[]).await;
    town.live(Duration::from_secs(60)).await;
    let lost = refreshed(&portal, first.refresh_token()).await;
    town.clock.pass(Duration::from_secs(120)); // nothing is heard meanwhile
    let again = refreshed(&portal, first.refresh_token()).await;
    assert_eq!(again.refresh_token(), lost.refresh_token(), "the same successor");
    town.heartbeat().await;
    town.live(Duration::from_secs(29)).await;
    refreshed(&portal, first.refresh_token()).await;
    town.live(Duration::from_secs(2)).await;
    refused(&portal.refresh(first.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// RFC 9700 §4.14.2: a stall excuses what was exchanged during it, and nothing older: a thief has no use for restarts.
#[tokio::test]
async fn a_stall_excuses_nothing_that_was_exchanged_long_before() {
    let town = Town::new().await;
    let portal = portal(&town);
    town.live(Duration::from_secs(120)).await;
    let first = portal.tokens(&mut town.browser(), &[]).await;
    refreshed(&portal, first.refresh_token()).await;
    town.live(Duration::from_secs(60)).await;
    town.clock.pass(Duration::from_secs(10)); // nothing is heard meanwhile
    refused(&portal.refresh(first.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// RFC 9700 §4.14.2: a start excuses what was exchanged in the minute before it, and nothing older.
#[tokio::test]
async fn a_start_excuses_nothing_that_was_exchanged_long_before() {
    let town = Town::new().await;
    let portal = portal(&town);
    town.live(Duration::from_secs(120)).await;
    let first = portal.tokens(&mut town.browser(), &[]).await;
    refreshed(&portal, first.refresh_token()).await;
    town.live(Duration::from_secs(80)).await;
    let started = town.replica().await;
    assert_eq!(started.rp("portal").refresh(first.refresh_token(), &[]).await.status, StatusCode::OK);
    town.live(Duration::from_secs(60)).await;
    let started = town.replica().await;
    refused(&started.rp("portal").refresh(first.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// RFC 9700 §4.14.2: "the authorization server cannot determine which party submitted the invalid refresh token, but it
/// will revoke the active refresh token".
#[tokio::test]
async fn a_token_used_again_after_the_grace_revokes_the_family() {
    let town = Town::new().await;
    let portal = portal(&town);
    let first = portal.tokens(&mut town.browser(), &[]).await;
    let second = refreshed(&portal, first.refresh_token()).await;
    town.live(Duration::from_secs(31)).await;
    refused(&portal.refresh(first.refresh_token(), &[]).await, 400, "invalid_grant");
    refused(&portal.refresh(second.refresh_token(), &[]).await, 400, "invalid_grant");
    assert_eq!(portal.userinfo(second.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// RFC 9700 §4.14.2: the grace is for the token just before the current one; an older one revokes at once.
#[tokio::test]
async fn a_token_of_two_generations_ago_has_no_grace() {
    let town = Town::new().await;
    let portal = portal(&town);
    let first = portal.tokens(&mut town.browser(), &[]).await;
    let second = refreshed(&portal, first.refresh_token()).await;
    let third = refreshed(&portal, second.refresh_token()).await;
    refused(&portal.refresh(first.refresh_token(), &[]).await, 400, "invalid_grant");
    refused(&portal.refresh(third.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// RFC 9700 §2.2.2: "refresh tokens […] SHOULD expire if the client has been inactive for some time".
#[tokio::test]
async fn a_token_that_nobody_used_for_thirty_days_is_void() {
    let town = Town::new().await;
    let portal = portal(&town);
    let mut tokens = portal.tokens(&mut town.browser(), &[]).await;
    for _ in 0..2 {
        town.clock.pass(Duration::from_secs(30 * DAY - 1));
        tokens = refreshed(&portal, tokens.refresh_token()).await;
    }
    town.clock.pass(Duration::from_secs(30 * DAY));
    refused(&portal.refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// `tokens.refresh_absolute`: "A refresh token is void so long after the sign-in, however much it is used."
#[tokio::test]
async fn a_family_ends_a_hundred_and_eighty_days_after_the_sign_in() {
    let town = Town::new().await;
    let portal = portal(&town);
    let mut tokens = portal.tokens(&mut town.browser(), &[]).await;
    for _ in 0..8 {
        town.clock.pass(Duration::from_secs(20 * DAY));
        tokens = refreshed(&portal, tokens.refresh_token()).await;
    }
    town.clock.pass(Duration::from_secs(20 * DAY - 1));
    tokens = refreshed(&portal, tokens.refresh_token()).await;
    town.clock.pass(Duration::from_secs(1));
    refused(&portal.refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// `lifetimes` of a client: they replace the deployment's.
#[tokio::test]
async fn a_client_has_lifetimes_of_its_own() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "brief"
        service = "licences"
        secrets = ["brief-secret-of-a-test-that-is-long-enough"]
        redirect_uris = ["https://brief.example/cb"]
        grant_types = ["authorization_code", "refresh_token"]
        scope = "openid offline_access"
        lifetimes = { id_token = 120, access_token = 60, refresh_idle = 3600, refresh_absolute = 7200 }
        "#,
    )
    .await;
    let brief = town.rp("brief").with_scope("openid offline_access");
    let first = brief.tokens(&mut town.browser(), &[]).await;
    assert_eq!(first.0["expires_in"], 60);
    let claims = first.claims();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
    town.clock.pass(Duration::from_secs(3599));
    let second = refreshed(&brief, first.refresh_token()).await;
    town.clock.pass(Duration::from_secs(3599));
    let third = refreshed(&brief, second.refresh_token()).await;
    town.clock.pass(Duration::from_secs(2));
    refused(&brief.refresh(third.refresh_token(), &[]).await, 400, "invalid_grant");
    let idle = brief.tokens(&mut town.browser(), &[]).await;
    town.clock.pass(Duration::from_secs(3600));
    refused(&brief.refresh(idle.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// `tokens.refresh_grace`: the operator may choose another.
#[tokio::test]
async fn the_operator_may_allow_no_grace() {
    let town = Town::with(|config| config.tokens.refresh_grace = motcua::config::duration::Span::seconds(0)).await;
    let portal = portal(&town);
    let first = portal.tokens(&mut town.browser(), &[]).await;
    refreshed(&portal, first.refresh_token()).await;
    town.clock.pass(Duration::from_secs(1));
    refused(&portal.refresh(first.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// §10.4: "The authorization server MUST ensure that refresh tokens cannot be generated, modified, or guessed".
#[tokio::test]
async fn a_refresh_token_that_was_changed_anywhere_is_refused() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let token = tokens.refresh_token();
    for at in 0..token.len() - 1 {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let bent = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        refused(&portal.refresh(&bent, &[]).await, 400, "invalid_grant");
    }
    refused(&portal.refresh(&format!("{token}AAAA"), &[]).await, 400, "invalid_grant");
    refused(&portal.refresh(tokens.access_token(), &[]).await, 400, "invalid_grant");
    refreshed(&portal, token).await;
    town.leave().await;
}

/// OpenID Connect Core §11: offline access outlives the session; a token without it does not.
#[tokio::test]
async fn offline_access_outlives_the_session() {
    let town = Town::new().await;
    let portal = portal(&town);
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[]).await;
    let online = town.rp("portal").tokens(&mut browser, &[]).await;
    let confirm = browser.open("/logout").await;
    browser.fill(&confirm, &[]).await;
    let next = refreshed(&portal, tokens.refresh_token()).await;
    assert_eq!(portal.userinfo(next.access_token()).await.status, StatusCode::OK);
    assert_eq!(portal.userinfo(online.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// §10.4: what a person may no longer do, nobody does with their refresh token either.
#[tokio::test]
async fn the_refresh_tokens_of_a_removed_person_are_void() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let everything_but_khai = crate::town::DECLARATION.split("[[people]]").next().unwrap();
    town.try_apply(everything_but_khai, true).await.unwrap();
    refused(&portal.refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}
