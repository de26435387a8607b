//! Private keys: who signs and decrypts, where keys are kept, how they follow each other, and what of them is published.

pub mod custody;
pub mod data_keys;
pub mod decryption;
pub mod keyring;
pub mod personal_keys;
pub mod published;
pub mod roots;
pub mod year_keys;

use std::pin::Pin;
use std::sync::Arc;

use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyAlgorithm;
use crate::jose::jwe::Encrypted;
use crate::jose::jwk::Jwk;
use crate::store::signing_keys::SigningKeyRow;

/// What a port answers; an HSM is a network call.
pub type CustodyFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// Signs with one private key.
pub trait Signer: Send + Sync {
    /// The signature over `input` (JWS §5.1), in the form of RFC 7518 §3.
    fn sign<'a>(&'a self, input: &'a [u8]) -> CustodyFuture<'a, Vec<u8>>;
}

/// Decrypts with one private key.
pub trait Decrypter: Send + Sync {
    /// The plain text; `None` where it was not encrypted to this key, or was changed since.
    fn decrypt<'a>(&'a self, encrypted: &'a Encrypted<'a>) -> CustodyFuture<'a, Option<Vec<u8>>>;
}

/// A private key, by what it does.
#[derive(Clone)]
#[allow(missing_docs)]
pub enum Private {
    Signs(Arc<dyn Signer>),
    Decrypts(Arc<dyn Decrypter>),
}

/// Keeps private keys.
pub trait Custody: Send + Sync {
    /// Its name in the database.
    fn name(&self) -> &'static str;

    /// Makes a key and keeps it.
    fn create(&self, algorithm: KeyAlgorithm, now: Timestamp) -> CustodyFuture<'_, Created>;

    /// A key that it made.
    fn load<'a>(&'a self, row: &'a SigningKeyRow, algorithm: KeyAlgorithm) -> CustodyFuture<'a, Private>;

    /// Destroys a key that was revoked.
    fn destroy<'a>(&'a self, kid: &'a str) -> CustodyFuture<'a, ()>;
}

/// A key that was made.
pub struct Created {
    /// Its public half, named by its RFC 7638 thumbprint.
    pub public: Jwk,
    /// The sealed private key, where the database keeps it.
    pub private_key: Option<Vec<u8>>,
}
