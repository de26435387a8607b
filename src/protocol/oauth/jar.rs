//! Request objects: RFC 9101, OpenID Connect Core §6.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Map;
use serde_json::Value;

use super::client_metadata::ClientMetadata;
use super::client_metadata::Profile;
use super::parameters::Parameters;
use super::private_key_jwt::LEEWAY;
use super::private_key_jwt::Used;
use crate::base::time::Timestamp;
use crate::jose::jwt;
use crate::jose::jwt::JwtError;
use crate::jose::jwt::Rules;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;

/// The type that request objects may name (RFC 9101 §4); a request object of OpenID Connect names none, or `JWT`.
const TYP: &str = "oauth-authz-req+jwt";
/// A strict client's request object may expire so far ahead at most.
const LONGEST_LIFE: Duration = Duration::from_secs(3600);

/// What the request object of a client must say beside its parameters (RFC 9101 §4). Where OpenID Connect Core §6.1 leaves
/// `iss`, `aud` and `exp` out, the profile `strict` does not.
#[derive(Clone, Copy, Debug)]
pub struct RequestObject<'a> {
    /// The client that asks: `iss`.
    pub client_id: &'a str,
    /// Which rules hold for it.
    pub profile: Profile,
    /// Our name: `aud`, or one of them.
    pub issuer: &'a str,
    /// The present instant.
    pub now: Timestamp,
}

impl Rules for RequestObject<'_> {
    fn check(&self, typ: Option<&str>, claims: &Map<String, Value>) -> Result<(), JwtError> {
        if !jwt::is_typ(typ, None) && !jwt::is_typ(typ, Some(TYP)) {
            return Err(JwtError::Typ);
        }
        // §10.8: what has the client as its subject is an assertion of the client, signed to authenticate it.
        if claims.get("sub").is_some_and(|sub| sub == self.client_id) {
            return Err(JwtError::Subject);
        }
        self.needed(claims, &["iss", "aud", "exp", "client_id", "response_type"])?;
        if claims.get("iss").is_some_and(|iss| iss != self.client_id) {
            return Err(JwtError::Issuer);
        }
        if jwt::audiences(claims)?.is_some_and(|named| !named.contains(&self.issuer)) {
            return Err(JwtError::Audience);
        }
        if let Some(expires) = jwt::instant(claims, "exp")? {
            self.alive(expires)?;
        }
        if claims.contains_key("jti") && claims.contains_key("exp") {
            Used::of(claims)?;
        }
        jwt::not_ahead(claims, self.now + LEEWAY)
    }
}

impl RequestObject<'_> {
    fn needed(&self, claims: &Map<String, Value>, names: &[&'static str]) -> Result<(), JwtError> {
        match (self.profile, names.iter().find(|name| !claims.contains_key(**name))) {
            (Profile::Strict, Some(name)) => Err(JwtError::Missing(name)),
            (Profile::Strict | Profile::Oidc, _) => Ok(()),
        }
    }

    fn alive(&self, expires: Timestamp) -> Result<(), JwtError> {
        if self.now >= expires + LEEWAY {
            return Err(JwtError::Expired);
        }
        if self.profile.bounds_request_objects() && expires > self.now + LONGEST_LIFE + LEEWAY {
            return Err(JwtError::LivesTooLong);
        }
        Ok(())
    }
}

/// The parameters that a request object carries (§4): texts as they are, `max_age` as a number, `claims` as an object,
/// `resource` as a text or several. What is no parameter is ignored, as in a query. A `client_id` names the client that
/// signed (§6.3: "MUST be identical").
pub fn parameters(claims: &Map<String, Value>, client_id: &str) -> Result<Parameters, OAuthError> {
    if claims.get("client_id").is_some_and(|id| id != client_id) {
        return Err(refused("client_id", "differs in the request object"));
    }
    let mut values = HashMap::new();
    let mut resources = Vec::new();
    for (name, value) in claims.iter().filter(|(name, _)| !IN_EVERY_JWT.contains(&name.as_str())) {
        match (name.as_str(), value) {
            ("request" | "request_uri", _) => return Err(refused(name, "must not stand in a request object")), // §4
            ("resource", Value::Array(several)) => {
                let texts = several.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                resources.extend(texts.ok_or_else(|| refused(name, "is malformed in the request object"))?);
            }
            ("resource", Value::String(one)) => resources.push(one.clone()),
            (_, Value::String(text)) => drop(values.insert(name.clone(), text.clone())),
            ("claims" | "registration", Value::Object(_)) => drop(values.insert(name.clone(), value.to_string())),
            ("max_age", Value::Number(number)) if number.is_u64() => {
                values.insert(name.clone(), number.to_string());
            }
            (known, _) if PARAMETERS.contains(&known) => {
                return Err(refused(name, "is malformed in the request object"));
            }
            _ => {}
        }
    }
    if values.values().chain(&resources).any(|text| text.contains('\0')) {
        return Err(OAuthError::new(ErrorCode::InvalidRequestObject, "the request object holds a character NUL"));
    }
    Ok(Parameters::of(values, resources))
}

fn refused(name: &str, why: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequestObject, format!("{name} {why}"))
}

/// Registered claims of RFC 7519 §4.1, which are no parameters.
const IN_EVERY_JWT: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
/// Parameters that we heed.
const PARAMETERS: [&str; 19] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "response_mode",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "display",
    "prompt",
    "max_age",
    "ui_locales",
    "id_token_hint",
    "login_hint",
    "acr_values",
    "claims",
    "registration",
    "resource",
];

/// Whether `request_uri` is one that the client registered. A fragment names a version of what is there (OpenID Connect Core
/// §6.2) and may change.
pub fn is_registered(client: &ClientMetadata, request_uri: &str) -> bool {
    client.request_uris.iter().any(|registered| without_fragment(registered) == without_fragment(request_uri))
}

/// The part of a URL that is sent to its server.
pub fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: Value) -> Result<Parameters, OAuthError> {
        parameters(claims.as_object().unwrap(), "rp")
    }

    #[test]
    fn parameters_are_read_by_their_own_types() {
        let claims = json!({
            "iss": "rp", "aud": ["op"], "exp": 1, "sub": "x", "state": "s", "nonce": "", "max_age": 60,
            "claims": {"id_token": {"acr": null}}, "resource": ["https://a", "https://b"], "vendor": {"a": [1]},
        });
        let parameters = read(claims).unwrap();
        assert_eq!((parameters.get("state"), parameters.get("nonce")), (Some("s"), None));
        assert_eq!((parameters.get("max_age"), parameters.get("iss")), (Some("60"), None));
        assert_eq!(parameters.get("claims"), Some(r#"{"id_token":{"acr":null}}"#));
        assert_eq!(parameters.resources(), ["https://a", "https://b"]);
        assert_eq!(read(json!({"resource": "https://a"})).unwrap().resources(), ["https://a"]);
    }

    #[test]
    fn parameters_of_other_types_and_objects_in_objects_are_refused() {
        for claims in [
            json!({"client_id": "other"}),
            json!({"request": "x"}),
            json!({"request_uri": "https://x"}),
            json!({"state": 1}),
            json!({"scope": ["openid"]}),
            json!({"max_age": -1}),
            json!({"max_age": 1.5}),
            json!({"claims": []}),
            json!({"resource": [1]}),
            json!({"resource": {}}),
            json!({"redirect_uri": null}),
            json!({"state": "a\u{0}b"}),
        ] {
            assert_eq!(read(claims.clone()).unwrap_err().code, ErrorCode::InvalidRequestObject, "{claims}");
        }
    }
}
