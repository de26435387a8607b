//! Authentication by an assertion that the client signed: RFC 7523 §3. It counts once, on whichever replica.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::client_keys;
use crate::parts::client_keys::Wanted;
use crate::parts::clients::Client;
use crate::protocol::oauth::private_key_jwt::ClientAssertion;

/// Where clients authenticate. RFC 9126 §2: "the authorization server MUST accept its issuer identifier, token endpoint
/// URL, or pushed authorization request endpoint URL as values that identify it".
const ENDPOINTS: [&str; 4] = ["/token", "/par", "/introspect", "/revoke"];

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
    match client_keys::used("assertion", client, &claims) {
        Some(used) if app.ledger.use_once(used).await? => Ok(Ok(())),
        _ => Ok(Err("the assertion was used before".into())),
    }
}
