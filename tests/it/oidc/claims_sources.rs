//! Aggregated and distributed claims: OpenID Connect Core §5.6.2.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use http::StatusCode;
use motcua::base::secret::base64url;
use motcua::config::claims_sources::ClaimsSource;
use motcua::config::claims_sources::Mode;
use motcua::identity::agency::Bilingual;
use motcua::outbound::Unreachable;
use serde_json::Value;
use serde_json::json;

use crate::town::Browser;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;

const LAND: &str = "https://land.example/claims";
const HEALTH: &str = "https://health.example/claims";

fn both(text: &str) -> Bilingual {
    Bilingual { vi: format!("{text} (vi)"), en: text.to_owned() }
}

fn source(name: &str, endpoint: &str, mode: Mode, claims: &[&str]) -> ClaimsSource {
    let claims: BTreeMap<String, Bilingual> = claims.iter().map(|claim| ((*claim).to_owned(), both(claim))).collect();
    let (name, client) = (name.to_owned(), format!("{name}-registry"));
    ClaimsSource { label: both(&name), name, client, endpoint: endpoint.to_owned(), mode, claims }
}

/// A town with a land registry, whose claims we fetch, and a health insurer, whose claims the relying party fetches.
async fn town() -> Town {
    let town = Town::with(|config| {
        config.claims_sources = vec![
            source("land", LAND, Mode::Aggregated, &["parcels", "mortgages"]),
            source("health", HEALTH, Mode::Distributed, &["insured_until"]),
        ];
    })
    .await;
    for (id, resource) in [("land-registry", LAND), ("health-registry", HEALTH)] {
        town.apply(&format!(
            "[[clients]]\nclient_id = \"{id}\"\nsecrets = [\"{id}-secret-of-a-test-that-is-long-enough\"]\n\
             grant_types = []\nprotected_resources = [\"{resource}\"]"
        ))
        .await;
    }
    for (id, service) in [("taxes", "licences"), ("ward", "appointments")] {
        let toml = super::client(id, service, "");
        let scope = "openid email land health offline_access";
        let lines = toml.lines().map(|line| match line.starts_with("scope") {
            true => format!("scope = \"{scope}\"\n"),
            false => format!("{line}\n"),
        });
        town.apply(&lines.collect::<String>()).await;
    }
    town
}

