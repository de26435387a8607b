//! What others encrypted to us: RFC 7516 §5.2. Any of our keys decrypts while it is published.

use super::keyring::Keyring;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyManagement;
use crate::jose::jwe::Encrypted;

/// What our keys that decrypt are made for: one of RSA, and one of P-256 that serves every algorithm of agreement.
pub const ALGORITHMS: [KeyManagement; 2] = [KeyManagement::RsaOaep256, KeyManagement::EcdhEs];

/// The plain text; `None`, whatever the reason, where it cannot be had.
pub async fn decrypt(keyring: &Keyring, encrypted: &Encrypted<'_>, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
    let header = encrypted.header();
    for key in keyring.decrypters(header.alg, header.kid.as_deref(), now).await? {
        if let Some(plain) = key.decrypt(encrypted).await? {
            return Ok(Some(plain));
        }
    }
    Ok(None)
}
