//! JSON Web Tokens: RFC 7519, with the practices of RFC 8725. Signature, kind, issuer, audience and time are verified
//! in one call, and there is no other way to the claims.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;

use super::alg::PublicKey;
use super::json;
use super::jwa::Algorithm;
use super::jws::JwsError;
use super::jws::Unverified;
use crate::base::time::Timestamp;

/// What a token must say to be taken.
#[derive(Clone, Copy, Debug)]
pub struct Expect<'a> {
    /// Its `typ` (RFC 8725 §3.11); `None` where the kind has none of its own: then `typ` is absent or `JWT`.
    pub typ: Option<&'a str>,
    /// Its `iss`.
    pub issuer: &'a str,
    /// Its `aud`, or one of them.
    pub audience: &'a str,
    /// The present instant.
    pub now: Timestamp,
    /// By how much the issuer's clock may be ahead of ours: it counts for `iat` and `nbf`, and lengthens no life.
    pub ahead: Duration,
    /// Whether it must still be alive.
    pub expiry: Expiry,
}

/// Whether a token must still be alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// `exp` lies ahead.
    Required,
    /// `exp` is there and may have passed: an `id_token_hint` (OpenID Connect RP-Initiated Logout §2).
    MayHavePassed,
}

/// What a kind of token must say: an [`Expect`], or the rules of a kind that asks for something else.
pub trait Rules: Sync {
    /// Decides over a token whose signature is valid, by the `typ` of its header and by its claims.
    fn check(&self, typ: Option<&str>, claims: &Map<String, Value>) -> Result<(), JwtError>;
}

/// Verifies `token` and returns its claims: as a `serde_json::Map`, or as the caller's own type.
pub fn verify<C: DeserializeOwned>(
    token: &Unverified<'_>,
    key: &PublicKey,
    allowed: &[Algorithm],
    rules: &dyn Rules,
) -> Result<C, JwtError> {
    let payload = token.verify(key, allowed)?;
    let claims = json::object(payload).ok_or(JwtError::NotClaims)?;
    rules.check(token.header().typ.as_deref(), &claims)?;
    serde_json::from_value(Value::Object(claims)).or(Err(JwtError::Claims))
}

/// RFC 7515 §4.1.9: media types compare without case, and `application/` may be left out.
pub fn is_typ(found: Option<&str>, expected: Option<&str>) -> bool {
    let Some(found) = found else { return expected.is_none() };
    short(found).eq_ignore_ascii_case(short(expected.unwrap_or("JWT")))
}

fn short(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}

impl Rules for Expect<'_> {
    fn check(&self, typ: Option<&str>, claims: &Map<String, Value>) -> Result<(), JwtError> {
        if !is_typ(typ, self.typ) {
            return Err(JwtError::Typ);
        }
        let issuer = claims.get("iss").ok_or(JwtError::Missing("iss"))?;
        if issuer.as_str() != Some(self.issuer) {
            return Err(JwtError::Issuer);
        }
        if !audiences(claims)?.ok_or(JwtError::Missing("aud"))?.contains(&self.audience) {
            return Err(JwtError::Audience);
        }
        let expires = instant(claims, "exp")?.ok_or(JwtError::Missing("exp"))?;
        if self.expiry == Expiry::Required && self.now >= expires {
            return Err(JwtError::Expired);
        }
        not_ahead(claims, self.now + self.ahead)
    }
}

/// For whom a token is meant, if it says so (RFC 7519 §4.1.3): one string or an array of strings.
pub fn audiences(claims: &Map<String, Value>) -> Result<Option<Vec<&str>>, JwtError> {
    match claims.get("aud") {
        None => Ok(None),
        Some(Value::String(one)) => Ok(Some(vec![one])),
        Some(Value::Array(all)) => {
            all.iter().map(Value::as_str).collect::<Option<_>>().map(Some).ok_or(JwtError::Malformed("aud"))
        }
        Some(_) => Err(JwtError::Malformed("aud")),
    }
}

