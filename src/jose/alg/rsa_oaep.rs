//! RSAES-OAEP with SHA-256: RFC 7518 §4.3.

use aws_lc_rs::rsa::OAEP_SHA256_MGF1SHA256;
use aws_lc_rs::rsa::OaepPrivateDecryptingKey;
use aws_lc_rs::rsa::OaepPublicEncryptingKey;
use aws_lc_rs::rsa::PrivateDecryptingKey;
use aws_lc_rs::rsa::PublicEncryptingKey;
use aws_lc_rs::signature::RsaPublicKeyComponents;
use zeroize::Zeroizing;

use super::KeyError;
use super::rsa;
use crate::base::secret::Secret;
use crate::jose::material::Material;

pub(super) struct Encrypting(OaepPublicEncryptingKey);

impl Encrypting {
    pub(super) fn new(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        let key: PublicEncryptingKey = RsaPublicKeyComponents { n, e }.try_into().or(Err(KeyError::Rejected))?;
        OaepPublicEncryptingKey::new(key).map(Self).or(Err(KeyError::Rejected))
    }

    pub(super) fn encrypt(&self, cek: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut room = vec![0; self.0.ciphertext_size()];
        let written = self.0.encrypt(&OAEP_SHA256_MGF1SHA256, cek, &mut room, None).or(Err(KeyError::NotEncrypted))?;
        let length = written.len();
        room.truncate(length);
        Ok(room)
    }
}

pub(super) struct Decrypting {
    key: OaepPrivateDecryptingKey,
    public: Material,
}

impl Decrypting {
    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let public = rsa::Signing::from_pkcs8(rsa::Padding::Pss, pkcs8)?.public();
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8).or(Err(KeyError::Rejected))?;
        Ok(Self { key: OaepPrivateDecryptingKey::new(key).or(Err(KeyError::Rejected))?, public })
    }

    pub(super) fn decrypt(&self, encrypted: &[u8]) -> Result<Secret<Vec<u8>>, KeyError> {
        let mut room = Zeroizing::new(vec![0; self.key.min_output_size()]);
        let plain = self.key.decrypt(&OAEP_SHA256_MGF1SHA256, encrypted, &mut room, None);
        plain.map(|plain| Secret::new(plain.to_vec())).or(Err(KeyError::NotDecrypted))
    }

    pub(super) fn public(&self) -> Material {
        self.public.clone()
    }
}
