//! RSA keys take long to make: the first of each algorithm is made once for the whole process. All others are real.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;

use motcua::base::time::Timestamp;
use motcua::jose::alg::PrivateKey;
use motcua::jose::jwa::Algorithm;
use motcua::signing::Answer;
use motcua::signing::Created;
use motcua::signing::Custody;
use motcua::signing::Signer;
use motcua::store::signing_keys::SigningKeyRow;

struct Shared {
    inner: Arc<dyn Custody>,
    given: Mutex<HashSet<Algorithm>>,
}

struct Known(&'static PrivateKey);

pub fn shared(inner: Arc<dyn Custody>) -> Arc<dyn Custody> {
    Arc::new(Shared { inner, given: Mutex::default() })
}

fn rsa(algorithm: Algorithm) -> Option<&'static PrivateKey> {
    static KEYS: OnceLock<HashMap<Algorithm, PrivateKey>> = OnceLock::new();
    let make = |algorithm| (algorithm, PrivateKey::generate(algorithm).unwrap().0);
    KEYS.get_or_init(|| [Algorithm::Rs256, Algorithm::Ps256].into_iter().map(make).collect()).get(&algorithm)
}

fn kid(key: &PrivateKey) -> String {
    key.public_jwk("").thumbprint()
}

impl Custody for Shared {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn create(&self, algorithm: Algorithm, now: Timestamp) -> Answer<'_, Created> {
        let is_rsa = matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256);
        match is_rsa && self.given.lock().unwrap().insert(algorithm) {
            true => {
                let key = rsa(algorithm).unwrap();
                let public = key.public_jwk(&kid(key));
                Box::pin(async move { Ok(Created { public, private_key: None }) })
            }
            false => self.inner.create(algorithm, now),
        }
    }

    fn load<'a>(&'a self, row: &'a SigningKeyRow, algorithm: Algorithm) -> Answer<'a, Arc<dyn Signer>> {
        match rsa_if_used(algorithm).filter(|key| kid(key) == row.kid) {
            Some(key) => Box::pin(async move { Ok(Arc::new(Known(key)) as Arc<dyn Signer>) }),
            None => self.inner.load(row, algorithm),
        }
    }

    fn destroy<'a>(&'a self, kid: &'a str) -> Answer<'a, ()> {
        self.inner.destroy(kid)
    }
}

fn rsa_if_used(algorithm: Algorithm) -> Option<&'static PrivateKey> {
    matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256).then(|| rsa(algorithm)).flatten()
}

impl Signer for Known {
    fn sign<'a>(&'a self, input: &'a [u8]) -> Answer<'a, Vec<u8>> {
        Box::pin(async move { Ok(self.0.sign(input).unwrap()) })
    }
}
