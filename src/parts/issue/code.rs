//! Authorization codes: sealed values, not rows. RFC 6749 §4.1.2: bound to the client and the redirect URI, short-lived.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::id;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::parts::sealed::Sealed;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::pkce::Challenge;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;
use crate::store::sessions::Session;

/// What a code says to us and to nobody else.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Code {
    pub id: Uuid,
    pub client_id: String,
    pub redirect_uri: String,
    pub session_id: Uuid,
    pub person_id: Uuid,
    pub scope: Scope,
    pub nonce: Option<String>,
    pub code_challenge: Option<Challenge>,
    pub auth_time: Timestamp,
    pub acr: String,
    pub amr: String,
    pub claims: ClaimsRequest,
    pub resource: Option<String>,
    pub expires_at: Timestamp,
}

impl Sealed for Code {
    const PURPOSE: Purpose = Purpose("code");
}

impl Code {
    /// The code that answers `request` in `session`.
    pub fn new(app: &App, request: AuthorizationRequest, session: &Session, now: Timestamp) -> Self {
        Self {
            id: id::new(now, &*app.entropy),
            client_id: request.client_id,
            redirect_uri: request.redirect_uri,
            session_id: session.id,
            person_id: session.person_id,
            scope: request.scope,
            nonce: request.nonce,
            code_challenge: request.code_challenge,
            auth_time: session.auth_time(),
            acr: session.acr.clone(),
            amr: session.amr.clone(),
            claims: request.claims,
            resource: request.resource,
            expires_at: now + *app.config.tokens.code,
        }
    }
}
