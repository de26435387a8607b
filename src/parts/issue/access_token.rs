//! Access tokens: RFC 9068.

use uuid::Uuid;

use super::subject;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::identity::authorization::Subject;
use crate::jose::jwa::Algorithm;
use crate::parts::clients::Client;
use crate::parts::keyring;
use crate::protocol::oauth::access_token;
use crate::protocol::oauth::access_token::AccessTokenClaims;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::protocol::oauth::resource_indicators;
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
    /// Of whom it speaks.
    pub subject: Subject<'a>,
    /// What it allows.
    pub scope: Scope,
    /// The resource that it is for, with the office where it is our API; ourselves where absent.
    pub resource: Option<&'a str>,
}

/// Every access token is signed by this: resource servers read it, not the client.
const ALGORITHM: Algorithm = Algorithm::Es256;

/// What the `jti` of a token of ours names: a grant, or the incarnation of a client.
pub fn behind(app: &App, jti: &str) -> Option<Uuid> {
    access_token::behind(jti).map(|(hidden, salt)| app.data_keys.jti.show_with(hidden, salt))
}

/// What the `jti` of a token names that speaks of the client itself: not a grant but the incarnation of the client (a UUID
/// of version 8, which no grant has).
pub fn incarnation(app: &App, client: &Client) -> Uuid {
    let key = app.data_keys.refresh.expose();
    let mac = hmac_sha256(key, &[b"client-incarnation", &client.epoch.to_be_bytes(), client.id.as_bytes()]);
    let front = mac.first_chunk::<16>().copied().unwrap_or_default();
    uuid::Builder::from_custom_bytes(front).into_uuid()
}

/// Issues an access token to `client`.
pub async fn issue(app: &App, client: &Client, basis: Basis<'_>, now: Timestamp) -> Result<Issued, Fault> {
    let lifetime = ClientMetadata::lifetime(client.metadata.lifetimes.access_token, *app.config.tokens.access_token);
    let issuer = &app.config.server.issuer;
    let (sub, front, sign_in) = match basis.subject {
        Subject::Person(given) => (subject::of(app, given.person, client), given.grant, Some(given)),
        Subject::Occasion { of, sub } => (sub.to_owned(), of.grant, None),
        Subject::Client => (client.id.clone(), incarnation(app, client), None),
    };
    let (aud, office) = basis.resource.map_or((&**issuer, None), resource_indicators::split);
    let salt = app.entropy.bytes();
    let claims = AccessTokenClaims {
        iss: issuer.clone(),
        sub,
        aud: aud.to_owned(),
        exp: (now + lifetime).seconds(),
        iat: now.seconds(),
        jti: access_token::jti(app.data_keys.jti.hide_with(front, salt), salt),
        client_id: client.id.clone(),
        scope: basis.scope,
        auth_time: sign_in.map(|given| given.auth_time.seconds()),
        acr: sign_in.map(|given| given.acr.as_str().to_owned()),
        amr: sign_in.map(|given| given.amr.iter().map(str::to_owned).collect()).unwrap_or_default(),
        sid: sign_in.map(|given| subject::session(app, given.session, client)),
        office: office.map(str::to_owned),
    };
    let payload = serde_json::to_vec(&claims).map_err(Fault::broken)?;
    let token = keyring::sign(app, ALGORITHM, Typ::AccessToken, &payload, now).await?;
    Ok(Issued { token, expires_in: lifetime.as_secs() })
}
