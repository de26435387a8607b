//! RSASSA-PSS and RSASSA-PKCS1-v1_5 with SHA-256: RFC 7518 §3.3, §3.5, §6.3.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::encoding::Pkcs8V1Der;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::KeyPair as _;
use aws_lc_rs::signature::ParsedPublicKey;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use aws_lc_rs::signature::RSA_PSS_2048_8192_SHA256;
use aws_lc_rs::signature::RSA_PSS_SHA256;
use aws_lc_rs::signature::RsaPublicKeyComponents;

use super::KeyError;
use crate::base::secret::Secret;
use crate::jose::material::JwkError;
use crate::jose::material::Material;

/// How a digest becomes a number of the modulus' size.
#[derive(Clone, Copy)]
pub(super) enum Padding {
    Pss,
    Pkcs1,
}

pub(super) fn generate() -> Result<Secret<Vec<u8>>, KeyError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).or(Err(KeyError::NotGenerated))?;
    let pkcs8: Pkcs8V1Der<'_> = pair.as_der().or(Err(KeyError::NotGenerated))?;
    Ok(Secret::new(pkcs8.as_ref().to_vec()))
}

pub(super) struct Signing {
    pair: KeyPair,
    padding: Padding,
}

impl Signing {
    pub(super) fn from_pkcs8(padding: Padding, pkcs8: &[u8]) -> Result<Self, KeyError> {
        Ok(Self { pair: KeyPair::from_pkcs8(pkcs8).or(Err(KeyError::Rejected))?, padding })
    }

    pub(super) fn padding(&self) -> Padding {
        self.padding
    }

    pub(super) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, KeyError> {
        let encoding = match self.padding {
            Padding::Pss => &RSA_PSS_SHA256,
            Padding::Pkcs1 => &RSA_PKCS1_SHA256,
        };
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(encoding, &SystemRandom::new(), input, &mut signature).or(Err(KeyError::NotSigned))?;
        Ok(signature)
    }

    pub(super) fn public(&self) -> Material {
        let public = self.pair.public_key();
        let n = public.modulus().big_endian_without_leading_zero().to_vec();
        let e = public.exponent().big_endian_without_leading_zero().to_vec();
        Material::Rsa { n, e }
    }
}

#[derive(Clone)]
pub(super) struct Verifying {
    pss: ParsedPublicKey,
    pkcs1: ParsedPublicKey,
}

impl Verifying {
    pub(super) fn new(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        let numbers = RsaPublicKeyComponents { n, e };
        let pss = numbers.to_parsed_public_key(&RSA_PSS_2048_8192_SHA256).or(Err(KeyError::Rejected))?;
        let pkcs1 = numbers.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).or(Err(KeyError::Rejected))?;
        Ok(Self { pss, pkcs1 })
    }

    pub(super) fn verify(&self, padding: Padding, input: &[u8], signature: &[u8]) -> bool {
        let key = match padding {
            Padding::Pss => &self.pss,
            Padding::Pkcs1 => &self.pkcs1,
        };
        key.verify_sig(input, signature).is_ok()
    }
}

/// Whether a modulus and an exponent, both without leading zeros, are of a size and form that we take.
pub(super) fn check(n: &[u8], e: &[u8]) -> Result<(), JwkError> {
    let spare = n.first().map_or(0, |first| first.leading_zeros() as usize);
    let bits = n.len().saturating_mul(8).saturating_sub(spare);
    if !(2048..=8192).contains(&bits) {
        return Err(JwkError::ModulusSize);
    }
    let exponent = e.iter().fold(0, |value: u64, byte| (value << 8) | u64::from(*byte));
    if e.len() > 4 || exponent < 3 || exponent % 2 == 0 {
        return Err(JwkError::Exponent);
    }
    let odd = n.last().is_some_and(|last| last % 2 == 1);
    if odd && !has_roca_fingerprint(n) { Ok(()) } else { Err(JwkError::WeakModulus) }
}

/// CVE-2017-15361 ("ROCA"): a modulus of the flawed generator is a power of 65537 modulo each of these primes.
fn has_roca_fingerprint(n: &[u8]) -> bool {
    const PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
    PRIMES.into_iter().all(|prime| {
        let residue = n.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * (65537 % prime) % prime));
        powers.take(prime as usize).any(|power| power == residue)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modulus_or_exponent_out_of_bounds_is_refused() {
        let n = |bytes: usize, last: u8| [vec![0xc5; bytes - 1], vec![last]].concat();
        assert_eq!(check(&n(256, 1), &[1, 0, 1]), Ok(()));
        assert_eq!(check(&n(1024, 1), &[3]), Ok(()));
        assert_eq!(check(&n(255, 1), &[1, 0, 1]), Err(JwkError::ModulusSize));
        assert_eq!(check(&n(1025, 1), &[1, 0, 1]), Err(JwkError::ModulusSize));
        assert_eq!(check(&n(256, 2), &[1, 0, 1]), Err(JwkError::WeakModulus));
        for e in [&[1_u8][..], &[2], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
            assert_eq!(check(&n(256, 1), e), Err(JwkError::Exponent), "{e:?}");
        }
    }
}
