//! Token introspection: RFC 7662, RFC 9701. A resource server learns of tokens that are meant for it, a client also of
//! those that it was issued; to anybody else a token is not active.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::Algorithm;
use crate::parts::client_authentication;
use crate::parts::client_authentication::ClientRequest;
use crate::parts::clients::Client;
use crate::parts::grants as ended;
use crate::parts::issue::access_token;
use crate::parts::issue::refresh_token;
use crate::parts::issue::refresh_token::RefreshToken;
use crate::parts::issue::subject;
use crate::parts::keyring;
use crate::parts::verified_token;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::introspection::Introspection;
use crate::protocol::oauth::introspection::IntrospectionClaims;
use crate::signing::keyring::Typ;
use crate::store::families;
use crate::store::grants;

/// In which form an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 7662 §2.2).
    Json,
    /// A signed JWT (RFC 9701 §5).
    Jwt,
}

/// An answer.
#[derive(Debug)]
pub enum IntrospectionResponse {
    /// JSON.
    Json(Box<Introspection>),
    /// A signed JWT.
    Jwt(String),
}

/// Answers an introspection request.
pub async fn answer(
    app: &App,
    request: &ClientRequest,
    format: Format,
    now: Timestamp,
) -> Result<IntrospectionResponse, Error> {
    let client = client_authentication::of(app, request, now).await?;
    if !client.metadata.is_confidential() {
        // §2.1: "the endpoint MUST also require some form of authorization": a name is none.
        return Err(OAuthError::invalid_client("introspection is for clients that authenticate").into());
    }
    let token = request.parameters.get("token");
    let token = token.ok_or_else(|| OAuthError::invalid_request("the parameter token is missing"))?;
    let found = look(app, &client, token, now).await?;
    if format == Format::Json && client.metadata.introspection_signed_response_alg.is_none() {
        return Ok(IntrospectionResponse::Json(Box::new(found)));
    }
    // RFC 9701 §6: "The default, if omitted, is RS256".
    let offered = &app.config.keys.algorithms;
    let default = offered.iter().find(|algorithm| **algorithm == Algorithm::Rs256).or(offered.first());
    let algorithm = client.metadata.introspection_signed_response_alg.or(default.copied());
    let algorithm = algorithm.ok_or_else(|| Fault::broken("keys.algorithms is empty"))?;
    let claims = IntrospectionClaims {
        iss: &app.config.server.issuer,
        aud: &client.id,
        iat: now.seconds(),
        token_introspection: &found,
    };
    let payload = serde_json::to_vec(&claims).map_err(Fault::broken)?;
    Ok(IntrospectionResponse::Jwt(keyring::sign(app, algorithm, Typ::Introspection, &payload, now).await?))
}

/// `token_type_hint` is not needed: the two kinds look different (§2.1).
async fn look(app: &App, client: &Client, token: &str, now: Timestamp) -> Result<Introspection, Fault> {
    if let Some(presented) = RefreshToken::open(app, token) {
        return Ok(look_at_refresh_token(app, client, presented, now).await?.unwrap_or_default());
    }
    let Some(claims) = verified_token::living(app, token, now).await? else { return Ok(Introspection::default()) };
    let meant_for_it = client.metadata.protected_resources.contains(&claims.aud);
    if !meant_for_it && claims.client_id != client.id {
        return Ok(Introspection::default());
    }
    let mut found = Introspection::from(claims);
    if meant_for_it && is_claims_source(app, client, &found) {
        found.sub = known_there(app, client, &found).await?;
    }
    Ok(found)
}

fn is_claims_source(app: &App, client: &Client, found: &Introspection) -> bool {
    let mut sources = app.config.claims_sources.iter();
    sources.any(|source| source.client == client.id && Some(&source.endpoint) == found.aud.as_ref())
}

/// The relying party's token names the person by its own identifier; the source learns the one of its own sector.
async fn known_there(app: &App, source: &Client, found: &Introspection) -> Result<Option<String>, Fault> {
    let Some(id) = found.jti.as_deref().and_then(|jti| access_token::behind(app, jti)) else { return Ok(None) };
    Ok(grants::find(&app.db, id).await?.map(|grant| subject::of(app, grant.authorization.person, source)))
}

/// A refresh token is told of to nobody but its client.
async fn look_at_refresh_token(
    app: &App,
    client: &Client,
    presented: RefreshToken,
    now: Timestamp,
) -> Result<Option<Introspection>, Fault> {
    let Some(grant) = families::find_enabled(&app.db, presented.family).await? else { return Ok(None) };
    let expires_at = refresh_token::expires_at(app, client, &grant);
    let is_current = grant.generation == presented.generation;
    let lives = ended::is_of(&grant.authorization, client)
        && !grant.is_revoked()
        && (is_current || refresh_token::is_in_grace(app, presented.generation, &grant, now))
        && expires_at > now;
    let today = ended::today(app, client, grant.authorization);
    Ok(today.filter(|today| lives && ended::is_offline(client, today)).map(|today| Introspection {
        active: true,
        sub: Some(subject::of(app, today.person, client)),
        scope: today.scope,
        client_id: Some(today.client),
        exp: Some(expires_at.seconds()),
        iat: Some(grant.created_at.seconds()),
        iss: Some(app.config.server.issuer.clone()),
        auth_time: Some(today.auth_time.seconds()),
        acr: Some(today.acr.as_str().to_owned()),
        ..Introspection::default()
    }))
}
