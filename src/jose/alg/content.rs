//! Authenticated encryption of content: RFC 7518 §5.2 (AES-CBC with HMAC), §5.3 (AES-GCM).

use aws_lc_rs::cipher;
use aws_lc_rs::cipher::DecryptionContext;
use aws_lc_rs::cipher::EncryptionContext;
use aws_lc_rs::cipher::PaddedBlockDecryptingKey;
use aws_lc_rs::cipher::PaddedBlockEncryptingKey;
use aws_lc_rs::cipher::UnboundCipherKey;
use aws_lc_rs::iv::FixedLength;
use ring::aead;
use ring::hmac;

use super::KeyError;
use crate::base::secret::equal;
use crate::jose::jwa::ContentEncryption;

/// All that encryption and decryption of one content share.
pub(in crate::jose) struct Content<'a> {
    pub(in crate::jose) enc: ContentEncryption,
    pub(in crate::jose) key: &'a [u8],
    pub(in crate::jose) iv: &'a [u8],
    /// What is authenticated and not encrypted.
    pub(in crate::jose) aad: &'a [u8],
}

impl Content<'_> {
    /// The ciphertext and the authentication tag.
    pub(in crate::jose) fn seal(&self, plain: &[u8]) -> Result<(Vec<u8>, Vec<u8>), KeyError> {
        self.try_seal(plain).ok_or(KeyError::NotEncrypted)
    }

    /// The plain text, if key, vector, additional data, ciphertext and tag belong together.
    pub(in crate::jose) fn open(&self, ciphertext: &[u8], tag: &[u8]) -> Result<Vec<u8>, KeyError> {
        let lengths = (self.key.len(), self.iv.len(), tag.len());
        if lengths != (self.enc.key_bytes(), self.enc.iv_bytes(), self.enc.tag_bytes()) {
            return Err(KeyError::NotDecrypted);
        }
        self.try_open(ciphertext, tag).ok_or(KeyError::NotDecrypted)
    }

    fn try_seal(&self, plain: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let Some(composed) = self.composed() else {
            let nonce = aead::Nonce::try_assume_unique_for_key(self.iv).ok()?;
            let mut body = plain.to_vec();
            let tag = self.gcm()?.seal_in_place_separate_tag(nonce, aead::Aad::from(self.aad), &mut body).ok()?;
            return Some((body, tag.as_ref().to_vec()));
        };
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(composed.cipher_key()?).ok()?;
        let mut body = plain.to_vec();
        key.less_safe_encrypt(&mut body, EncryptionContext::Iv128(self.block()?)).ok()?;
        let tag = composed.tag(self, &body)?;
        Some((body, tag))
    }

    fn try_open(&self, ciphertext: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
        let Some(composed) = self.composed() else {
            let nonce = aead::Nonce::try_assume_unique_for_key(self.iv).ok()?;
            let mut body = [ciphertext, tag].concat();
            let length = self.gcm()?.open_in_place(nonce, aead::Aad::from(self.aad), &mut body).ok()?.len();
            body.truncate(length);
            return Some(body);
        };
        if !equal(&composed.tag(self, ciphertext)?, tag) {
            return None; // §5.2.2.2: before anything is decrypted, so that no padding is ever an oracle
        }
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(composed.cipher_key()?).ok()?;
        let mut body = ciphertext.to_vec();
        let length = key.decrypt(&mut body, DecryptionContext::Iv128(self.block()?)).ok()?.len();
        body.truncate(length);
        Some(body)
    }

    fn gcm(&self) -> Option<aead::LessSafeKey> {
        let algorithm = match self.enc {
            ContentEncryption::A128Gcm => &aead::AES_128_GCM,
            ContentEncryption::A256Gcm => &aead::AES_256_GCM,
            ContentEncryption::A128CbcHs256 | ContentEncryption::A256CbcHs512 => return None,
        };
        aead::UnboundKey::new(algorithm, self.key).ok().map(aead::LessSafeKey::new)
    }

    /// §5.2.2.1: the first half of the key authenticates, the second encrypts.
    fn composed(&self) -> Option<Composed<'_>> {
        let (cipher, mac) = match self.enc {
            ContentEncryption::A128CbcHs256 => (&cipher::AES_128, hmac::HMAC_SHA256),
            ContentEncryption::A256CbcHs512 => (&cipher::AES_256, hmac::HMAC_SHA512),
            ContentEncryption::A128Gcm | ContentEncryption::A256Gcm => return None,
        };
        let (mac_key, cipher_key) = self.key.split_at_checked(self.enc.key_bytes() / 2)?;
        Some(Composed { cipher, cipher_key, mac: hmac::Key::new(mac, mac_key) })
    }

    fn block(&self) -> Option<FixedLength<16>> {
        self.iv.try_into().ok()
    }
}

