//! A code becomes a grant exactly once: RFC 6749 §4.1.3, RFC 7636 §4.6.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authorization::Authorization;
use crate::parts::clients::Client;
use crate::parts::consents;
use crate::parts::figures;
use crate::parts::grants as ended;
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
    let given = &code.authorization;
    let too_late = match code.expires_at <= now {
        true => Some("the code has expired"),
        false => sessions::alive(app, given.session, now).await?.is_none().then_some(SIGNED_OUT),
    };
    if let Some(why) = too_late {
        ended::revoke(app, given, TWICE, now).await?; // what an earlier redemption bought, if there was one
        return Err(OAuthError::invalid_grant(why).into());
    }
    check(&code, &redemption, &app.config.server.issuer)?;
    if !client.metadata.is_redirect_uri(&code.redirect_uri) {
        return Err(OAuthError::invalid_grant("the address to which the code went was taken from the client").into());
    }
    let today = ended::today(app, client, given.clone()).ok_or_else(ended::resource_lost)?;
    let recipient = match id_token::recipient(app, client, now).await {
        Ok(recipient) => recipient,
        Err(error) => {
            ended::revoke(app, given, TWICE, now).await?; // as above
            return Err(error);
        }
    };
    let offline = ended::is_offline(client, &today);
    if let Some(why) = lost(app, client, given, offline, now).await? {
        return Err(OAuthError::invalid_grant(why).into());
    }
    let refresh = offline.then_some(RefreshToken { family: today.grant, generation: 0 });
    Ok(tokens::issue(app, client, Granted { authorization: today, refresh, recipient }, now).await?)
}

/// RFC 6749 §4.1.2: a second redemption revokes all that the first one bought.
const TWICE: &str = "code redeemed twice";
const SIGNED_OUT: &str = "the person has signed out, or may not sign in any more";

/// The one write; why it bought nothing, if it did not.
async fn lost(
    app: &App,
    client: &Client,
    given: &Authorization,
    offline: bool,
    now: Timestamp,
) -> Result<Option<&'static str>, Fault> {
    let redemption_id = app.figures.attempt(now, &*app.entropy);
    let grant = NewGrant { authorization: given.clone(), redemption_id, offline, now };
    if !app.ledger.redeem(grant).await? {
        ended::revoke(app, given, TWICE, now).await?;
        return Ok(Some(
            "the code was redeemed before, or its person may not sign in any more: what it bought is revoked",
        ));
    }
    figures::signed_in(app, given, redemption_id);
    // A withdrawal may have looked for grants to revoke before this one was there.
    if !consents::allow(app, client, given).await? {
        ended::revoke(app, given, "consent was withdrawn before the code was redeemed", now).await?;
        return Ok(Some("the person has withdrawn consent"));
    }
    // A sign-out may have looked for services to tell before the grant was there.
    if sessions::alive(app, given.session, now).await?.is_none() {
        ended::revoke(app, given, "the session ended while the code was redeemed", now).await?;
        return Ok(Some(SIGNED_OUT));
    }
    Ok(None)
}

/// A code of ours that was issued to this client.
fn open(app: &App, client: &Client, redemption: &Redemption) -> Result<Code, OAuthError> {
    let invalid = OAuthError::invalid_grant;
    let code = Code::open(app, &redemption.code).ok_or_else(|| invalid("the code is not one of ours"))?;
    if code.authorization.client != client.id {
        return Err(invalid("the code was issued to another client"));
    }
    if !ended::is_of(&code.authorization, client) {
        return Err(invalid("the code was issued to a client that had the name before"));
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
    resource_indicators::check(&redemption.resources, code.authorization.resource.as_deref(), issuer)
}
