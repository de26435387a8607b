//! ID tokens that come back as a hint: OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2. One of ours counts when it has
//! expired too, and when its key has had its time.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::flows::keyring;
use crate::jose::jwa::Algorithm;
use crate::jose::jws;
use crate::jose::jwt;
use crate::jose::jwt::Expect;
use crate::jose::jwt::Expiry;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;

/// Of whom an ID token that we issued to `client_id` speaks.
pub async fn subject(app: &App, hint: &str, client_id: &str, now: Timestamp) -> Result<String, Error> {
    let refused = || OAuthError::invalid_request("id_token_hint is not an ID token that we issued to this client");
    let unverified = jws::decode(hint).map_err(|why| refused().because(why))?;
    let kid = unverified.header().kid.clone().unwrap_or_default();
    let key = keyring::current(app, now).await?.known(&kid, now).await?.ok_or_else(refused)?;
    let expect = Expect {
        typ: None,
        issuer: &app.config.server.issuer,
        audience: client_id,
        now,
        leeway: Duration::ZERO,
        expiry: Expiry::MayHavePassed,
    };
    let claims: Map<String, Value> =
        jwt::verify(&unverified, key.public(), &Algorithm::ALL, &expect).map_err(|why| refused().because(why))?;
    Ok(claims.get("sub").and_then(Value::as_str).ok_or_else(refused)?.to_owned())
}

/// To which client a hint claims to have been issued; whether it was, [`subject`] knows.
pub fn claimed_audience(hint: &str) -> Option<String> {
    let claims: Map<String, Value> = serde_json::from_slice(jws::decode(hint).ok()?.unverified_payload()).ok()?;
    claims.get("aud")?.as_str().map(str::to_owned)
}
