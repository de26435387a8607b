//! Authentication by an assertion that the client signed: RFC 7523 §3. It counts once, on whichever replica.

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::flows::client_keys;
use crate::flows::client_keys::Wanted;
use crate::flows::clients::Client;
use crate::protocol::oauth::private_key_jwt::ClientAssertion;
use crate::protocol::oauth::private_key_jwt::Used;
use crate::store::assertions::UsedAssertion;

/// Where clients authenticate. RFC 9126 §2: "the authorization server MUST accept its issuer identifier, token endpoint
/// URL, or pushed authorization request endpoint URL as values that identify it".
const ENDPOINTS: [&str; 2] = ["/token", "/par"];

/// Why the assertion does not prove that `client` presents it; `Ok(Ok(()))` if it does.
pub async fn check(app: &App, client: &Client, assertion: &str, now: Timestamp) -> Result<Result<(), String>, Fault> {
    let issuer = &app.config.server.issuer;
    let rules = ClientAssertion {
        client_id: &client.id,
        profile: client.metadata.profile,
        issuer,
        endpoints: &ENDPOINTS.map(|path| format!("{issuer}{path}")),
        now,
    };
    let wanted = Wanted { algorithms: &client.metadata.assertion_algorithms(), rules: &rules };
    let claims = match client_keys::verify(app, client, assertion, &wanted, now).await {
        Ok(claims) => claims,
        Err(why) => return Ok(Err(why.to_string())),
    };
    match used("assertion", client, &claims) {
        Some(used) if app.ledger.use_once(used).await? => Ok(Ok(())),
        _ => Ok(Err("the assertion was used before".into())),
    }
}

/// What is remembered of a JWT of a client that has `jti` and `exp`; `kind` keeps the kinds of JWT apart.
pub fn used(kind: &str, client: &Client, claims: &Map<String, Value>) -> Option<UsedAssertion> {
    let Used { jti, until } = Used::of(claims).ok()?;
    Some(UsedAssertion { digest: sha256(format!("{kind}\0{}\0{jti}", client.id).as_bytes()), until })
}
