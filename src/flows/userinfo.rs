//! UserInfo: OpenID Connect Core §5.3. A verified token is remembered by its digest; whether its grant lives was known at
//! most one second ago.

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::authorization::Authorization;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::encryption;
use crate::parts::encryption::Content;
use crate::parts::grants as ended;
use crate::parts::issue;
use crate::parts::issue::access_token;
use crate::parts::issue::claims::Concerning;
use crate::parts::keyring;
use crate::parts::people;
use crate::parts::verified_token;
use crate::parts::verified_token::Audience;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::access_token::AccessTokenClaims;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims;
use crate::signing::keyring::Typ;
use crate::store::cache::Behind;
use crate::store::cache::KnownToken;
use crate::store::grants;

/// What a bearer of `token` receives.
pub async fn answer(app: &App, token: &str, now: Timestamp) -> Result<Arc<KnownToken>, Error> {
    let (digest, changes) = (sha256(token.as_bytes()), app.cache.changes());
    let known = app.cache.is_believed().then(|| app.cache.token(&digest)).flatten();
    if let Some(known) = &known {
        if known.claims.exp <= now.seconds() {
            return Err(dead("expired").into());
        }
        if app.cache.is_fresh(known.checked_at) {
            return Ok(Arc::clone(known));
        }
    }
    let claims = match known {
        Some(known) => known.claims.clone(),
        None => verify(app, token, now).await?,
    };
    let fresh = Arc::new(read(app, claims, now).await?);
    app.cache.remember_token(digest, Arc::clone(&fresh), changes);
    Ok(fresh)
}

/// The claims of an access token of ours that is meant for ourselves.
async fn verify(app: &App, token: &str, now: Timestamp) -> Result<AccessTokenClaims, Error> {
    let ourselves = Audience::Exactly(&app.config.server.issuer);
    let claims = verified_token::verify(app, token, ourselves, now).await?;
    check_scope(&claims.scope)?;
    Ok(claims)
}

fn check_scope(scope: &Scope) -> Result<(), OAuthError> {
    if scope.contains(OPENID) {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::InsufficientScope, "the token was issued without the scope openid"))
}

async fn read(app: &App, claims: AccessTokenClaims, now: Timestamp) -> Result<KnownToken, Error> {
    let checked_at = app.cache.ticks(); // before it is looked up
    let id = access_token::behind(app, &claims.jti).ok_or_else(|| dead("no grant"))?;
    let (grant, data) = grants::find_with_person(&app.db, id).await?.ok_or_else(|| dead("no grant"))?;
    if grant.is_revoked() {
        return Err(dead("revoked").into());
    }
    let client = clients::find(app, &claims.client_id).await?.ok_or_else(|| dead("its client is gone"))?;
    if !ended::is_of(&grant.authorization, &client) {
        return Err(dead("its client is another").into());
    }
    let given = Authorization { scope: claims.scope.clone(), resource: None, ..grant.authorization };
    let today = ended::today(app, &client, given).ok_or_else(|| dead("nothing is left"))?;
    check_scope(&today.scope)?;
    let person = people::open(app, &data)?;
    let wishes = &today.claims;
    let mut body = claims::for_userinfo(&person.claims, &today.scope, wishes);
    let concerning = Concerning { client: &client, authorization: &today };
    let wished = (&today.scope, |name: &str| wishes.userinfo.contains_key(name));
    issue::claims::refer(app, &mut body, wished, &concerning, now).await?;
    body.insert("sub".into(), Value::String(claims.sub.clone()));
    let (userinfo, media_type) = encode(app, &client, body, now).await?;
    let behind = Behind { grant: Some(id), session: Some(today.session), person: Some(today.person) };
    Ok(KnownToken { claims, userinfo, media_type, behind, checked_at })
}

/// The claims as the client is registered: plain, signed, encrypted, or both, and their media type (§5.3.2).
async fn encode(
    app: &App,
    client: &Client,
    mut body: Map<String, Value>,
    now: Timestamp,
) -> Result<(Vec<u8>, &'static str), Error> {
    const JWT: &str = "application/jwt";
    let text = |body: &Map<String, Value>| serde_json::to_vec(body).map_err(Fault::broken);
    let recipient = encryption::recipient(app, client, client.metadata.userinfo_encryption(), now).await?;
    let Some(algorithm) = client.metadata.userinfo_signed_response_alg else {
        let claims = text(&body)?;
        let Some(recipient) = recipient else { return Ok((claims, "application/json")) };
        return Ok((recipient.encrypt(app, Content::Claims(&claims))?.into_bytes(), JWT));
    };
    body.insert("iss".into(), app.config.server.issuer.clone().into());
    body.insert("aud".into(), client.id.clone().into());
    let signed = keyring::sign(app, algorithm, Typ::UserInfo, &text(&body)?, now).await?;
    let whole = match recipient {
        Some(recipient) => recipient.encrypt(app, Content::Jwt(&signed))?,
        None => signed,
    };
    Ok((whole.into_bytes(), JWT))
}

fn dead(why: &str) -> OAuthError {
    OAuthError::invalid_token("the access token is not valid").because(why)
}
