//! RSA keys take long to make: the first of each algorithm is made once for the whole process. All others are real.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;

use motcua::base::random::SystemEntropy;
use motcua::base::time::Timestamp;
use motcua::jose::alg::PrivateKey;
use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwa::KeyAlgorithm;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe::Encrypted;
use motcua::jose::jwk::Jwk;
use motcua::signing::Created;
use motcua::signing::Custody;
use motcua::signing::CustodyFuture;
use motcua::signing::Decrypter;
use motcua::signing::Private;
use motcua::signing::Signer;
use motcua::store::signing_keys::SigningKeyRow;

struct Shared {
    inner: Arc<dyn Custody>,
    given: Mutex<HashSet<KeyAlgorithm>>,
}

struct Known {
    private: Private,
    public: Jwk,
}

struct Signing(PrivateKey);

struct Decrypting(DecryptionKey);

pub fn shared(inner: Arc<dyn Custody>) -> Arc<dyn Custody> {
    Arc::new(Shared { inner, given: Mutex::default() })
}

fn rsa(algorithm: KeyAlgorithm) -> Option<&'static Known> {
    const RSA: [KeyAlgorithm; 3] = [
        KeyAlgorithm::Signature(Algorithm::Rs256),
        KeyAlgorithm::Signature(Algorithm::Ps256),
        KeyAlgorithm::Encryption(KeyManagement::RsaOaep256),
    ];
    static KEYS: OnceLock<HashMap<KeyAlgorithm, Known>> = OnceLock::new();
    if !RSA.contains(&algorithm) {
        return None;
    }
    KEYS.get_or_init(|| RSA.into_iter().map(|algorithm| (algorithm, make(algorithm))).collect()).get(&algorithm)
}

fn make(algorithm: KeyAlgorithm) -> Known {
    match algorithm {
        KeyAlgorithm::Signature(algorithm) => {
            let key = PrivateKey::generate(algorithm).unwrap().0;
            let public = key.public_jwk(&key.public_jwk("").thumbprint());
            Known { private: Private::Signs(Arc::new(Signing(key))), public }
        }
        KeyAlgorithm::Encryption(algorithm) => {
            let key = DecryptionKey::generate(algorithm).unwrap().0;
            let public = key.public_jwk(&key.public_jwk("").thumbprint());
            Known { private: Private::Decrypts(Arc::new(Decrypting(key))), public }
        }
    }
}

impl Custody for Shared {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn create(&self, algorithm: KeyAlgorithm, now: Timestamp) -> CustodyFuture<'_, Created> {
        match rsa(algorithm).filter(|_| self.given.lock().unwrap().insert(algorithm)) {
            Some(key) => Box::pin(async { Ok(Created { public: key.public.clone(), private_key: None }) }),
            None => self.inner.create(algorithm, now),
        }
    }

    fn load<'a>(&'a self, row: &'a SigningKeyRow, algorithm: KeyAlgorithm) -> CustodyFuture<'a, Private> {
        match rsa(algorithm).filter(|key| key.public.kid() == Some(&row.kid)) {
            Some(key) => Box::pin(async { Ok(key.private.clone()) }),
            None => self.inner.load(row, algorithm),
        }
    }

    fn destroy<'a>(&'a self, kid: &'a str) -> CustodyFuture<'a, ()> {
        self.inner.destroy(kid)
    }
}

impl Signer for Signing {
    fn sign<'a>(&'a self, input: &'a [u8]) -> CustodyFuture<'a, Vec<u8>> {
        Box::pin(async move { Ok(self.0.sign(input).unwrap()) })
    }
}

impl Decrypter for Decrypting {
    fn decrypt<'a>(&'a self, encrypted: &'a Encrypted<'a>) -> CustodyFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { Ok(encrypted.decrypt(&self.0, &SystemEntropy::default()).ok()) })
    }
}
