//! How a client wants encrypted what it receives, and may encrypt what it sends: OpenID Connect Registration §2.

use super::ClientMetadata;
use super::validation::Wrong;
use crate::jose::jwa::ContentEncryption;
use crate::jose::jwa::KeyManagement;
use crate::jose::jwk::JwkSet;

/// How something is encrypted to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encryption {
    /// How the key travels.
    pub alg: KeyManagement,
    /// How the content is encrypted: "The default, if this value is not specified, is A128CBC-HS256."
    pub enc: ContentEncryption,
}

impl Encryption {
    fn registered(alg: Option<KeyManagement>, enc: Option<ContentEncryption>) -> Option<Self> {
        alg.map(|alg| Self { alg, enc: enc.unwrap_or(ContentEncryption::A128CbcHs256) })
    }
}

impl ClientMetadata {
    /// How its ID tokens are encrypted, if at all.
    pub fn id_token_encryption(&self) -> Option<Encryption> {
        Encryption::registered(self.id_token_encrypted_response_alg, self.id_token_encrypted_response_enc)
    }

    /// How its UserInfo is encrypted, if at all.
    pub fn userinfo_encryption(&self) -> Option<Encryption> {
        Encryption::registered(self.userinfo_encrypted_response_alg, self.userinfo_encrypted_response_enc)
    }

    pub(super) fn encryption(&self) -> Result<(), Wrong> {
        for (alg, enc, wrong) in [
            (
                self.id_token_encrypted_response_alg,
                self.id_token_encrypted_response_enc,
                ("id_token_encrypted_response_enc", "needs id_token_encrypted_response_alg beside it"),
            ),
            (
                self.userinfo_encrypted_response_alg,
                self.userinfo_encrypted_response_enc,
                ("userinfo_encrypted_response_enc", "needs userinfo_encrypted_response_alg beside it"),
            ),
            (
                self.request_object_encryption_alg,
                self.request_object_encryption_enc,
                ("request_object_encryption_enc", "needs request_object_encryption_alg beside it"),
            ),
        ] {
            if alg.is_none() && enc.is_some() {
                return Err((wrong.0, wrong.1.into()));
            }
        }
        self.recipient("id_token_encrypted_response_alg", self.id_token_encrypted_response_alg)?;
        self.recipient("userinfo_encrypted_response_alg", self.userinfo_encrypted_response_alg)
    }

    /// What is registered by value must have a key to encrypt to; what is published somewhere may come to have one.
    fn recipient(&self, member: &'static str, alg: Option<KeyManagement>) -> Result<(), Wrong> {
        let Some(alg) = alg else { return Ok(()) };
        match (&self.jwks, &self.jwks_uri) {
            (Some(jwks), _) if !JwkSet::from_value(jwks).is_ok_and(|set| set.recipient(alg).is_some()) => {
                Err((member, format!("jwks has no key that something could be encrypted to by {alg}")))
            }
            (None, None) => Err((member, "needs jwks or jwks_uri".into())),
            _ => Ok(()),
        }
    }
}
