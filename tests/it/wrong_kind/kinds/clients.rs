//! What clients get, sign or know.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::alg::encryption::EncryptionKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwa::ContentEncryption;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe;
use motcua::jose::jwk::Jwk;
use motcua::jose::jwk::JwkSet;
use serde_json::json;

use super::super::Fate;
use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::super::stage::INITIAL;
use super::super::stage::RECORDS;
use super::super::stage::REGISTRY;
use super::super::stage::keeper;
use crate::api::API;
use crate::api::get;
use crate::oauth::post;
use crate::town::ASSERTION_TYPE;
use crate::town::ISSUER;
use crate::town::OwnKey;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::claims_of;

/// What of a token response is wanted.
#[derive(Clone, Copy)]
pub struct Wanted {
    member: &'static str,
    resource: &'static str,
}

impl Wanted {
    pub const ACCESS: Self = Self { member: "access_token", resource: "" };
    pub const RESOURCE: Self = Self { member: "access_token", resource: RECORDS };
    pub const ID: Self = Self { member: "id_token", resource: "" };
    pub const REFRESH: Self = Self { member: "refresh_token", resource: "" };
}

/// To whom something is encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum To {
    Client,
    Us,
}

/// A member of a token response; what is spent is revoked. Refresh tokens do not end within hours.
pub async fn granted(stage: &Stage, whose: Whose, fate: Fate, wanted: Wanted) -> Option<Made> {
    if fate == Fate::Expired && wanted.member == "refresh_token" {
        return None;
    }
    let rp = stage.rp(whose).with_scope("openid profile offline_access");
    let tokens = rp.tokens(&mut stage.browser(), &[("resource", wanted.resource)]).await;
    let made = Made::of(&stage.town, tokens.0[wanted.member].as_str().unwrap(), &tokens);
    spend(&rp, fate, &tokens).await;
    Some(made)
}

async fn spend(rp: &RelyingParty, fate: Fate, tokens: &Tokens) {
    if fate == Fate::Spent {
        let page = rp.authenticated("/revoke", &[("token", tokens.access_token())]).await;
        assert_eq!(page.status, 200, "{}", page.body);
    }
}

/// It stands on no grant: it only expires.
pub async fn of_itself(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    if fate == Fate::Spent {
        return None;
    }
    let page = stage.rp(whose).token(&[("grant_type", "client_credentials")]).await;
    Some(Made::text(Tokens(page.json()).access_token()))
}

/// Nor does that for the API, which is the client's own as well.
pub async fn for_api(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    if fate == Fate::Spent {
        return None;
    }
    let page = stage.rp(whose).token(&[("grant_type", "client_credentials"), ("resource", API)]).await;
    Some(Made::text(Tokens(page.json()).access_token()))
}

/// It continues a list for as long as anybody looks.
pub async fn cursor(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    if fate != Fate::Alive {
        return None;
    }
    let token = for_api(stage, whose, fate).await?.text;
    let page = get(&stage.town, &token, "/api/v1/branches?limit=1").await.json();
    Some(Made::text(page["next"].as_str().unwrap()))
}

pub async fn for_source(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let rp = stage.rp(whose).with_scope("openid health offline_access");
    let tokens = rp.tokens(&mut stage.browser(), &[]).await;
    let userinfo = claims_of(&rp.userinfo(tokens.access_token()).await.body);
    let made = Made::of(&stage.town, userinfo["_claim_sources"]["health"]["access_token"].as_str().unwrap(), &tokens);
    spend(&rp, fate, &tokens).await;
    Some(made)
}

pub async fn id_token_encrypted(stage: &Stage, whose: Whose, fate: Fate, to: To) -> Option<Made> {
    let made = granted(stage, whose, fate, Wanted::ID).await?;
    Some(Made { text: encrypt(stage, to, &made.text).await, ..made })
}

async fn encrypt(stage: &Stage, to: To, jwt: &str) -> String {
    let alg = KeyManagement::EcdhEs;
    let jwk: Jwk = match to {
        To::Client => DecryptionKey::generate(alg).unwrap().0.public_jwk("enc"),
        To::Us => JwkSet::parse(&stage.town.get("/jwks").await.body).unwrap().recipient(alg).unwrap().clone(),
    };
    let kid = jwk.kid().map(str::to_owned);
    let header = jwe::Header { alg, enc: ContentEncryption::A128Gcm, kid, typ: None, cty: Some("JWT".to_owned()) };
    let key = EncryptionKey::from_jwk(&jwk).unwrap();
    jwe::encrypt(&header, &key, jwt.as_bytes(), &*stage.town.app.entropy).unwrap()
}

/// One that was exchanged: alive within the grace, which ends by itself.
pub async fn former_refresh_token(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let rp = stage.rp(whose).with_scope("openid profile offline_access");
    let tokens = rp.tokens(&mut stage.browser(), &[]).await;
    let page = rp.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    spend(&rp, fate, &tokens).await;
    Some(Made::of(&stage.town, tokens.refresh_token(), &tokens))
}

/// One that is spent was redeemed.
pub async fn code(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let rp = stage.rp(whose);
    let code = rp.code(&mut stage.browser(), &[]).await;
    if fate == Fate::Spent {
        assert_eq!(rp.redeem(&code, &[]).await.status, 200);
    }
    Some(Made::text(&code))
}

