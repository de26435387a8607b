//! Agreement with an ephemeral key of P-256, and the key that it wraps: RFC 7518 §4.6.

use aws_lc_rs::agreement;
use aws_lc_rs::agreement::ECDH_P256;
use aws_lc_rs::agreement::UnparsedPublicKey;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::encoding::Pkcs8V1Der;
use aws_lc_rs::kdf;
use aws_lc_rs::kdf::SskdfDigestAlgorithmId;
use aws_lc_rs::key_wrap::AES_128;
use aws_lc_rs::key_wrap::AES_256;
use aws_lc_rs::key_wrap::AesKek;
use aws_lc_rs::key_wrap::KeyWrap;

use super::KeyError;
use super::ec;
use crate::base::secret::Secret;
use crate::jose::jwa::ContentEncryption;
use crate::jose::jwa::KeyManagement;
use crate::jose::material::Material;

pub(super) fn generate() -> Result<Secret<Vec<u8>>, KeyError> {
    let key = agreement::PrivateKey::generate(&ECDH_P256).or(Err(KeyError::NotGenerated))?;
    let pkcs8: Pkcs8V1Der<'_> = key.as_der().or(Err(KeyError::NotGenerated))?;
    Ok(Secret::new(pkcs8.as_ref().to_vec()))
}

/// What both sides put into the derivation beside the secret (§4.6.2).
pub(super) struct Context<'a> {
    pub(super) alg: KeyManagement,
    pub(super) enc: ContentEncryption,
    pub(super) apu: &'a [u8],
    pub(super) apv: &'a [u8],
}

pub(super) struct Private {
    key: agreement::PrivateKey,
    x: [u8; 32],
    y: [u8; 32],
}

impl Private {
    /// A fresh key for one agreement.
    pub(super) fn ephemeral() -> Result<Self, KeyError> {
        Self::new(agreement::PrivateKey::generate(&ECDH_P256).or(Err(KeyError::NotGenerated))?)
    }

    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let key = agreement::PrivateKey::from_private_key_der(&ECDH_P256, pkcs8);
        Self::new(key.or(Err(KeyError::Rejected))?)
    }

    fn new(key: agreement::PrivateKey) -> Result<Self, KeyError> {
        let public = key.compute_public_key().or(Err(KeyError::Rejected))?;
        let (x, y) = ec::coordinates(public.as_ref()).ok_or(KeyError::Rejected)?;
        Ok(Self { key, x, y })
    }

    pub(super) fn public(&self) -> Material {
        Material::Ec { x: self.x, y: self.y }
    }

    /// The key that this one and the other side's point (x, y) agree upon: it encrypts the content, or the key that does.
    pub(super) fn agree(
        &self,
        peer: (&[u8; 32], &[u8; 32]),
        context: &Context<'_>,
    ) -> Result<Secret<Vec<u8>>, KeyError> {
        let point = UnparsedPublicKey::new(&ECDH_P256, [&[4], peer.0.as_slice(), peer.1.as_slice()].concat());
        agreement::agree(&self.key, &point, KeyError::Rejected, |secret| context.derive(secret))
    }
}

impl Context<'_> {
    /// The Concat KDF of NIST SP 800-56A §5.8.1 with SHA-256.
    fn derive(&self, secret: &[u8]) -> Result<Secret<Vec<u8>>, KeyError> {
        let (name, length) = match self.alg {
            KeyManagement::EcdhEs => (self.enc.as_str(), self.enc.key_bytes()),
            KeyManagement::EcdhEsA128Kw => (self.alg.as_str(), 16),
            KeyManagement::EcdhEsA256Kw => (self.alg.as_str(), 32),
            KeyManagement::RsaOaep256 => return Err(KeyError::WrongAlgorithm),
        };
        let mut info = Vec::with_capacity(96);
        for part in [name.as_bytes(), self.apu, self.apv] {
            info.extend_from_slice(&u32::try_from(part.len()).or(Err(KeyError::Rejected))?.to_be_bytes());
            info.extend_from_slice(part);
        }
        info.extend_from_slice(&u32::try_from(length * 8).or(Err(KeyError::Rejected))?.to_be_bytes());
        let mut key = vec![0; length];
        let sha256 = kdf::get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).ok_or(KeyError::Rejected)?;
        kdf::sskdf_digest(sha256, secret, &info, &mut key).or(Err(KeyError::Rejected))?;
        Ok(Secret::new(key))
    }
}

/// AES Key Wrap (RFC 3394) under a key that was agreed upon.
pub(super) fn wrap(kek: &[u8], cek: &[u8]) -> Result<Vec<u8>, KeyError> {
    let mut room = vec![0; cek.len() + 8];
    cipher(kek)?.wrap(cek, &mut room).or(Err(KeyError::NotEncrypted))?;
    Ok(room)
}

pub(super) fn unwrap(kek: &[u8], wrapped: &[u8]) -> Result<Secret<Vec<u8>>, KeyError> {
    let mut room = vec![0; wrapped.len().saturating_sub(8)];
    cipher(kek)?.unwrap(wrapped, &mut room).or(Err(KeyError::NotDecrypted))?;
    Ok(Secret::new(room))
}

fn cipher(kek: &[u8]) -> Result<AesKek, KeyError> {
    AesKek::new(if kek.len() == 16 { &AES_128 } else { &AES_256 }, kek).or(Err(KeyError::Rejected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::base64url;
    use crate::base::secret::from_base64url;

    fn coordinate(text: &str) -> [u8; 32] {
        from_base64url(text).unwrap().try_into().unwrap()
    }

    fn private(d: &str) -> Private {
        let key = agreement::PrivateKey::from_private_key(&ECDH_P256, &from_base64url(d).unwrap());
        Private::new(key.unwrap()).unwrap()
    }

    /// RFC 7518 Appendix C.
    #[test]
    fn both_sides_agree_upon_the_key_of_the_example() {
        let alice = private("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
        let bob = private("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
        let of = |key: &Private| (key.x, key.y);
        assert_eq!(of(&alice).0, coordinate("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0"));
        assert_eq!(of(&bob).1, coordinate("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"));
        let (alg, enc) = (KeyManagement::EcdhEs, ContentEncryption::A128Gcm);
        let context = Context { alg, enc, apu: b"Alice", apv: b"Bob" };
        for (own, peer) in [(&alice, of(&bob)), (&bob, of(&alice))] {
            let key = own.agree((&peer.0, &peer.1), &context).unwrap();
            assert_eq!(base64url(key.expose()), "VqqN6vgjbSBcIijNcacQGg");
        }
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let context = Context { alg: KeyManagement::EcdhEs, enc: ContentEncryption::A128Gcm, apu: b"", apv: b"" };
        let key = Private::ephemeral().unwrap();
        assert_eq!(key.agree((&[1; 32], &[2; 32]), &context).unwrap_err(), KeyError::Rejected);
        assert_eq!(key.agree((&[0; 32], &[0; 32]), &context).unwrap_err(), KeyError::Rejected);
    }

    #[test]
    fn a_wrapped_key_unwraps_under_its_own_key_alone() {
        for kek in [&[1; 16][..], &[1; 32]] {
            let wrapped = wrap(kek, &[7; 32]).unwrap();
            assert_eq!(unwrap(kek, &wrapped).unwrap().expose(), &[7; 32]);
            assert!(unwrap(&vec![2; kek.len()], &wrapped).is_err());
            for length in [0, 7, 8, 16, 39] {
                assert!(unwrap(kek, &wrapped[..length]).is_err(), "{length}");
            }
        }
    }
}
