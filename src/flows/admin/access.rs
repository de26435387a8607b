//! Who asks something of the API: RFC 6750, RFC 8707. An access token of ours for this resource alone, whose bearer acts in
//! the office that it names.

use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::assurance::Acr;
use crate::identity::audit::By;
use crate::identity::authority::Act;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::parts::authority;
use crate::parts::counting;
use crate::parts::issue::access_token;
use crate::parts::verified_token;
use crate::parts::verified_token::Audience;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::access_token::AccessTokenClaims;
use crate::protocol::oauth::protected_resource;
use crate::protocol::oauth::scope::Scope;
use crate::store::grants;

/// Who asks, by what their token says.
#[derive(Clone, Debug)]
pub struct Caller {
    /// An official, or a client that acts by itself, in an office.
    pub by: By,
    /// What the token allows.
    pub scope: Scope,
    /// When the person signed in; a client that acts by itself does not.
    pub signed_in: Option<Timestamp>,
}

impl Caller {
    /// Whether the token allows an act.
    pub fn allows(&self, act: Act) -> bool {
        act.scopes().iter().any(|scope| self.scope.contains(scope))
    }

    /// Whether the person signed in lately enough for an act: what needs two officials, and the word of the second one, needs
    /// a fresh sign-in.
    pub fn is_fresh_for(&self, app: &App, act: Act, now: Timestamp) -> bool {
        !act.needs_a_fresh_sign_in() || self.signed_in.is_none_or(|at| now < at + *app.config.officials.fresh)
    }
}

/// The bearer of `token`. Whoever brings one of ours that is dead, or rests on too weak a sign-in, is in the trail.
pub async fn caller(app: &App, token: &str, now: Timestamp) -> Result<Caller, Error> {
    let Some(claims) = verified_token::living(app, token, now).await? else {
        dead(app, token, now).await?;
        return Err(unusable("expired, revoked or none of ours"));
    };
    if claims.aud != protected_resource::api(&app.config.server.issuer) {
        return Err(unusable("it is for another resource"));
    }
    if claims.office.as_deref().and_then(Office::parse).is_none() {
        return Err(unusable("it names no office"));
    }
    let by = behind(app, &claims).await?.ok_or_else(|| unusable("nobody stands behind it"))?;
    if !claims.is_for_client() && is_weak(app, &claims) {
        authority::tried(&app.acting(by), "by a sign-in that is weaker than officials need").await?;
        let text = "the sign-in behind the access token is weaker than officials need";
        return Err(OAuthError::new(ErrorCode::InsufficientUserAuthentication, text).into());
    }
    let signed_in = claims.auth_time.filter(|_| !claims.is_for_client()).map(Timestamp::from_seconds);
    Ok(Caller { by, scope: claims.scope, signed_in })
}

fn unusable(why: &'static str) -> Error {
    OAuthError::invalid_token("the access token is not valid here").because(why).into()
}

/// Keeps in the trail who comes with a token that was ended: he left, or somebody has it who should not.
async fn dead(app: &App, token: &str, now: Timestamp) -> Result<(), Fault> {
    let api = protected_resource::api(&app.config.server.issuer);
    let claims = match verified_token::verify(app, token, Audience::Exactly(&api), now).await {
        Ok(claims) => claims,
        Err(Error::Refused(_)) => return Ok(()),
        Err(Error::Failed(fault)) => return Err(fault),
    };
    match behind(app, &claims).await? {
        Some(by) => authority::tried(&app.acting(by), "with an access token that was ended").await,
        None => Ok(()),
    }
}

/// The person or the client behind a token, in the office that it names.
async fn behind(app: &App, claims: &AccessTokenClaims) -> Result<Option<By>, Fault> {
    let Some(office) = claims.office.as_deref().and_then(Office::parse) else { return Ok(None) };
    if claims.is_for_client() {
        return Ok(Some(By::official(Holder::Client(claims.client_id.clone()), office)));
    }
    let Some(grant) = access_token::behind(app, &claims.jti) else { return Ok(None) };
    let found = grants::find(&app.db, grant).await?;
    Ok(found.map(|grant| By::official(Holder::Person(grant.authorization.person), office)))
}

fn is_weak(app: &App, claims: &AccessTokenClaims) -> bool {
    claims.acr.as_deref().and_then(Acr::parse).is_none_or(|acr| acr < app.config.officials.acr)
}

/// Keeps in the trail what a caller's token does not let him do.
pub async fn tried(app: &App, what: &str) -> Result<(), Fault> {
    authority::tried(app, what).await
}

/// What is left to a caller in the present minute.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Requests of a minute.
    pub limit: u32,
    /// Those that are left of them.
    pub left: u32,
    /// When the next minute begins.
    pub rest: Duration,
}

/// Counts one request of a caller, and says whether it is answered still.
pub async fn count(app: &App, caller: &Caller, now: Timestamp) -> Result<(Allowance, bool), Fault> {
    let limit = app.config.officials.requests;
    let what = format!("api:{}", caller.by.actor.stored());
    let counted = counting::count(app, &what, MINUTE, now).await?;
    let left = u64::from(limit).saturating_sub(counted);
    let allowance = Allowance { limit, left: u32::try_from(left).unwrap_or(0), rest: counting::rest(MINUTE, now) };
    Ok((allowance, counted <= u64::from(limit)))
}

const MINUTE: Duration = Duration::from_secs(60);
