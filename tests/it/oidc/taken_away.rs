//! What is taken from a client reaches what lives: tokens, refresh families, codes and consents.

use http::StatusCode;
use serde_json::Value;

use super::error;
use super::seconds;
use super::signed_in;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;

const RECORDS: &str = "https://api.example/records";
const ALL: &str = "scope = \"openid profile email address phone offline_access\"";

/// Takes from `portal`, or gives it, until its scope is this.
async fn leave_portal(town: &Town, scope: &str) {
    town.apply(&DECLARATION.replacen(ALL, &format!("scope = \"{scope}\""), 1)).await;
}

/// The declaration without a client.
fn without(id: &str) -> String {
    let (before, rest) = DECLARATION.split_once(&format!("[[clients]]\nclient_id = \"{id}\"")).unwrap();
    format!("{before}{}", &rest[rest.find("\n[[").unwrap()..])
}

/// Removes a client, and declares it again as it was.
async fn comes_again(town: &Town, id: &str) {
    town.try_apply(&without(id), true).await.unwrap();
    town.clock.pass(seconds(1));
    town.apply(DECLARATION).await;
    town.heartbeat().await;
}

async fn at_portal(town: &Town) -> (Browser, RelyingParty, Tokens) {
    let portal = town.rp("portal").with_scope("openid profile email phone offline_access");
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[("claims", r#"{"userinfo":{"phone_number":null}}"#)]).await;
    (browser, portal, tokens)
}

async fn introspect(client: &RelyingParty, token: &str) -> Value {
    client.authenticated("/introspect", &[("token", token)]).await.json()
}

fn scope(page: &Page) -> String {
    page.json()["scope"].as_str().unwrap_or_default().to_owned()
}

/// RFC 6749 §6: a refresh token gives at most what was granted, and no more than its client may have by then.
#[tokio::test]
async fn a_scope_that_a_client_lost_is_gone_from_all_that_lives() {
    let town = Town::new().await;
    let (_, portal, tokens) = at_portal(&town).await;
    let before = portal.userinfo(tokens.access_token()).await.json();
    assert!(before["email"].is_string() && before["phone_number"].is_string(), "{before}");
    leave_portal(&town, "openid profile offline_access").await;
    town.heartbeat().await;
    let told = portal.userinfo(tokens.access_token()).await.json();
    assert!(told["name"].is_string() && told["email"].is_null() && told["phone_number"].is_null(), "{told}");
    assert_eq!(introspect(&portal, tokens.access_token()).await["scope"], "openid profile offline_access");
    assert_eq!(introspect(&portal, tokens.refresh_token()).await["scope"], "openid profile offline_access");
    let asked = portal.refresh(tokens.refresh_token(), &[("scope", "openid email")]).await;
    assert_eq!(asked.json()["error"], "invalid_scope");
    let refreshed = portal.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!(scope(&refreshed), "openid profile offline_access");
    let told = portal.userinfo(Tokens(refreshed.json()).access_token()).await.json();
    assert!(told["email"].is_null() && told["phone_number"].is_null(), "{told}");
    town.leave().await;
}

/// OpenID Connect Core §5.3.3, RFC 6750 §3.1: insufficient_scope.
#[tokio::test]
async fn a_client_that_lost_openid_learns_of_nobody() {
    let town = Town::new().await;
    let (_, portal, tokens) = at_portal(&town).await;
    leave_portal(&town, "profile offline_access").await;
    town.heartbeat().await;
    let page = portal.userinfo(tokens.access_token()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.header("www-authenticate").unwrap().contains("insufficient_scope"));
    let refreshed = portal.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!((scope(&refreshed).as_str(), &refreshed.json()["id_token"]), ("profile offline_access", &Value::Null));
    town.leave().await;
}

/// A client that may not act while people are away has no use of a refresh token; one that may again goes on.
#[tokio::test]
async fn a_client_that_lost_offline_access_gets_no_refresh() {
    let town = Town::new().await;
    let (_, portal, tokens) = at_portal(&town).await;
    leave_portal(&town, "openid profile").await;
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.json()["error"], "invalid_grant");
    assert_eq!(introspect(&portal, tokens.refresh_token()).await["active"], false);
    let without = DECLARATION.replacen("grant_types = [\"authorization_code\", \"refresh_token\"]\n", "", 1);
    town.apply(&without).await;
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.json()["error"], "unauthorized_client");
    assert_eq!(introspect(&portal, tokens.refresh_token()).await["active"], false);
    town.apply(DECLARATION).await;
    town.clock.pass(seconds(3600));
    let again = portal.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    town.leave().await;
}

