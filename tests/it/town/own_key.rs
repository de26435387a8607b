//! A private key of a relying party, and the JWTs that it signs: also those that it should not.

use std::sync::Arc;
use std::sync::LazyLock;

use motcua::base::secret::Secret;
use motcua::base::secret::base64url;
use motcua::jose::alg::PrivateKey;
use motcua::jose::jwa::Algorithm;
use serde_json::Value;
use serde_json::json;

#[derive(Clone)]
pub struct OwnKey {
    key: Arc<PrivateKey>,
    alg: Algorithm,
    kid: String,
}

impl OwnKey {
    /// A fresh key; of RSA there is one for the whole process, because it is slow to make.
    pub fn new(alg: Algorithm, kid: &str) -> Self {
        static RSA: LazyLock<Secret<Vec<u8>>> = LazyLock::new(|| PrivateKey::generate(Algorithm::Rs256).unwrap().1);
        let key = match alg {
            Algorithm::Es256 | Algorithm::EdDsa => PrivateKey::generate(alg).unwrap().0,
            Algorithm::Ps256 | Algorithm::Rs256 => PrivateKey::from_pkcs8(alg, RSA.expose()).unwrap(),
        };
        Self { key: Arc::new(key), alg, kid: kid.to_owned() }
    }

    /// The public half.
    pub fn jwk(&self) -> Value {
        self.key.public_jwk(&self.kid).to_value()
    }

    /// The member `jwks` of a declaration in TOML.
    pub fn declared(keys: &[&Self]) -> String {
        let key = |key: &&Self| {
            let members = key.jwk();
            let members = members.as_object().unwrap().iter().map(|(name, value)| format!("{name} = {value}"));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        };
        format!("jwks = {{ keys = [{}] }}", keys.iter().map(key).collect::<Vec<_>>().join(", "))
    }

    /// A JWK set as a `jwks_uri` answers it.
    pub fn published(keys: &[&Self]) -> String {
        json!({"keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>()}).to_string()
    }

    /// A JWT with the header that belongs to the key.
    pub fn sign(&self, typ: &str, claims: &Value) -> String {
        self.sign_as(&json!({"alg": self.alg, "kid": self.kid, "typ": typ}), claims)
    }

    /// A JWT with any header.
    pub fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let input = format!("{}.{}", part(header), part(claims));
        let signature = self.key.sign(input.as_bytes()).unwrap();
        format!("{input}.{}", base64url(&signature))
    }
}

/// `claims` with `changes`; null takes a claim away.
pub fn changed(mut claims: Value, changes: Value) -> Value {
    let (Some(all), Value::Object(changes)) = (claims.as_object_mut(), changes) else { panic!("no objects") };
    for (name, value) in changes {
        all.remove(&name);
        if !value.is_null() {
            all.insert(name, value);
        }
    }
    claims
}
