//! One block under a key: AES-256 (FIPS 197). It hides an identifier that travels inside something that is signed or
//! authenticated as a whole; by itself it proves nothing.

use aes::Aes256;
use aes::cipher::BlockCipherDecrypt;
use aes::cipher::BlockCipherEncrypt;
use aes::cipher::KeyInit;
use uuid::Uuid;

use super::secret::Secret;
use super::secret::hmac_sha256;

/// Hides identifiers.
pub struct IdCipher(Aes256);

impl IdCipher {
    /// The cipher of `root` for one purpose.
    pub fn new(root: &Secret<Vec<u8>>, purpose: &str) -> Self {
        let key = hmac_sha256(root.expose(), &[b"id-cipher", purpose.as_bytes()]);
        Self(Aes256::new(&key.into()))
    }

    /// 16 bytes that say nothing to others.
    pub fn hide(&self, id: Uuid) -> [u8; 16] {
        let mut block = id.into_bytes().into();
        self.0.encrypt_block(&mut block);
        block.into()
    }

    /// The same, with eight bytes that travel along: what is hidden twice looks like two things.
    pub fn hide_with(&self, id: Uuid, salt: [u8; 8]) -> [u8; 16] {
        self.hide(salted(id, salt))
    }

    /// What [`Self::hide_with`] hid.
    pub fn show_with(&self, hidden: [u8; 16], salt: [u8; 8]) -> Uuid {
        salted(self.show(hidden), salt)
    }

    /// The same as an id, which others may tell from other ones and no more.
    pub fn alias(&self, id: Uuid) -> Uuid {
        Uuid::from_bytes(self.hide(id))
    }

    /// Of which id this is the [`Self::alias`].
    pub fn of_alias(&self, alias: Uuid) -> Uuid {
        self.show(alias.into_bytes())
    }

    /// What [`Self::hide`] hid.
    pub fn show(&self, hidden: [u8; 16]) -> Uuid {
        let mut block = hidden.into();
        self.0.decrypt_block(&mut block);
        Uuid::from_bytes(block.into())
    }
}

fn salted(id: Uuid, salt: [u8; 8]) -> Uuid {
    let (id, salt) = (id.as_u128(), u128::from(u64::from_be_bytes(salt)));
    Uuid::from_u128(id ^ (salt << 64 | salt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_shown_for_its_purpose_alone() {
        let root = Secret::new(vec![7; 32]);
        let (one, other) = (IdCipher::new(&root, "jti"), IdCipher::new(&root, "family"));
        let id = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
        assert_ne!(one.hide(id), other.hide(id));
        assert_ne!(&one.hide(id), id.as_bytes());
        assert_eq!((one.show(one.hide(id)), other.show(other.hide(id))), (id, id));
        assert_eq!(one.of_alias(one.alias(id)), id);
        let [first, second] = [[1; 8], [2; 8]];
        assert_ne!(one.hide_with(id, first), one.hide_with(id, second));
        assert_eq!(one.show_with(one.hide_with(id, first), first), id);
    }
}