/// RFC 8707 §2.2: invalid_target. The refusal costs the family nothing: the resource may come back.
#[tokio::test]
async fn a_resource_that_a_client_lost_is_refused_and_comes_back_whole() {
    let town = Town::new().await;
    let certified = town.rp("certified").with_scope("openid offline_access");
    let tokens = certified.tokens(&mut town.browser(), &[("resource", RECORDS)]).await;
    let code = certified.code(&mut town.browser(), &[("resource", RECORDS)]).await;
    assert_eq!(introspect(&town.rp("records"), tokens.access_token()).await["active"], true);
    let lost = DECLARATION.replacen("resources = [\"https://api.example/records\"]\n", "", 1);
    town.apply(&lost).await;
    town.heartbeat().await;
    assert_eq!(introspect(&town.rp("records"), tokens.access_token()).await["active"], false);
    assert_eq!(introspect(&certified, tokens.refresh_token()).await["active"], false);
    for more in [&[][..], &[("scope", "openid")]] {
        assert_eq!(certified.refresh(tokens.refresh_token(), more).await.json()["error"], "invalid_target");
    }
    assert_eq!(certified.redeem(&code, &[]).await.json()["error"], "invalid_target");
    town.apply(DECLARATION).await;
    assert_eq!(certified.redeem(&code, &[]).await.status, StatusCode::OK);
    town.clock.pass(seconds(3600));
    assert_eq!(certified.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// A code gives what its client may have when it is redeemed.
#[tokio::test]
async fn a_code_does_not_bring_back_what_its_client_lost_meanwhile() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid email offline_access");
    let claims = ("claims", r#"{"id_token":{"phone_number":null,"email":null}}"#);
    let code = portal.code(&mut town.browser(), &[claims]).await;
    leave_portal(&town, "openid email").await;
    let page = portal.redeem(&code, &[]).await;
    assert_eq!((scope(&page).as_str(), &page.json()["refresh_token"]), ("openid email", &Value::Null));
    let claims = Tokens(page.json()).claims();
    assert!(claims.contains_key("email") && !claims.contains_key("phone_number"), "{claims:?}");
    town.leave().await;
}

/// What a client holds for itself shrinks with its scope as well.
#[tokio::test]
async fn a_token_for_the_client_itself_gives_what_the_client_may_have_today() {
    let town = Town::new().await;
    let form = [("grant_type", "client_credentials"), ("resource", RECORDS)];
    let token = Tokens(town.rp("machine").token(&form).await.json());
    let look = async || introspect(&town.rp("records"), token.access_token()).await;
    assert_eq!(look().await["scope"], "records:read records:write");
    town.apply(&DECLARATION.replace("records:read records:write", "records:read")).await;
    assert_eq!(look().await["scope"], "records:read");
    comes_again(&town, "machine").await;
    assert_eq!(look().await["active"], false);
    town.leave().await;
}

/// "What a client was given ends with it": declared again, it is another one, whatever its name.
#[tokio::test]
async fn a_client_that_was_removed_and_declared_again_has_nothing_of_the_former() {
    let town = Town::new().await;
    let (mut browser, portal, tokens) = at_portal(&town).await;
    let code = portal.code(&mut browser, &[]).await;
    assert_eq!(introspect(&portal, tokens.access_token()).await["active"], true);
    comes_again(&town, "portal").await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(introspect(&portal, tokens.access_token()).await["active"], false);
    assert_eq!(introspect(&portal, tokens.refresh_token()).await["active"], false);
    for more in [&[][..], &[("scope", "openid")]] {
        assert_eq!(portal.refresh(tokens.refresh_token(), more).await.json()["error"], "invalid_grant");
    }
    assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    let anew = portal.tokens(&mut browser, &[]).await;
    assert_eq!(portal.userinfo(anew.access_token()).await.status, StatusCode::OK);
    town.leave().await;
}

/// A change of what is declared is no removal.
#[tokio::test]
async fn a_client_that_is_changed_keeps_what_it_was_given() {
    let town = Town::new().await;
    let (_, portal, tokens) = at_portal(&town).await;
    town.clock.pass(seconds(5));
    town.apply(&DECLARATION.replace("https://portal.example/begin?from=door", "https://portal.example/begin")).await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// OpenID Connect Core §3.1.2.4: consent is for a service of an agency, and not for whoever bears the name.
#[tokio::test]
async fn consent_ends_with_the_client_and_with_the_agency_to_which_it_was_given() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let mut browser = signed_in(&town).await;
    let silent = [("prompt", "none")];
    clinic.code(&mut browser, &[]).await;
    assert!(browser.open(&clinic.url(&silent)).await.parameter("code").is_some());
    comes_again(&town, "clinic").await;
    assert_eq!(error(&mut browser, &clinic, &silent).await, "consent_required");
    clinic.code(&mut browser, &[]).await;
    assert!(browser.open(&clinic.url(&silent)).await.parameter("code").is_some());
    town.apply(
        &DECLARATION
            .replace("id = \"appointments\"\nagency = \"hospital\"", "id = \"appointments\"\nagency = \"province\""),
    )
    .await;
    assert_eq!(error(&mut browser, &clinic, &silent).await, "consent_required");
    clinic.code(&mut browser, &[]).await;
    assert!(browser.open(&clinic.url(&silent)).await.parameter("code").is_some());
    town.leave().await;
}

/// Whoever answered a page about one client has not answered for another that came under its name meanwhile.
#[tokio::test]
async fn an_answer_that_was_meant_for_a_former_client_is_asked_for_anew() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let mut browser = signed_in(&town).await;
    let page = browser.open(&clinic.url(&[])).await;
    assert_eq!(page.path(), "/consent");
    comes_again(&town, "clinic").await;
    let again = browser.fill(&page, &[("decision", "allow")]).await;
    assert_eq!(again.path(), "/consent", "{}", again.url);
    assert_eq!(error(&mut browser, &clinic, &[("prompt", "none")]).await, "consent_required");
    let done = browser.fill(&again, &[("decision", "allow")]).await;
    assert!(done.parameter("code").is_some(), "{}", done.url);
    town.leave().await;
}

/// RFC 6749 §3.1.2.3: answers go to addresses that are registered, and to none that was taken from the client meanwhile.
#[tokio::test]
async fn an_address_that_was_taken_from_a_client_receives_nothing() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    let code = portal.code(&mut town.browser(), &[]).await;
    let moved = DECLARATION.replacen("\"https://portal.example/cb\", ", "", 1);
    town.apply(&moved).await;
    let stuck = browser.sign_in(&page, "khai").await;
    assert!(stuck.url.starts_with('/') && stuck.parameter("code").is_none(), "{}", stuck.url);
    assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    town.apply(DECLARATION).await;
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// A notice that waits for a client is not for another that comes under its name.
#[tokio::test]
async fn a_notice_to_a_former_client_is_not_told_to_its_successor() {
    let town = Town::new().await;
    let told = "https://desk.example/told";
    let desk = super::client("desk", "licences", &format!("backchannel_logout_uri = \"{told}\""));
    town.apply(&desk).await;
    let mut browser = town.browser();
    town.rp("desk").code(&mut browser, &[]).await;
    let code = town.rp("desk").code(&mut browser, &[]).await;
    assert_eq!(town.rp("desk").redeem(&code, &[]).await.status, StatusCode::OK);
    super::sign_out::sign_out(&mut browser).await;
    assert_eq!(town.outbox().await.len(), 1, "nobody answers there");
    comes_again(&town, "clinic").await; // it prunes `desk` as well
    town.apply(&desk).await;
    town.outside.put(told, "");
    town.clock.pass(seconds(3600));
    town.deliver().await;
    assert_eq!((town.outside.asked(told).len(), town.outbox().await.len()), (1, 0), "the first try alone");
    town.leave().await;
}
