//! Where clients, resource servers and bearers present something: `desk` presents, unless somebody else is named.

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use motcua::store::grants;
use serde_json::Value;
use serde_json::json;

use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::super::stage::INITIAL;
use super::super::stage::least;
use super::browsers;
use crate::api::API;
use crate::api::get;
use crate::oauth::basic;
use crate::oauth::post;
use crate::town::ASSERTION_TYPE;
use crate::town::RelyingParty;
use crate::town::changed;

type Pairs = Vec<(String, String)>;

fn form(pairs: &Pairs) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

pub async fn userinfo(stage: &Stage, made: &Made) -> bool {
    stage.rp(Whose::Own).userinfo(&made.text).await.status == StatusCode::OK
}

pub async fn userinfo_by_post(stage: &Stage, made: &Made) -> bool {
    let request = Request::post("/userinfo").header("authorization", format!("Bearer {}", made.text));
    stage.town.send(request.body(Body::empty()).unwrap()).await.status() == StatusCode::OK
}

pub async fn userinfo_by_form(stage: &Stage, made: &Made) -> bool {
    let body = form(&vec![pair("access_token", &made.text)]);
    post(&stage.town, "/userinfo", &[], &body).await.status == StatusCode::OK
}

pub async fn branches(stage: &Stage, made: &Made) -> bool {
    get(&stage.town, &made.text, "/api/v1/branches").await.status == StatusCode::OK
}

/// By who acts as `desk`.
pub async fn more_branches(stage: &Stage, made: &Made) -> bool {
    let page = stage.rp(Whose::Own).token(&[("grant_type", "client_credentials"), ("resource", API)]).await;
    let token = page.json()["access_token"].as_str().unwrap().to_owned();
    let query = form(&vec![pair("cursor", &made.text)]);
    get(&stage.town, &token, &format!("/api/v1/branches?{query}")).await.status == StatusCode::OK
}

/// RFC 7662 §2.2: the answer is 200; whether it was taken is `active`.
pub async fn introspect(stage: &Stage, made: &Made) -> bool {
    is_active(&stage.rp(Whose::Own).authenticated("/introspect", &[("token", &made.text)]).await.json())
}

pub async fn introspect_as(stage: &Stage, made: &Made, client: &str) -> bool {
    is_active(&stage.town.rp(client).authenticated("/introspect", &[("token", &made.text)]).await.json())
}

fn is_active(answer: &Value) -> bool {
    answer["active"].as_bool().unwrap()
}

/// RFC 7009 §2.2: an unknown token is answered by 200 too: it was taken if its grant died of it.
pub async fn revoke(stage: &Stage, made: &Made) -> bool {
    let before = is_dead(stage, made).await;
    let page = stage.rp(Whose::Own).authenticated("/revoke", &[("token", &made.text)]).await;
    let died = !before && is_dead(stage, made).await;
    assert!(page.status == StatusCode::OK || !died, "{}", page.body);
    died
}

async fn is_dead(stage: &Stage, made: &Made) -> bool {
    let Some(id) = made.grant else { return false };
    grants::find(&stage.town.app.db, id).await.unwrap().is_some_and(|grant| grant.is_revoked())
}

pub async fn redeem(stage: &Stage, made: &Made) -> bool {
    stage.rp(Whose::Own).redeem(&made.text, &[]).await.status == StatusCode::OK
}

pub async fn refresh(stage: &Stage, made: &Made) -> bool {
    stage.rp(Whose::Own).refresh(&made.text, &[]).await.status == StatusCode::OK
}

/// A request to `endpoint` of which nothing but the proof of who asks can be wrong.
fn ordinary(rp: &RelyingParty, endpoint: &str) -> Pairs {
    match endpoint {
        "/token" => vec![pair("grant_type", "client_credentials")],
        "/par" => rp.parameters(),
        _ => vec![pair("token", "x")],
    }
}

/// The client says who it is as well: with a foreign assertion alone it would be another one.
pub async fn assert(stage: &Stage, made: &Made, endpoint: &str) -> bool {
    let mut pairs = ordinary(&stage.rp(Whose::Own), endpoint);
    pairs.retain(|(name, _)| name != "client_id");
    pairs.push(pair("client_id", "desk"));
    pairs.push(pair("client_assertion_type", ASSERTION_TYPE));
    pairs.push(pair("client_assertion", &made.text));
    post(&stage.town, endpoint, &[], &form(&pairs)).await.status.is_success()
}

