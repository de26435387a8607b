//! What an access token of ours says, and whether it lives: for UserInfo, introspection and revocation.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::jose::jwa::Algorithm;
use crate::jose::jws;
use crate::jose::jwt;
use crate::jose::jwt::Expect;
use crate::jose::jwt::Expiry;
use crate::parts::clients;
use crate::parts::keyring;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::access_token;
use crate::protocol::oauth::access_token::AccessTokenClaims;
use crate::store::cache::VerifiedToken;
use crate::store::grants;

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
        leeway: Duration::ZERO,
        expiry: Expiry::Required,
    };
    Ok(jwt::verify(&unverified, key.public(), &Algorithm::ALL, &expect).map_err(|why| refused(&why))?)
}

/// The claims of an access token of ours that lives, whomever it is meant for; `None` for anything else. Whether its
/// grant lives was known at most one second ago.
pub async fn living(app: &App, token: &str, now: Timestamp) -> Result<Option<AccessTokenClaims>, Fault> {
    let digest = sha256(token.as_bytes());
    let known = app.cache.is_believed().then(|| app.cache.verified(&digest)).flatten();
    let claims = match known {
        Some(known) if known.claims.exp <= now.seconds() => return Ok(None),
        Some(known) if app.cache.is_fresh(known.checked_at) => return Ok(Some(known.claims.clone())),
        Some(known) => known.claims.clone(),
        None => match verify(app, token, Audience::Any, now).await {
            Ok(claims) => claims,
            Err(Error::Refused(_)) => return Ok(None),
            Err(Error::Failed(fault)) => return Err(fault),
        },
    };
    let checked_at = app.cache.ticks(); // before it is looked up
    let Some(Basis { person }) = basis(app, &claims).await? else { return Ok(None) };
    app.cache.remember_verified(digest, Arc::new(VerifiedToken { claims: claims.clone(), person, checked_at }));
    Ok(Some(claims))
}

/// On what a token was issued.
struct Basis {
    person: Option<Uuid>,
}

/// What a token was issued on, if it still stands: its client, and its grant where it speaks of a person.
async fn basis(app: &App, claims: &AccessTokenClaims) -> Result<Option<Basis>, Fault> {
    if clients::find(app, &claims.client_id).await?.is_none() {
        return Ok(None);
    }
    if claims.is_for_client() {
        return Ok(Some(Basis { person: None }));
    }
    let Some(id) = access_token::grant_of(&claims.jti) else { return Ok(None) };
    let found = grants::find_with_person(&app.db, id).await?.filter(|(grant, _)| !grant.is_revoked());
    Ok(found.map(|(grant, _)| Basis { person: Some(grant.person_id) }))
}
