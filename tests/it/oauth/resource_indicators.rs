//! Resource indicators: RFC 8707, as far as they are offered: a token is for one resource.

use http::StatusCode;

use super::redirected;
use super::refused;
use crate::town::ISSUER;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;

const RECORDS: &str = "https://api.example/records";
const CB: &str = "https://certified.example/cb?";

fn certified(town: &Town) -> RelyingParty {
    town.rp("certified").with_scope("openid offline_access")
}

/// §2: "invalid_target: The requested resource is invalid, missing, unknown, or malformed."
#[tokio::test]
async fn an_unknown_or_malformed_resource_is_an_invalid_target() {
    let town = Town::new().await;
    let certified = certified(&town);
    let mut browser = town.browser();
    for resource in ["https://other.example/", "records", "/records", "https://api.example/records#x", "ế", "%%"] {
        let page = browser.open(&certified.url(&[("resource", resource)])).await;
        assert_eq!(redirected(&page, CB), "invalid_target", "{resource}");
        let form = [("grant_type", "client_credentials"), ("resource", resource)];
        refused(&town.rp("machine").token(&form).await, 400, "invalid_target");
    }
    town.leave().await;
}

/// §2: "Multiple "resource" parameters MAY be used": repeating is no malformed request, but a token is for one of them.
#[tokio::test]
async fn two_resources_are_an_invalid_target_and_not_an_invalid_request() {
    let town = Town::new().await;
    let certified = certified(&town);
    let url = format!("{}&resource={RECORDS}&resource={RECORDS}%2Fmore", certified.url(&[]));
    assert_eq!(redirected(&town.browser().open(&url).await, CB), "invalid_target");
    let form = [("grant_type", "client_credentials"), ("resource", RECORDS), ("resource", "https://x.example")];
    refused(&town.rp("machine").token(&form).await, 400, "invalid_target");
    town.leave().await;
}

/// §2.2: the access token's audience is the resource that was asked for; without one it is the issuer itself (RFC 9068 §3).
#[tokio::test]
async fn the_audience_is_the_resource_or_the_issuer() {
    let town = Town::new().await;
    let certified = certified(&town);
    let mut browser = town.browser();
    let code = certified.code(&mut browser, &[("resource", RECORDS)]).await;
    let with = certified.redeem(&code, &[("resource", RECORDS)]).await;
    assert_eq!(claims_of(Tokens(with.json()).access_token())["aud"], RECORDS);
    let code = certified.code(&mut browser, &[("resource", RECORDS)]).await;
    let silent = certified.redeem(&code, &[]).await;
    assert_eq!(claims_of(Tokens(silent.json()).access_token())["aud"], RECORDS);
    let without = certified.tokens(&mut browser, &[]).await;
    assert_eq!(claims_of(without.access_token())["aud"], ISSUER);
    let machine = town.rp("machine").token(&[("grant_type", "client_credentials"), ("resource", RECORDS)]).await;
    assert_eq!(claims_of(Tokens(machine.json()).access_token())["aud"], RECORDS);
    town.leave().await;
}

/// §2.2: a token request may not go beyond the resources "originally granted".
#[tokio::test]
async fn a_redemption_widens_nothing_and_costs_the_code_nothing() {
    let town = Town::new().await;
    let certified = certified(&town);
    let code = certified.code(&mut town.browser(), &[]).await;
    refused(&certified.redeem(&code, &[("resource", RECORDS)]).await, 400, "invalid_target");
    assert_eq!(certified.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// RFC 9728 §3.3 leads clients to UserInfo as a `resource` (§2): every client may name it, and gets the token that it would
/// have got without.
#[tokio::test]
async fn userinfo_is_a_resource_for_every_client() {
    let town = Town::new().await;
    let certified = certified(&town);
    let mut browser = town.browser();
    let ours = format!("{ISSUER}/userinfo");
    let named = [("resource", ours.as_str())];
    for (at_first, at_last) in [(&named[..], &named[..]), (&named, &[]), (&[], &named)] {
        let code = certified.code(&mut browser, at_first).await;
        let tokens = Tokens(certified.redeem(&code, at_last).await.json());
        let tokens = Tokens(certified.refresh(tokens.refresh_token(), at_last).await.json());
        assert_eq!(claims_of(tokens.access_token())["aud"], ISSUER);
        assert_eq!(certified.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    }
    let code = certified.code(&mut browser, &[("resource", RECORDS)]).await;
    refused(&certified.redeem(&code, &named).await, 400, "invalid_target");
    let tokens = Tokens(certified.redeem(&code, &[]).await.json());
    refused(&certified.refresh(tokens.refresh_token(), &named).await, 400, "invalid_target");
    let machine = town.rp("machine").token(&[("grant_type", "client_credentials"), named[0]]).await;
    assert_eq!(claims_of(Tokens(machine.json()).access_token())["aud"], ISSUER);
    town.leave().await;
}

/// §2.2: "the client can request […] a subset of the resources": never another by a refresh.
#[tokio::test]
async fn a_refresh_never_changes_the_audience() {
    let town = Town::new().await;
    let certified = certified(&town);
    let mut browser = town.browser();
    let own = certified.tokens(&mut browser, &[]).await;
    refused(&certified.refresh(own.refresh_token(), &[("resource", RECORDS)]).await, 400, "invalid_target");
    let records = certified.tokens(&mut browser, &[("resource", RECORDS)]).await;
    refused(&certified.refresh(records.refresh_token(), &[("resource", ISSUER)]).await, 400, "invalid_target");
    let next = certified.refresh(records.refresh_token(), &[("resource", RECORDS)]).await;
    let next = Tokens(next.json());
    assert_eq!(claims_of(next.access_token())["aud"], RECORDS);
    let silent = Tokens(certified.refresh(next.refresh_token(), &[]).await.json());
    assert_eq!(claims_of(silent.access_token())["aud"], RECORDS);
    town.leave().await;
}
