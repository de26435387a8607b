//! What is encrypted to clients, and to us: OpenID Connect Core §10.2. What is signed too is signed first (§16.14).

use std::borrow::Cow;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::alg::encryption::EncryptionKey;
use crate::jose::jwe;
use crate::jose::jwe::Header;
use crate::parts::client_keys;
use crate::parts::clients::Client;
use crate::parts::keyring;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::client_metadata::Encryption;
use crate::signing::decryption;

/// A client's key, and how it wants things encrypted to it.
pub struct Recipient {
    key: EncryptionKey,
    encryption: Encryption,
}

/// What is encrypted.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A JWT, which makes the whole a nested one (RFC 7519 §5.2).
    Jwt(&'a str),
    /// Claims that are not signed.
    Claims(&'a [u8]),
}

/// The key of `client` for `encryption`, if it registered one. Perhaps somebody else's server is asked: never call it
/// with a transaction open, nor when it is too late to refuse.
pub async fn recipient(
    app: &App,
    client: &Client,
    encryption: Option<Encryption>,
    now: Timestamp,
) -> Result<Option<Recipient>, Error> {
    let Some(encryption) = encryption else { return Ok(None) };
    let refused = || OAuthError::invalid_request("there is no key of the client that this could be encrypted to");
    let keys = client_keys::encrypting(app, client, encryption.alg, now).await;
    let keys = keys.map_err(|why| refused().because(why))?;
    let jwk = keys.set().recipient(encryption.alg).ok_or_else(refused)?;
    let key = EncryptionKey::from_jwk(jwk).map_err(|why| refused().because(why))?;
    Ok(Some(Recipient { key, encryption }))
}

impl Recipient {
    /// The compact JWE. It names the key, because "if there are multiple keys in the referenced JWK Set document, a kid
    /// value MUST be provided" (OpenID Connect Core §10.2).
    pub fn encrypt(&self, app: &App, content: Content<'_>) -> Result<String, Fault> {
        let Encryption { alg, enc } = self.encryption;
        let (plain, cty) = match content {
            Content::Jwt(jwt) => (jwt.as_bytes(), Some("JWT".to_owned())),
            Content::Claims(claims) => (claims, None),
        };
        let header = Header { alg, enc, kid: self.key.jwk().kid().map(str::to_owned), typ: None, cty };
        jwe::encrypt(&header, &self.key, plain, &*app.entropy).map_err(Fault::broken)
    }
}

/// The JWS that `token` is, or that it holds encrypted to us: five parts are a JWE (RFC 7516 §9). `None`, whatever the
/// reason, where it cannot be had.
pub async fn opened<'a>(app: &App, token: &'a str, now: Timestamp) -> Result<Option<Cow<'a, str>>, Fault> {
    if token.split('.').count() != 5 {
        return Ok(Some(Cow::Borrowed(token)));
    }
    let Ok(encrypted) = jwe::decode(token) else { return Ok(None) };
    let plain = decryption::decrypt(keyring::current(app).await?, &encrypted, now).await?;
    Ok(plain.and_then(|plain| String::from_utf8(plain).ok()).map(Cow::Owned))
}
