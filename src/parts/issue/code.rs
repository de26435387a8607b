//! Authorization codes: sealed values, not rows. RFC 6749 §4.1.2: bound to the client and the redirect URI, short-lived.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::identity::assurance::Acr;
use crate::identity::authorization::Authorization;
use crate::parts::clients::Client;
use crate::parts::sealed::Sealed;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::pkce::Challenge;
use crate::store::sessions::Session;

/// What a code says to us and to nobody else.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Code {
    #[serde(flatten)]
    pub authorization: Authorization,
    pub redirect_uri: String,
    pub code_challenge: Option<Challenge>,
    pub expires_at: Timestamp,
}

impl Sealed for Code {
    const PURPOSE: Purpose = Purpose("code");
}

impl Code {
    /// The code that answers `request` in `session`, and becomes `grant`.
    pub fn new(
        grant: Uuid,
        client: &Client,
        request: AuthorizationRequest,
        session: &Session,
        expires_at: Timestamp,
    ) -> Self {
        // OpenID Connect Core §5.5.1.1: "the Authorization Server MUST return an acr Claim Value that matches one of the
        // requested values", where they are essential.
        let named = request.claims.essential_acr().unwrap_or_default();
        let answered = named.into_iter().filter_map(Acr::parse).filter(|class| *class <= session.acr()).max();
        let answered = answered.unwrap_or_else(|| session.acr());
        let authorization = Authorization {
            grant,
            person: session.person_id,
            session: session.id,
            client: request.client_id,
            client_epoch: client.epoch,
            scope: request.scope,
            claims: request.claims,
            resource: request.resource,
            nonce: request.nonce,
            auth_time: session.auth_time(),
            acr: answered,
            amr: session.amr(),
        };
        let AuthorizationRequest { redirect_uri, code_challenge, .. } = request;
        Self { authorization, redirect_uri, code_challenge, expires_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_the_first_version_opens_and_the_first_version_opens_ours() {
        let former = r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","client_id":"c","client_epoch":4,"redirect_uri":"https://c.example",
            "session_id":"01890a5d-ac96-774b-bcce-b302099a8058","person_id":"01890a5d-ac96-774b-bcce-b302099a8059",
            "scope":"openid","nonce":null,"code_challenge":null,"auth_time":5,"acr":"urn:motcua:acr:1","amr":"pwd",
            "claims":{},"resource":null,"expires_at":6}"#;
        let code: Code = serde_json::from_str(former).unwrap();
        assert_eq!((code.authorization.client.as_str(), code.authorization.amr.to_string()), ("c", "pwd".to_owned()));
        let ours = serde_json::to_value(&code).unwrap();
        let members = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(former).unwrap();
        assert!(members.iter().all(|(name, value)| ours.get(name) == Some(value)), "{ours}");
    }
}