fn jwt(claims: &Value) -> String {
    format!("{}.{}.AAAA", base64url(br#"{"alg":"ES256"}"#), base64url(claims.to_string().as_bytes()))
}

async fn userinfo(rp: &RelyingParty, browser: &mut Browser, changes: &[(&str, &str)]) -> Value {
    let tokens = rp.tokens(browser, changes).await;
    rp.userinfo(tokens.access_token()).await.json()
}

/// §5.6.2.1: "_claim_names […] reference a member in _claim_sources", whose "JWT" is the source's as it signed it.
#[tokio::test]
async fn aggregated_claims_are_passed_on_as_their_source_signed_them() {
    let town = town().await;
    let signed = jwt(&json!({"parcels": ["12/4"], "mortgages": 0, "extra": 1}));
    town.outside.put(LAND, signed.clone());
    let taxes = town.rp("taxes").with_scope("openid land");
    let found = userinfo(&taxes, &mut town.browser(), &[]).await;
    assert_eq!(found["_claim_names"], json!({"parcels": "land", "mortgages": "land"}));
    assert_eq!(found["_claim_sources"], json!({"land": {"JWT": signed}}));
    let asked = town.outside.asked(LAND);
    let token = claims_of(asked[0].bearer.as_ref().unwrap());
    assert_eq!((&token["aud"], &token["client_id"]), (&json!(LAND), &json!("taxes")));
    assert_eq!(token["scope"], "mortgages parcels");
    assert_ne!(token["sub"], found["sub"]);
    town.leave().await;
}

/// §5.6.2.2: distributed claims have "endpoint" and "access_token"; the source learns the identifier of its own sector,
/// the relying party does not.
#[tokio::test]
async fn distributed_claims_name_the_place_and_a_token_for_it() {
    let town = town().await;
    let taxes = town.rp("taxes").with_scope("openid health");
    let found = userinfo(&taxes, &mut town.browser(), &[]).await;
    assert_eq!(found["_claim_names"], json!({"insured_until": "health"}));
    let place = &found["_claim_sources"]["health"];
    assert_eq!(place["endpoint"], HEALTH);
    let token = place["access_token"].as_str().unwrap();
    assert_eq!(claims_of(token)["aud"], HEALTH);
    assert_ne!(claims_of(token)["sub"], found["sub"]);
    let told = town.rp("health-registry").authenticated("/introspect", &[("token", token)]).await.json();
    assert_eq!((&told["active"], &told["scope"]), (&json!(true), &json!("insured_until")));
    let pseudonyms =
        [&told["sub"], &found["sub"], &claims_of(token)["sub"]].map(|sub| sub.as_str().unwrap().to_owned());
    assert_eq!(pseudonyms.into_iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(taxes.userinfo(token).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// §5.5: single claims may be asked for, "from the UserInfo Endpoint and/or in the ID Token".
#[tokio::test]
async fn single_claims_of_a_source_come_where_they_are_asked_for() {
    let town = town().await;
    town.outside.put(LAND, jwt(&json!({"parcels": 1, "mortgages": 0})));
    let taxes = town.rp("taxes").with_scope("openid");
    let claims = json!({"userinfo": {"parcels": null}, "id_token": {"mortgages": {"essential": true}}}).to_string();
    let tokens = taxes.tokens(&mut town.browser(), &[("claims", &claims)]).await;
    assert_eq!(tokens.claims()["_claim_names"], json!({"mortgages": "land"}));
    let found = taxes.userinfo(tokens.access_token()).await.json();
    assert_eq!(found["_claim_names"], json!({"parcels": "land"}));
    town.leave().await;
}

/// §5.5.1: "the OP SHOULD NOT generate an error when Claims are not returned": a source that is away, refuses, or answers
/// without the claims is left out.
#[tokio::test]
async fn a_source_that_gives_nothing_is_left_out() {
    let town = town().await;
    let taxes = town.rp("taxes").with_scope("openid land");
    let mut browser = town.browser();
    let answers = [
        Err(Unreachable::Status(500)),
        Err(Unreachable::Failed("timed out".into())),
        Ok("<html>".to_owned()),
        Ok(jwt(&json!({"other": 1}))),
        Ok(jwt(&json!({"parcels": 1, "sub": "somebody"}))),
    ];
    for answer in answers {
        match &answer {
            Ok(body) => town.outside.put(LAND, body.clone()),
            Err(why) => town.outside.fail(LAND, why.clone()),
        }
        let found = userinfo(&taxes, &mut browser, &[]).await;
        assert!(found["sub"].is_string() && found.get("_claim_names").is_none(), "{answer:?}: {found}");
        town.clock.pass(std::time::Duration::from_secs(61));
    }
    town.leave().await;
}

/// §5.6.2.1: what a source signed a moment ago is not fetched again.
#[tokio::test]
async fn an_answer_is_kept_for_a_minute() {
    let town = town().await;
    town.outside.put(LAND, jwt(&json!({"parcels": 1})));
    let taxes = town.rp("taxes").with_scope("openid land");
    let mut browser = town.browser();
    for (seconds, fetched) in [(0, 1), (59, 1), (2, 2)] {
        town.clock.pass(std::time::Duration::from_secs(seconds));
        userinfo(&taxes, &mut browser, &[]).await;
        assert_eq!(town.outside.asked(LAND).len(), fetched);
    }
    town.leave().await;
}

/// §5.5, §17.1 ("Only necessary UserInfo data should be stored at the Client"): a client receives no claims beyond the scope
/// that it is registered for, whichever way it asks.
#[tokio::test]
async fn claims_beyond_the_registered_scope_are_not_given() {
    let town = town().await;
    let claims = json!({"userinfo": {"parcels": null, "address": null, "email": null}}).to_string();
    let ward = town.rp("taxes").with_scope("openid");
    town.outside.put(LAND, jwt(&json!({"parcels": 1})));
    let found = userinfo(&ward, &mut town.browser(), &[("claims", &claims)]).await;
    let names: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(names, ["_claim_names", "_claim_sources", "email", "sub"]);
    let clinic = town.rp("clinic").with_scope("openid");
    let found = userinfo(&clinic, &mut town.browser(), &[("claims", &claims)]).await;
    let names: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(names, ["email", "sub"]);
    town.leave().await;
}

/// §3.1.2.4: the person is asked for what another agency holds, and told which.
#[tokio::test]
async fn the_person_is_asked_for_what_comes_from_elsewhere() {
    let town = town().await;
    town.outside.put(LAND, jwt(&json!({"parcels": 1})));
    let ward = town.rp("ward").with_scope("openid land");
    let mut browser = super::signed_in(&town).await;
    let page = browser.open(&ward.url(&[("ui_locales", "en")])).await;
    assert_eq!(page.path(), "/consent");
    for text in ["parcels", "mortgages", "land"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let code = browser.fill(&page, &[("decision", "allow")]).await.parameter("code").unwrap();
    let tokens = Tokens(ward.redeem(&code, &[]).await.json());
    let found = ward.userinfo(tokens.access_token()).await.json();
    assert_eq!(found["_claim_names"], json!({"parcels": "land"}));
    assert!(browser.open(&ward.url(&[])).await.parameter("code").is_some());
    town.leave().await;
}

/// Discovery §3: claim_types_supported, claims_supported and scopes_supported name what sources give.
#[tokio::test]
async fn discovery_names_what_sources_give() {
    let town = town().await;
    let metadata = town.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["claim_types_supported"], json!(["normal", "aggregated", "distributed"]));
    for (member, name) in [("claims_supported", "insured_until"), ("scopes_supported", "land")] {
        assert!(metadata[member].as_array().unwrap().contains(&json!(name)), "{member}");
    }
    town.leave().await;
}