/// Refuses a token that was issued, or becomes valid, after `latest` (RFC 7519 §4.1.5, §4.1.6).
pub fn not_ahead(claims: &Map<String, Value>, latest: Timestamp) -> Result<(), JwtError> {
    if instant(claims, "nbf")?.is_some_and(|from| from > latest) {
        return Err(JwtError::NotYetValid);
    }
    if instant(claims, "iat")?.is_some_and(|issued| issued > latest) {
        return Err(JwtError::IssuedAhead);
    }
    Ok(())
}

/// A NumericDate (RFC 7519 §2): seconds since 1970, perhaps with a fraction, at most those of the year 9999.
pub fn instant(claims: &Map<String, Value>, name: &'static str) -> Result<Option<Timestamp>, JwtError> {
    const LAST: f64 = 253_402_300_799.0;
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().filter(|seconds| (0.0..=LAST).contains(seconds)).ok_or(JwtError::Malformed(name))?;
    let micros = value.as_i64().map_or_else(|| (seconds * 1e6) as i64, |whole| whole.saturating_mul(1_000_000));
    Ok(Some(Timestamp::from_micros(micros)))
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// The signature or what carries it.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A token of another kind.
    #[error("the token is of another kind")]
    Typ,
    /// The payload is not a JSON object without repeated member names.
    #[error("the payload is not a set of claims")]
    NotClaims,
    /// A claim that must be there is not.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A claim of the wrong shape.
    #[error("`{0}` is malformed")]
    Malformed(&'static str),
    /// Another issuer.
    #[error("the token is from another issuer")]
    Issuer,
    /// About somebody else.
    #[error("the token is about another subject")]
    Subject,
    /// Meant for somebody else.
    #[error("the token is meant for another audience")]
    Audience,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `exp` lies further ahead than this kind may live.
    #[error("the token lives too long")]
    LivesTooLong,
    /// `nbf` lies ahead.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` lies ahead.
    #[error("the token was issued in the future")]
    IssuedAhead,
    /// The claims do not fit the caller's type; which does not, is unsaid, because it may name a person.
    #[error("the claims are malformed")]
    Claims,
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::jose::alg::PrivateKey;
    use crate::jose::jws;
    use crate::jose::jws::EncodedHeader;
    use crate::jose::jws::Header;

    static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(Algorithm::EdDsa).unwrap().0);

    const EXPECT: Expect<'_> = Expect {
        typ: Some("at+jwt"),
        issuer: "https://op",
        audience: "https://rs",
        now: Timestamp::from_seconds(1_000),
        ahead: Duration::from_secs(10),
        expiry: Expiry::Required,
    };
    const CLAIMS: &str = r#""iss":"https://op","aud":"https://rs","exp":1001"#;

    fn take(typ: Option<&str>, claims: &str, expect: &Expect<'_>) -> Result<Map<String, Value>, JwtError> {
        take_as(typ, claims, expect)
    }

    fn take_as<C: DeserializeOwned>(typ: Option<&str>, claims: &str, expect: &Expect<'_>) -> Result<C, JwtError> {
        let header = Header { alg: Algorithm::EdDsa, kid: None, typ: typ.map(str::to_owned), cty: None };
        let input = jws::signing_input(&EncodedHeader::new(&header), format!("{{{claims}}}").as_bytes());
        let signature = KEY.sign(input.as_bytes()).unwrap();
        let compact = jws::attach(input, &signature);
        let key = PublicKey::from_jwk(&KEY.public_jwk("1")).unwrap();
        verify(&jws::decode(&compact).unwrap(), &key, &[Algorithm::EdDsa], expect)
    }

    fn with(rest: &str) -> Result<Map<String, Value>, JwtError> {
        take(Some("at+jwt"), &format!("{CLAIMS}{rest}"), &EXPECT)
    }

    #[test]
    fn a_token_that_says_what_is_expected_gives_its_claims() {
        let claims = with(r#","sub":"a","nbf":1010,"iat":1009.5"#).unwrap();
        assert_eq!(claims.get("sub"), Some(&Value::from("a")));
    }

    #[test]
    fn the_kind_is_compared_without_case_and_prefix() {
        for typ in ["AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            assert!(take(Some(typ), CLAIMS, &EXPECT).is_ok(), "{typ}");
        }
        for typ in [None, Some("JWT"), Some("text/at+jwt"), Some("application/x/at+jwt"), Some("")] {
            assert_eq!(take(typ, CLAIMS, &EXPECT), Err(JwtError::Typ), "{typ:?}");
        }
        let plain = Expect { typ: None, ..EXPECT };
        assert!(take(None, CLAIMS, &plain).is_ok());
        assert!(take(Some("jwt"), CLAIMS, &plain).is_ok());
        assert_eq!(take(Some("at+jwt"), CLAIMS, &plain), Err(JwtError::Typ));
    }

    #[test]
    fn issuer_and_audience_must_be_there_and_ours() {
        let refusal = |claims: &str| take(Some("at+jwt"), claims, &EXPECT).unwrap_err();
        assert_eq!(refusal(r#""aud":"https://rs","exp":1001"#), JwtError::Missing("iss"));
        assert_eq!(refusal(r#""iss":"https://op","exp":1001"#), JwtError::Missing("aud"));
        assert_eq!(refusal(r#""iss":"https://op","aud":"https://rs""#), JwtError::Missing("exp"));
        assert_eq!(refusal(&CLAIMS.replace("https://op", "https://op/")), JwtError::Issuer);
        assert_eq!(refusal(&CLAIMS.replace("https://rs", "https://RS")), JwtError::Audience);
        assert_eq!(refusal(&CLAIMS.replace(r#""https://rs""#, "[]")), JwtError::Audience);
        assert_eq!(refusal(&CLAIMS.replace(r#""https://rs""#, r#"["https://rs",1]"#)), JwtError::Malformed("aud"));
        let two = CLAIMS.replace(r#""https://rs""#, r#"["https://other","https://rs"]"#);
        assert!(take(Some("at+jwt"), &two, &EXPECT).is_ok());
    }

    #[test]
    fn an_issuers_clock_may_be_ahead_and_no_token_lives_longer_for_it() {
        let at = |exp: &str| take(Some("at+jwt"), &CLAIMS.replace("1001", exp), &EXPECT).map(|_| ());
        assert_eq!(at("1000.000001"), Ok(()));
        assert_eq!(at("1000"), Err(JwtError::Expired));
        for odd in ["-1", "1e300", "253402300800", "\"1001\"", "null", "18446744073709551615"] {
            assert_eq!(at(odd), Err(JwtError::Malformed("exp")), "{odd}");
        }
        assert_eq!(with(r#","nbf":1010.5"#), Err(JwtError::NotYetValid));
        assert_eq!(with(r#","iat":1011"#), Err(JwtError::IssuedAhead));
        let hint = Expect { expiry: Expiry::MayHavePassed, ..EXPECT };
        assert!(take(Some("at+jwt"), &CLAIMS.replace("1001", "1"), &hint).is_ok());
    }

    #[test]
    fn repeated_claims_and_claims_of_another_shape_are_refused() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Mine {
            sub: String,
        }
        let mine = |sub: &str| take_as::<Mine>(Some("at+jwt"), &format!("{CLAIMS},\"sub\":{sub}"), &EXPECT);
        assert_eq!(mine("\"a\""), Ok(Mine { sub: "a".to_owned() }));
        assert_eq!(mine("1"), Err(JwtError::Claims));
        assert_eq!(with(r#","sub":"a","sub":"b""#), Err(JwtError::NotClaims));
    }
}