struct Composed<'a> {
    cipher: &'static cipher::Algorithm,
    cipher_key: &'a [u8],
    mac: hmac::Key,
}

impl Composed<'_> {
    fn cipher_key(&self) -> Option<UnboundCipherKey> {
        UnboundCipherKey::new(self.cipher, self.cipher_key).ok()
    }

    /// Over AAD ‖ IV ‖ ciphertext ‖ the bits of the AAD as 64 bits: half of the MAC.
    fn tag(&self, content: &Content<'_>, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let bits = u64::try_from(content.aad.len()).ok()?.checked_mul(8)?.to_be_bytes();
        let mut context = hmac::Context::with_key(&self.mac);
        [content.aad, content.iv, ciphertext, &bits].into_iter().for_each(|part| context.update(part));
        context.sign().as_ref().get(..content.enc.tag_bytes()).map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &[u8] = b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience";
    const IV: [u8; 16] =
        [0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41, 0xbc, 0x04];
    const AAD: &[u8] = b"The second principle of Auguste Kerckhoffs";

    fn content(enc: ContentEncryption, key: &[u8]) -> Content<'_> {
        Content { enc, key, iv: IV.split_at(enc.iv_bytes()).0, aad: AAD }
    }

    /// RFC 7518 §B.1, §B.3: the keys are the bytes from zero on.
    #[test]
    fn the_composed_algorithms_give_the_known_answers() {
        let answers = [
            (ContentEncryption::A128CbcHs256, 0xc8, "652c3fa36b0a7c5b3219fab3a30bc1c4"),
            (ContentEncryption::A256CbcHs512, 0x4a, "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5"),
        ];
        for (enc, first, expected) in answers {
            let key: Vec<u8> = (0..64).take(enc.key_bytes()).collect();
            let (ciphertext, tag) = content(enc, &key).seal(PLAIN).unwrap();
            let hex: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((ciphertext.len(), ciphertext[0]), (144, first), "{enc}");
            assert_eq!(hex, expected, "{enc}");
            assert_eq!(content(enc, &key).open(&ciphertext, &tag).as_deref(), Ok(PLAIN));
        }
    }

    #[test]
    fn nothing_opens_that_was_changed_or_cut() {
        for enc in ContentEncryption::ALL {
            let key = vec![7; enc.key_bytes()];
            let good = content(enc, &key);
            let (ciphertext, tag) = good.seal(b"plain").unwrap();
            let refused = Err(KeyError::NotDecrypted);
            assert_eq!(good.open(&ciphertext, &tag).as_deref(), Ok(&b"plain"[..]));
            assert_eq!(good.open(&ciphertext, tag.split_last().unwrap().1), refused);
            assert_eq!(good.open(&ciphertext, &[]), refused);
            assert_eq!(good.open(&[], &tag), refused);
            assert_eq!(Content { aad: b"", ..content(enc, &key) }.open(&ciphertext, &tag), refused);
            assert_eq!(
                Content { iv: &[0; 16][..enc.iv_bytes()], ..content(enc, &key) }.open(&ciphertext, &tag),
                refused
            );
            assert_eq!(Content { iv: &[], ..content(enc, &key) }.open(&ciphertext, &tag), refused);
            assert_eq!(content(enc, &vec![8; enc.key_bytes()]).open(&ciphertext, &tag), refused);
            assert_eq!(content(enc, &[]).open(&ciphertext, &tag), refused);
        }
    }
}
