//! JSON Web Encryption in compact serialization: RFC 7516 §7.1. Embedded keys, certificates and key URLs are never
//! looked at, save the ephemeral key of an agreement.

mod header;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use self::header::Agreement;
pub use self::header::Header;
use super::alg::KeyError;
use super::alg::content::Content;
use super::alg::encryption::Arrived;
use super::alg::encryption::DecryptionKey;
use super::alg::encryption::EncryptionKey;
use crate::base::random::Entropy;
use crate::base::secret::Secret;
use crate::base::secret::from_base64url;

/// Encrypts `plain` to `key` as `header` says (§5.1).
pub fn encrypt(header: &Header, key: &EncryptionKey, plain: &[u8], entropy: &dyn Entropy) -> Result<String, JweError> {
    let Header { alg, enc, .. } = *header;
    let sent = key.send(alg, enc, random(enc.key_bytes(), entropy))?;
    let mut compact = header.encode(sent.epk.as_ref());
    let iv = random(enc.iv_bytes(), entropy);
    let content = Content { enc, key: sent.cek.expose(), iv: iv.expose(), aad: compact.as_bytes() };
    let (ciphertext, tag) = content.seal(plain)?;
    for part in [&sent.encrypted_key, iv.expose(), &ciphertext, &tag] {
        compact.push('.');
        URL_SAFE_NO_PAD.encode_string(part, &mut compact);
    }
    Ok(compact)
}

/// Reads a compact serialization.
pub fn decode(compact: &str) -> Result<Encrypted<'_>, JweError> {
    if compact.len() > MAX_COMPACT {
        return Err(JweError::TooLong);
    }
    let mut parts = compact.split('.');
    let [Some(protected), Some(encrypted_key), Some(iv), Some(ciphertext), Some(tag), None] =
        std::array::from_fn(|_| parts.next())
    else {
        return Err(JweError::Malformed);
    };
    if protected.len() > MAX_HEADER {
        return Err(JweError::TooLong);
    }
    let (header, agreement) = Header::decode(protected)?;
    let bytes = |part| from_base64url(part).ok_or(JweError::Malformed);
    let (encrypted_key, iv, ciphertext, tag) = (bytes(encrypted_key)?, bytes(iv)?, bytes(ciphertext)?, bytes(tag)?);
    Ok(Encrypted { header, agreement, protected, encrypted_key, iv, ciphertext, tag })
}

/// A well-formed JWE that nobody has decrypted.
#[derive(Clone, Debug)]
pub struct Encrypted<'a> {
    header: Header,
    agreement: Agreement,
    protected: &'a str,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

impl Encrypted<'_> {
    /// The header, by which a key is chosen.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The plain text (§5.2). Whatever fails, the answer is the same.
    pub fn decrypt(&self, key: &DecryptionKey, entropy: &dyn Entropy) -> Result<Vec<u8>, JweError> {
        let Header { alg, enc, .. } = self.header;
        let Agreement { epk, apu, apv } = &self.agreement;
        let arrived = Arrived { alg, enc, encrypted_key: &self.encrypted_key, epk: epk.as_ref(), apu, apv };
        let opened = key.receive(&arrived, random(enc.key_bytes(), entropy)).and_then(|cek| {
            let content = Content { enc, key: cek.expose(), iv: &self.iv, aad: self.protected.as_bytes() };
            content.open(&self.ciphertext, &self.tag)
        });
        opened.or(Err(JweError::NotDecrypted))
    }
}

fn random(length: usize, entropy: &dyn Entropy) -> Secret<Vec<u8>> {
    let mut bytes = vec![0; length];
    entropy.fill(&mut bytes);
    Secret::new(bytes)
}

/// Holds a JWS of the greatest length that [`super::jws`] reads.
const MAX_COMPACT: usize = 96 * 1024;
const MAX_HEADER: usize = 8 * 1024;

/// Why a JWE is refused, or could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Over 96 KiB, or a header over 8 KiB.
    #[error("the token is too long")]
    TooLong,
    /// Not five parts of base64url without padding.
    #[error("the token is not a compact JWE")]
    Malformed,
    /// Not a JSON object without repeated names, or one whose members have the wrong types.
    #[error("the header is malformed")]
    Header,
    /// `crit`.
    #[error("the header asks for an extension that is not offered")]
    Critical,
    /// `zip`: what is compressed shows its content by its length, and may be larger than it looks.
    #[error("compression is not offered")]
    Compressed,
    /// An `alg` or `enc` that we do not take.
    #[error("the algorithm is not offered")]
    UnknownAlgorithm,
    /// Not encrypted to this key, not by these algorithms, or changed since.
    #[error("the token could not be decrypted")]
    NotDecrypted,
    /// The recipient's key is not one for the algorithm, or the library failed.
    #[error("not encrypted: {0}")]
    NotEncrypted(#[from] KeyError),
}

#[cfg(test)]
mod tests;