/// One that is spent was used.
pub async fn assertion(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let rp = stage.rp(whose);
    let assertion = stage.key.sign("JWT", &rp.assertion_claims(json!({})));
    if fate == Fate::Spent {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ];
        assert_eq!(rp.token_raw(None, &form).await.status, 200);
    }
    Some(Made::text(&assertion))
}

/// A repetition in the same browser gets its code again until this.
async fn redeemed(rp: &RelyingParty, page: &Page) {
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code at {}", page.url));
    assert_eq!(rp.redeem(&code, &[]).await.status, 200);
}

/// One that is spent led to a code that was redeemed.
pub async fn object(stage: &Stage, whose: Whose, fate: Fate, encrypted: bool) -> Option<Made> {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let rp = stage.rp(whose);
    let claims = rp.object_claims(json!({"jti": NUMBER.fetch_add(1, Ordering::Relaxed).to_string()}));
    let object = stage.key.sign("JWT", &claims);
    let object = if encrypted { encrypt(stage, To::Us, &object).await } else { object };
    if fate == Fate::Spent {
        let page = rp.finish(&mut stage.browser(), &rp.url_by_value(&object, &[])).await;
        redeemed(&rp, &page).await;
    }
    Some(Made::text(&object))
}

/// One that is spent led to a code that was redeemed.
pub async fn pushed(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let rp = stage.rp(whose);
    let request_uri = rp.pushed(&[]).await;
    if fate == Fate::Spent {
        let page = rp.finish(&mut stage.browser(), &rp.url_by_reference(&request_uri)).await;
        redeemed(&rp, &page).await;
    }
    Some(Made::text(&request_uri))
}

/// It has no end.
pub async fn introspection_answer(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let token = granted(stage, whose, fate.or_none(&[Fate::Alive])?, Wanted::ACCESS).await?;
    let accept = [("accept", "application/token-introspection+jwt")];
    let page = asserted(stage, whose, "/introspect", &accept, &[("token", &token.text)]).await;
    assert_eq!(claims_of(&page.body)["token_introspection"]["active"], true);
    Some(Made { text: page.body, ..token })
}

/// A form that a client sends to `endpoint`, with what proves who it is.
async fn asserted(
    stage: &Stage,
    whose: Whose,
    endpoint: &str,
    headers: &[(&str, &str)],
    form: &[(&str, &str)],
) -> Page {
    let assertion = stage.key.sign("JWT", &stage.rp(whose).assertion_claims(json!({})));
    let proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)];
    let pairs = form.iter().chain(&proof);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    post(&stage.town, endpoint, headers, &body).await
}

/// It has no end.
pub async fn userinfo(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let token = granted(stage, whose, fate.or_none(&[Fate::Alive])?, Wanted::ACCESS).await?;
    let page = stage.rp(whose).userinfo(&token.text).await;
    assert_eq!(claims_of(&page.body)["aud"], stage.rp(whose).id);
    Some(Made { text: page.body, ..token })
}

/// They are nobody's in particular.
pub async fn metadata(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    whose.or_none(Whose::Own)?;
    let metadata = stage.town.get("/.well-known/oauth-authorization-server").await.json();
    Some(Made::text(metadata["signed_metadata"].as_str().unwrap()))
}

/// With a fresh one of our own its client becomes the one that registered itself; one that is spent belongs to a client
/// that removed itself.
pub async fn registration_token(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let told = match fate {
        Fate::Expired => return None,
        Fate::Alive | Fate::Spent => stage.register().await,
    };
    let token = told["registration_access_token"].as_str().unwrap().to_owned();
    match (whose, fate) {
        (Whose::Own, Fate::Alive) => *stage.registered.borrow_mut() = told,
        (Whose::Own, _) => {
            let uri = told["registration_client_uri"].as_str().unwrap();
            assert_eq!(stage.town.send_json("DELETE", uri, Some(&token), &json!({})).await.status, 204);
            *stage.removed.borrow_mut() = told["client_id"].as_str().unwrap().to_owned();
        }
        (Whose::Foreign, _) => {}
    }
    Some(Made::text(&token))
}

/// It lives while the operator lists it.
pub async fn initial_token(_: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    whose.or_none(Whose::Own)?;
    Some(Made::text(INITIAL))
}

/// A foreign one bears the name of our registry and another's signature.
pub async fn statement(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let other = OwnKey::new(Algorithm::Es256, "1");
    let now = stage.town.app.clock.now().seconds();
    let claims = json!({"iss": REGISTRY, "aud": ISSUER, "iat": now, "exp": now + 60, "software_id": "official"});
    Some(Made::text(&whose.of(&stage.key, &other).sign("JWT", &claims)))
}

/// One that is spent was replaced.
pub async fn secret(stage: &Stage, whose: Whose, fate: Fate, method: &str) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Spent])?;
    let owner = whose.of("desk", "mill");
    let secret = stage.town.rp(&format!("{owner}-{method}")).secret();
    if fate == Fate::Alive {
        return Some(Made::text(&secret));
    }
    let former = secret.replace("secret", "former-secret");
    stage.town.apply(&keeper(owner, method, &format!("\"{former}\", "))).await;
    stage.town.apply(&keeper(owner, method, "")).await;
    Some(Made::text(&former))
}

/// That of the client that registered itself, or of another one.
pub async fn registered_secret(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let told = match whose {
        Whose::Own => stage.registered.borrow().clone(),
        Whose::Foreign => stage.register().await,
    };
    Some(Made::text(told["client_secret"].as_str().unwrap()))
}
