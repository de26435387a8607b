//! Software statements: what somebody whom we trust says of a client's software, signed (RFC 7591 §2.3).

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;

use crate::base::time::Timestamp;
use crate::jose::alg::PublicKey;
use crate::jose::json;
use crate::jose::jwa::Algorithm;
use crate::jose::jwk::JwkSet;
use crate::jose::jws;
use crate::jose::jws::Unverified;

/// A statement that nobody has verified.
pub struct Statement<'a> {
    jws: Unverified<'a>,
    /// Who says that he made it: his keys decide.
    pub issuer: String,
}

/// What a statement must say to be taken.
pub struct Expect<'a> {
    /// Its maker's keys.
    pub keys: &'a JwkSet,
    /// Our issuer, which must be among its audience where it has one: a token that was made for somebody else is no
    /// statement.
    pub audience: &'a str,
    /// The present instant.
    pub now: Timestamp,
}

/// By how much its maker's clock may differ from ours.
const LEEWAY: Duration = Duration::from_secs(60);

impl<'a> Statement<'a> {
    /// Reads a statement; it "MUST be digitally signed or MACed" and "MUST contain an `iss`".
    pub fn read(text: &'a str) -> Result<Self, String> {
        let jws = jws::decode(text).map_err(|error| error.to_string())?;
        let claims = json::object(jws.unverified_payload()).ok_or("the payload is not a set of claims")?;
        let issuer = claims.get("iss").and_then(Value::as_str).ok_or("iss is missing")?.to_owned();
        Ok(Self { jws, issuer })
    }

    /// Its claims, if one of its maker's keys signed it and it is alive.
    pub fn verify(&self, expect: &Expect<'_>) -> Result<Map<String, Value>, String> {
        let header = self.jws.header();
        if !header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT")) {
            return Err("it is a token of another kind".into());
        }
        let candidates =
            expect.keys.find(header.kid.as_deref(), header.alg).filter_map(|jwk| PublicKey::from_jwk(jwk).ok());
        let payload = candidates
            .filter_map(|key| self.jws.verify(&key, &Algorithm::ALL).ok().map(<[u8]>::to_vec))
            .next()
            .ok_or("no key of its issuer signed it")?;
        let claims = json::object(&payload).ok_or("the payload is not a set of claims")?;
        expect.check(&claims)?;
        Ok(claims)
    }
}

impl Expect<'_> {
    fn check(&self, claims: &Map<String, Value>) -> Result<(), String> {
        let ours = |aud: &Value| aud.as_str() == Some(self.audience);
        match claims.get("aud") {
            None => {}
            Some(Value::Array(all)) if all.iter().any(ours) => {}
            Some(one) if ours(one) => {}
            Some(_) => return Err("it is meant for another audience".into()),
        }
        let seconds = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(value) => value.as_f64().map(|seconds| Some(seconds as i64)).ok_or(format!("{name} is malformed")),
        };
        let (earliest, latest) = ((self.now - LEEWAY).seconds(), (self.now + LEEWAY).seconds());
        if seconds("exp")?.is_some_and(|exp| exp <= earliest) {
            return Err("it has expired".into());
        }
        if seconds("nbf")?.is_some_and(|nbf| nbf > latest) || seconds("iat")?.is_some_and(|iat| iat > latest) {
            return Err("it is not valid yet".into());
        }
        Ok(())
    }
}
