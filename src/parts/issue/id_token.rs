//! ID tokens: OpenID Connect Core §2.

use serde_json::Map;

use super::claims::Concerning;
use super::subject;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authorization::Authorization;
use crate::parts::clients::Client;
use crate::parts::encryption;
use crate::parts::encryption::Content;
use crate::parts::encryption::Recipient;
use crate::parts::keyring;
use crate::parts::people;
use crate::protocol::error::Error;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims;
use crate::protocol::oidc::id_token::IdTokenClaims;
use crate::protocol::oidc::id_token::at_hash;
use crate::signing::keyring::Typ;

/// What an ID token speaks of.
#[allow(missing_docs)]
pub struct Basis<'a> {
    pub authorization: &'a Authorization,
    pub access_token: &'a str,
    /// To whom it is encrypted.
    pub recipient: Option<&'a Recipient>,
}

/// To whom the ID tokens of `client` are encrypted, if at all; to be known before a code or a refresh token is used up.
pub async fn recipient(app: &App, client: &Client, now: Timestamp) -> Result<Option<Recipient>, Error> {
    encryption::recipient(app, client, client.metadata.id_token_encryption(), now).await
}

/// Issues an ID token to `client`, signed and encrypted as the client is registered.
pub async fn issue(app: &App, client: &Client, basis: Basis<'_>, now: Timestamp) -> Result<String, Fault> {
    let algorithm = client.metadata.id_token_alg();
    let lifetime = ClientMetadata::lifetime(client.metadata.lifetimes.id_token, *app.config.tokens.id_token);
    let given = basis.authorization;
    let more = if given.claims.id_token.is_empty() {
        Map::new()
    } else {
        let person = people::find(app, given.person).await?.unwrap_or_default();
        let mut more = claims::for_id_token(&person.claims, &given.claims);
        let concerning = Concerning { client, authorization: given };
        let wished = (&Scope::default(), |name: &str| given.claims.id_token.contains_key(name));
        super::claims::refer(app, &mut more, wished, &concerning, now).await?;
        more
    };
    let claims = IdTokenClaims {
        iss: &app.config.server.issuer,
        sub: &subject::of(app, given.person, client),
        aud: &client.id,
        exp: (now + lifetime).seconds(),
        iat: now.seconds(),
        auth_time: given.auth_time.seconds(),
        nonce: given.nonce.as_deref(),
        acr: given.acr.as_str(),
        amr: given.amr.iter().collect(),
        sid: &subject::session(app, given.session, client),
        at_hash: &at_hash(basis.access_token, algorithm),
        more,
    };
    let payload = serde_json::to_vec(&claims).map_err(Fault::broken)?;
    let signed = keyring::sign(app, algorithm, Typ::IdToken, &payload, now).await?;
    match basis.recipient {
        Some(recipient) => recipient.encrypt(app, Content::Jwt(&signed)),
        None => Ok(signed),
    }
}
