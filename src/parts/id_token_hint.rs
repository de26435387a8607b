//! ID tokens that come back as a hint: OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2. One of ours counts when it has
//! expired too, and when its key has had its time.

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::jose::jwa::Algorithm;
use crate::jose::jws;
use crate::jose::jwt;
use crate::jose::jwt::Expect;
use crate::jose::jwt::Expiry;
use crate::parts::encryption;
use crate::parts::keyring;
use crate::parts::verified_token::CLOCKS;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;

/// What came as a hint; whether it is one, [`Self::subject`] knows.
pub struct Hint(String);

impl Hint {
    /// Reads `id_token_hint`. "The Client MAY re-encrypt the signed ID token to the Authentication Server" (Core §3.1.2.1).
    pub async fn open(app: &App, text: &str, now: Timestamp) -> Result<Self, Error> {
        Ok(Self(encryption::opened(app, text, now).await?.ok_or_else(refused)?.into_owned()))
    }

    /// To which client it claims to have been issued.
    pub fn claimed_audience(&self) -> Option<String> {
        let claims: Map<String, Value> =
            serde_json::from_slice(jws::decode(&self.0).ok()?.unverified_payload()).ok()?;
        claims.get("aud")?.as_str().map(str::to_owned)
    }

    /// Of whom it speaks, if it is an ID token that we issued to `client_id`.
    pub async fn subject(&self, app: &App, client_id: &str, now: Timestamp) -> Result<String, Error> {
        let unverified = jws::decode(&self.0).map_err(|why| refused().because(why))?;
        let kid = unverified.header().kid.clone().unwrap_or_default();
        let key = keyring::current(app).await?.known(&kid, now).await?.ok_or_else(refused)?;
        let expect = Expect {
            typ: None,
            issuer: &app.config.server.issuer,
            audience: client_id,
            now,
            ahead: CLOCKS,
            expiry: Expiry::MayHavePassed,
        };
        let claims: Map<String, Value> =
            jwt::verify(&unverified, key.public(), &Algorithm::ALL, &expect).map_err(|why| refused().because(why))?;
        Ok(claims.get("sub").and_then(Value::as_str).ok_or_else(refused)?.to_owned())
    }
}

/// The hint is not what it should be.
pub fn refused() -> OAuthError {
    OAuthError::invalid_request("id_token_hint is not an ID token that we issued to this client")
}
