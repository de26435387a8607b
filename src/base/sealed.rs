//! Sealed values: authenticated encryption with a purpose, under keys that rotate by themselves.
//!
//! A blob is `day (4) ‖ salt (16) ‖ AES-256-GCM ciphertext and tag`. Its key is derived from the root key, the day and
//! the salt, so no root encrypts two blobs under one key and the nonce may be constant.

use ring::aead;

use super::fault::Fault;
use super::random::Entropy;
use super::secret::Secret;
use super::secret::hmac_sha256;
use super::time::Timestamp;

/// What a blob is for; one made for another purpose does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(pub &'static str);

/// The root keys: the first seals, all open.
#[derive(Clone)]
pub struct SealingKeys(Vec<Secret<Vec<u8>>>);

const DAY: i64 = 86_400;
const HEAD: usize = 20;

impl SealingKeys {
    /// From 32-byte roots, the current one first.
    pub fn new(roots: Vec<Secret<Vec<u8>>>) -> Self {
        Self(roots)
    }

    /// Seals `plain` for `purpose`.
    pub fn seal(
        &self,
        purpose: Purpose,
        plain: &[u8],
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, Fault> {
        let day = u32::try_from(now.seconds() / DAY).unwrap_or(0).to_be_bytes();
        let salt: [u8; 16] = entropy.bytes();
        let mut out = Vec::with_capacity(HEAD + plain.len() + 16);
        out.extend_from_slice(&day);
        out.extend_from_slice(&salt);
        let mut body = plain.to_vec();
        let key = self.0.first().and_then(|root| cipher(root, purpose, &day, &salt));
        key.and_then(|key| {
            key.seal_in_place_append_tag(nonce(), aead::Aad::from(purpose.0.as_bytes()), &mut body).ok()
        })
        .ok_or_else(|| Fault::broken(format!("nothing was sealed as {}", purpose.0)))?;
        out.append(&mut body);
        Ok(out)
    }

    /// Opens what [`Self::seal`] made for the same purpose; `None` for anything else.
    pub fn open(&self, purpose: Purpose, blob: &[u8]) -> Option<Vec<u8>> {
        let (head, body) = blob.split_at_checked(HEAD)?;
        let (day, salt) = head.split_at_checked(4)?;
        self.0.iter().find_map(|root| {
            let mut body = body.to_vec();
            let key = cipher(root, purpose, day, salt)?;
            let plain = key.open_in_place(nonce(), aead::Aad::from(purpose.0.as_bytes()), &mut body).ok()?.len();
            body.truncate(plain);
            Some(body)
        })
    }
}

fn cipher(root: &Secret<Vec<u8>>, purpose: Purpose, day: &[u8], salt: &[u8]) -> Option<aead::LessSafeKey> {
    let key = hmac_sha256(root.expose(), &[purpose.0.as_bytes(), &[0], day, salt]);
    aead::UnboundKey::new(&aead::AES_256_GCM, &key).ok().map(aead::LessSafeKey::new)
}

fn nonce() -> aead::Nonce {
    aead::Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::SeededEntropy;

    fn root(byte: u8) -> Secret<Vec<u8>> {
        Secret::new(vec![byte; 32])
    }

    #[test]
    fn a_blob_opens_for_its_purpose_alone_and_not_when_changed() {
        let keys = SealingKeys::new(vec![root(1)]);
        let entropy = SeededEntropy::new(1);
        let blob = keys.seal(Purpose("code"), b"hello", Timestamp::from_seconds(1), &entropy).unwrap();
        assert_eq!(keys.open(Purpose("code"), &blob).as_deref(), Some(&b"hello"[..]));
        assert_eq!(keys.open(Purpose("login"), &blob), None);
        for at in 0..blob.len() {
            let mut bent = blob.clone();
            bent[at] ^= 1;
            assert_eq!(keys.open(Purpose("code"), &bent), None, "byte {at}");
        }
        assert_eq!(keys.open(Purpose("code"), &blob[..10]), None);
    }

    #[test]
    fn what_cannot_be_sealed_is_an_error_and_never_a_bare_head() {
        let sealed =
            SealingKeys::new(Vec::new()).seal(Purpose("p"), b"x", Timestamp::default(), &SeededEntropy::new(3));
        assert!(matches!(sealed, Err(Fault::Broken(_))), "{sealed:?}");
    }

    #[test]
    fn a_former_root_still_opens_and_no_longer_seals() {
        let entropy = SeededEntropy::new(2);
        let old = SealingKeys::new(vec![root(1)]).seal(Purpose("p"), b"x", Timestamp::default(), &entropy).unwrap();
        let both = SealingKeys::new(vec![root(2), root(1)]);
        assert!(both.open(Purpose("p"), &old).is_some());
        let new = both.seal(Purpose("p"), b"x", Timestamp::default(), &entropy).unwrap();
        assert!(SealingKeys::new(vec![root(1)]).open(Purpose("p"), &new).is_none());
    }
}