pub async fn by_basic(stage: &Stage, made: &Made, endpoint: &str) -> bool {
    let body = form(&ordinary(&stage.town.rp("desk-basic"), endpoint));
    let encoded: String = url::form_urlencoded::byte_serialize(made.text.as_bytes()).collect();
    let headers = [("authorization", basic("desk-basic", &encoded))];
    post(&stage.town, endpoint, &headers.each_ref().map(|(name, value)| (*name, value.as_str())), &body)
        .await
        .status
        .is_success()
}

pub async fn by_post(stage: &Stage, made: &Made, endpoint: &str) -> bool {
    let mut pairs = ordinary(&stage.town.rp("desk-post"), endpoint);
    pairs.retain(|(name, _)| name != "client_id");
    pairs.push(pair("client_id", "desk-post"));
    pairs.push(pair("client_secret", &made.text));
    post(&stage.town, endpoint, &[], &form(&pairs)).await.status.is_success()
}

/// What counts is whether the request that was pushed leads to a code: an object that was used is found out there.
pub async fn push_object(stage: &Stage, made: &Made) -> bool {
    let page = stage.rp(Whose::Own).authenticated("/par", &[("request", &made.text)]).await;
    let Some(request_uri) = page.json()["request_uri"].as_str().map(str::to_owned) else { return false };
    browsers::request_uri(stage, &Made { text: request_uri, grant: None }).await
}

pub async fn push_reference(stage: &Stage, made: &Made) -> bool {
    let rp = stage.rp(Whose::Own);
    rp.push(&[("request_uri", &made.text)]).await.status.is_success()
        || rp.authenticated("/par", &[("request_uri", &made.text)]).await.status.is_success()
}

/// A hint is read when the person comes.
pub async fn push_hint(stage: &Stage, made: &Made) -> bool {
    let page = stage.rp(Whose::Own).push(&[("id_token_hint", &made.text), ("prompt", "none")]).await;
    let Some(request_uri) = page.json()["request_uri"].as_str().map(str::to_owned) else { return false };
    browsers::request_uri(stage, &Made { text: request_uri, grant: None }).await
}

pub async fn register(stage: &Stage, made: &Made) -> bool {
    stage.town.send_json("POST", "/register", Some(&made.text), &least()).await.status == StatusCode::CREATED
}

pub async fn state(stage: &Stage, made: &Made) -> bool {
    let body = changed(least(), json!({"software_statement": made.text}));
    let page = stage.town.send_json("POST", "/register", Some(INITIAL), &body).await;
    page.status == StatusCode::CREATED && page.json()["software_id"] == "official"
}

/// At the address of the client that registered itself, and of one that is no more.
pub async fn manage(stage: &Stage, made: &Made, method: &str) -> bool {
    let (own, removed) = (text(stage, "client_id"), stage.removed.borrow().clone());
    for id in [&own, &removed] {
        let body = changed(least(), json!({"client_id": id}));
        let page = stage.town.send_json(method, &format!("/register/{id}"), Some(&made.text), &body).await;
        if page.status.is_success() {
            return true;
        }
    }
    false
}

fn text(stage: &Stage, member: &str) -> String {
    stage.registered.borrow()[member].as_str().unwrap().to_owned()
}

pub async fn update_with_secret(stage: &Stage, made: &Made) -> bool {
    update(stage, json!({"client_secret": made.text})).await["client_id"].is_string()
}

pub async fn update_with_statement(stage: &Stage, made: &Made) -> bool {
    update(stage, json!({"software_statement": made.text})).await["software_id"] == "official"
}

async fn update(stage: &Stage, changes: Value) -> Value {
    let (id, token) = (text(stage, "client_id"), text(stage, "registration_access_token"));
    let body = changed(changed(least(), json!({"client_id": id})), changes);
    stage.town.send_json("PUT", &format!("/register/{id}"), Some(&token), &body).await.json()
}
