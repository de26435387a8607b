//! A code becomes a grant exactly once: RFC 6749 §4.1.3, RFC 7636 §4.6.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::parts::clients::Client;
use crate::parts::grants as ended;
use crate::parts::grants::Whose;
use crate::parts::issue::code::Code;
use crate::parts::issue::id_token;
use crate::parts::issue::refresh_token::RefreshToken;
use crate::parts::issue::tokens;
use crate::parts::issue::tokens::Granted;
use crate::parts::issue::tokens::TokenResponse;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::resource_indicators;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::store::grants::NewGrant;

/// What the client presents.
#[allow(missing_docs)]
pub struct Redemption {
    pub code: String,
    pub redirect_uri: Option<String>,
    pub code_verifier: Option<String>,
    pub resources: Vec<String>,
}

/// Redeems a code.
pub async fn redeem(
    app: &App,
    client: &Client,
    redemption: Redemption,
    now: Timestamp,
) -> Result<TokenResponse, Error> {
    let code = open(app, client, &redemption)?;
    let too_late = match code.expires_at <= now {
        true => Some("the code has expired"),
        false => sessions::alive(app, code.session_id, now).await?.is_none().then_some("the person has signed out"),
    };
    if let Some(why) = too_late {
        revoke(app, client, &code, TWICE, now).await?; // what an earlier redemption bought, if there was one
        return Err(OAuthError::invalid_grant(why).into());
    }
    check(&code, &redemption, &app.config.server.issuer)?;
    let recipient = match id_token::recipient(app, client, now).await {
        Ok(recipient) => recipient,
        Err(error) => {
            revoke(app, client, &code, TWICE, now).await?; // as above
            return Err(error);
        }
    };
    let grant = grant_of(app, &code, now);
    if let Some((refusal, why)) = lost(app, grant.clone(), now).await? {
        revoke(app, client, &code, why, now).await?;
        return Err(OAuthError::invalid_grant(refusal).into());
    }
    let granted = Granted {
        grant: code.id,
        person: code.person_id,
        session: code.session_id,
        scope: code.scope,
        claims: &code.claims,
        resource: code.resource.as_deref(),
        nonce: code.nonce.as_deref(),
        auth_time: code.auth_time,
        acr: &code.acr,
        amr: &code.amr,
        refresh: grant.offline.then_some(RefreshToken { family: code.id, generation: 0 }),
        recipient,
    };
    Ok(tokens::issue(app, client, granted, now).await?)
}

/// The one write; why it bought nothing, if it did not, for the client and for the audit trail.
async fn lost(app: &App, grant: NewGrant, now: Timestamp) -> Result<Option<(&'static str, &'static str)>, Fault> {
    let session = grant.session_id;
    if !app.ledger.redeem(grant).await? {
        return Ok(Some(("the code was redeemed before; what it bought is revoked", TWICE)));
    }
    // A sign-out may have looked for services to tell before the grant was there.
    let ended = sessions::alive(app, session, now).await?.is_none();
    Ok(ended.then_some(("the person has signed out", "signed out while the code was redeemed")))
}

const TWICE: &str = "code redeemed twice";

/// A code of ours that was issued to this client.
fn open(app: &App, client: &Client, redemption: &Redemption) -> Result<Code, OAuthError> {
    let invalid = OAuthError::invalid_grant;
    let code = Code::open(app, &redemption.code).ok_or_else(|| invalid("the code is not one of ours"))?;
    if code.client_id != client.id {
        return Err(invalid("the code was issued to another client"));
    }
    Ok(code)
}

/// Everything that can be known before the one write.
fn check(code: &Code, redemption: &Redemption, issuer: &str) -> Result<(), OAuthError> {
    let invalid = OAuthError::invalid_grant;
    match &redemption.redirect_uri {
        Some(uri) if *uri == code.redirect_uri => {}
        Some(_) => return Err(invalid("the redirect_uri differs from that of the authorization request")),
        None => return Err(OAuthError::invalid_request("the parameter redirect_uri is missing")),
    }
    match (&code.code_challenge, &redemption.code_verifier) {
        (None, None) => {}
        (Some(challenge), Some(verifier)) if challenge.verify(verifier) => {}
        (Some(_), Some(_)) => return Err(invalid("the code_verifier does not match")),
        (Some(_), None) => return Err(invalid("the parameter code_verifier is missing")),
        (None, Some(_)) => return Err(invalid("a code_verifier without a code_challenge")), // RFC 9700 §2.1.1
    }
    resource_indicators::check(&redemption.resources, code.resource.as_deref(), issuer)
}

fn grant_of(app: &App, code: &Code, now: Timestamp) -> NewGrant {
    NewGrant {
        id: code.id,
        redemption_id: id::new(now, &*app.entropy),
        client_id: code.client_id.clone(),
        person_id: code.person_id,
        session_id: code.session_id,
        scope: code.scope.clone(),
        claims: code.claims.clone(),
        resource: code.resource.clone(),
        auth_time: code.auth_time,
        acr: code.acr.clone(),
        amr: code.amr.clone(),
        offline: code.scope.contains(OFFLINE_ACCESS),
        now,
    }
}

/// RFC 6749 §4.1.2: a second redemption revokes all that the first one bought.
async fn revoke(app: &App, client: &Client, code: &Code, why: &str, now: Timestamp) -> Result<(), Fault> {
    let whose = Whose { client: &client.id, person: code.person_id, session: code.session_id };
    ended::revoke(app, code.id, &whose, why, now).await
}
