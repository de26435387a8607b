//! Access tokens: RFC 9068.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::Algorithm;
use crate::parts::clients::Client;
use crate::parts::keyring;
use crate::protocol::oauth::access_token::AccessTokenClaims;
use crate::protocol::oauth::access_token::jti;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::protocol::oauth::scope::Scope;
use crate::signing::keyring::Typ;

/// A token and how long it lives, in seconds.
pub struct Issued {
    /// The JWT.
    pub token: String,
    /// `expires_in`.
    pub expires_in: u64,
}

/// What a token is issued on.
pub struct Basis<'a> {
    /// The grant, whose death is the token's; any other id for tokens without a person.
    pub grant: uuid::Uuid,
    /// Whom it speaks of.
    pub sub: String,
    /// What it allows.
    pub scope: Scope,
    /// The resource that it is for; ourselves where absent.
    pub resource: Option<&'a str>,
    /// How the person signed in, where there is one.
    pub sign_in: Option<SignIn<'a>>,
}

/// How the person signed in.
#[allow(missing_docs)]
pub struct SignIn<'a> {
    pub auth_time: Timestamp,
    pub acr: &'a str,
    pub amr: &'a str,
    pub session: uuid::Uuid,
}

/// Every access token is signed by this: resource servers read it, not the client.
const ALGORITHM: Algorithm = Algorithm::Es256;

/// Issues an access token to `client`.
pub async fn issue(app: &App, client: &Client, basis: Basis<'_>, now: Timestamp) -> Result<Issued, Fault> {
    let lifetime = ClientMetadata::lifetime(client.metadata.lifetimes.access_token, *app.config.tokens.access_token);
    let issuer = &app.config.server.issuer;
    let sign_in = basis.sign_in.as_ref();
    let claims = AccessTokenClaims {
        iss: issuer.clone(),
        sub: basis.sub,
        aud: basis.resource.unwrap_or(issuer).to_owned(),
        exp: (now + lifetime).seconds(),
        iat: now.seconds(),
        jti: jti(basis.grant, app.entropy.bytes()),
        client_id: client.id.clone(),
        scope: basis.scope,
        auth_time: sign_in.map(|sign_in| sign_in.auth_time.seconds()),
        acr: sign_in.map(|sign_in| sign_in.acr.to_owned()),
        amr: sign_in.map(|sign_in| sign_in.amr.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
        sid: sign_in.map(|sign_in| sign_in.session.to_string()),
    };
    let payload = serde_json::to_vec(&claims).map_err(Fault::broken)?;
    let token = keyring::sign(app, ALGORITHM, Typ::AccessToken, &payload, now).await?;
    Ok(Issued { token, expires_in: lifetime.as_secs() })
}
