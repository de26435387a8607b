//! What an access token of ours says, and whether it lives: for UserInfo, introspection and revocation.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::authorization::Authorization;
use crate::jose::jwa::Algorithm;
use crate::jose::jws;
use crate::jose::jwt;
use crate::jose::jwt::Expect;
use crate::jose::jwt::Expiry;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::grants::is_of;
use crate::parts::issue;
use crate::parts::issue::claims::scope_of;
use crate::parts::keyring;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::access_token;
use crate::protocol::oauth::access_token::AccessTokenClaims;
use crate::store::cache::Behind;
use crate::store::cache::VerifiedToken;
use crate::store::grants;

/// By how much the clock of the replica that signed something may be ahead of ours.
pub const CLOCKS: Duration = Duration::from_secs(5);

/// Whom a token must be meant for.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'a> {
    /// This one.
    Exactly(&'a str),
    /// Anybody: who may learn of it is decided afterwards.
    Any,
}

/// The claims of an access token of ours that has not expired; whether its grant lives is not looked at.
pub async fn verify(
    app: &App,
    token: &str,
    audience: Audience<'_>,
    now: Timestamp,
) -> Result<AccessTokenClaims, Error> {
    let refused = |why: &dyn std::fmt::Display| OAuthError::invalid_token("the access token is not valid").because(why);
    let unverified = jws::decode(token).map_err(|why| refused(&why))?;
    let kid = unverified.header().kid.clone().unwrap_or_default();
    let key = keyring::current(app).await?.public(&kid, now).await?.ok_or_else(|| refused(&"its key is unknown"))?;
    let own = match audience {
        Audience::Exactly(_) => None,
        // We wrote it, if the signature holds.
        Audience::Any => serde_json::from_slice::<AccessTokenClaims>(unverified.unverified_payload()).ok(),
    };
    let audience = match (audience, &own) {
        (Audience::Exactly(one), _) => one,
        (Audience::Any, Some(claims)) => &claims.aud,
        (Audience::Any, None) => return Err(refused(&"no claims of an access token").into()),
    };
    let expect = Expect {
        typ: Some(access_token::TYP),
        issuer: &app.config.server.issuer,
        audience,
        now,
        ahead: CLOCKS,
        expiry: Expiry::Required,
    };
    Ok(jwt::verify(&unverified, key.public(), &Algorithm::ALL, &expect).map_err(|why| refused(&why))?)
}

/// The claims of an access token of ours that lives, whomever it is meant for, with the scope that its client may have
/// today; `None` for anything else. Whether its grant lives was known at most one second ago.
pub async fn living(app: &App, token: &str, now: Timestamp) -> Result<Option<AccessTokenClaims>, Fault> {
    let (digest, changes) = (sha256(token.as_bytes()), app.cache.changes());
    let known = app.cache.is_believed().then(|| app.cache.verified(&digest)).flatten();
    if known.as_ref().is_some_and(|known| known.claims.exp <= now.seconds()) {
        return Ok(None);
    }
    let checked = known.as_ref().is_some_and(|known| app.cache.is_fresh(known.checked_at));
    let claims = match &known {
        Some(known) => known.claims.clone(),
        None => match verify(app, token, Audience::Any, now).await {
            Ok(claims) => claims,
            Err(Error::Refused(_)) => return Ok(None),
            Err(Error::Failed(fault)) => return Err(fault),
        },
    };
    let Some(client) = clients::find(app, &claims.client_id).await? else { return Ok(None) };
    if !checked {
        let checked_at = app.cache.ticks(); // before it is looked up
        let Some(behind) = behind(app, &claims, &client).await? else { return Ok(None) };
        let behind = behind.map_or_else(Behind::default, |given| Behind {
            grant: Some(given.grant),
            session: Some(given.session),
            person: Some(given.person),
        });
        let verified = VerifiedToken { claims: claims.clone(), behind, checked_at };
        app.cache.remember_verified(digest, Arc::new(verified), changes);
    }
    Ok(today(app, &client, claims))
}

/// What a token was issued on, if it still stands: its client, and its grant where it speaks of a person.
async fn behind(
    app: &App,
    claims: &AccessTokenClaims,
    client: &Client,
) -> Result<Option<Option<Authorization>>, Fault> {
    let Some(id) = issue::access_token::behind(app, &claims.jti) else { return Ok(None) };
    if claims.is_for_client() {
        return Ok((id == issue::access_token::incarnation(app, client)).then_some(None));
    }
    let found = grants::find_with_person(&app.db, id).await?.map(|(grant, _)| grant);
    let found = found.filter(|grant| !grant.is_revoked() && is_of(&grant.authorization, client));
    Ok(found.map(|grant| Some(grant.authorization)))
}

/// What counts today of an access token: the scope that its client may have still; `None` where it lost the resource.
fn today(app: &App, client: &Client, claims: AccessTokenClaims) -> Option<AccessTokenClaims> {
    let metadata = &client.metadata;
    let source = app.config.claims_sources.iter().any(|source| source.endpoint == claims.aud);
    if !source && claims.aud != app.config.server.issuer && !metadata.resources.contains(&claims.aud) {
        return None;
    }
    // A token for a source of claims names claims.
    let claim = |name: &str| source && scope_of(app, name).is_some_and(|value| metadata.scope.contains(value));
    let scope = claims.scope.filtered(|value| metadata.scope.contains(value) || claim(value));
    Some(AccessTokenClaims { scope, ..claims })
}
