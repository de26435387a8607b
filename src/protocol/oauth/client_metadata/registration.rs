//! What a client asks to be registered as, and what it is told: RFC 7591 §2, §3.1 and §3.2.1, OpenID Connect Dynamic
//! Client Registration §2 and §3.

use serde_json::Map;
use serde_json::Value;

use super::ClientMetadata;
use super::Profile;
use crate::jose::json;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oauth::token_request::GrantType;

/// A request of the registration endpoint. Members that nobody knows are passed over (RFC 7591 §2), those with a language
/// tag among them (§2.2): services that belong to an agency have their names in both languages from a declaration.
#[derive(Clone, Debug)]
pub struct Requested(Map<String, Value>);

/// What a deployment offers to clients that register themselves.
pub struct Offer<'a> {
    /// The rules that hold for them.
    pub profile: Profile,
    /// The scope that they may have.
    pub scope: &'a Scope,
}

/// The members of client metadata that a client says of itself.
const ITS_OWN: [&str; 41] = [
    "application_type",
    "backchannel_logout_session_required",
    "backchannel_logout_uri",
    "client_name",
    "client_uri",
    "contacts",
    "default_acr_values",
    "default_max_age",
    "frontchannel_logout_session_required",
    "frontchannel_logout_uri",
    "grant_types",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "id_token_signed_response_alg",
    "initiate_login_uri",
    "introspection_signed_response_alg",
    "jwks",
    "jwks_uri",
    "logo_uri",
    "policy_uri",
    "post_logout_redirect_uris",
    "redirect_uris",
    "request_object_encryption_alg",
    "request_object_encryption_enc",
    "request_object_signing_alg",
    "request_uris",
    "require_auth_time",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "scope",
    "sector_identifier_uri",
    "software_id",
    "software_statement",
    "software_version",
    "subject_type",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "tos_uri",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "userinfo_signed_response_alg",
];

/// Such clients sign people in; what else there is needs an operator.
const GRANT_TYPES: [GrantType; 2] = [GrantType::AuthorizationCode, GrantType::RefreshToken];

impl Requested {
    /// Reads the body of a request.
    pub fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let members = json::object(body).ok_or_else(|| {
            OAuthError::new(
                ErrorCode::InvalidClientMetadata,
                "the body is not a JSON object in which no member name repeats",
            )
        })?;
        // RFC 7592 §2.2: to omit a member and to say null is the same.
        Ok(Self(members.into_iter().filter(|(_, value)| !value.is_null()).collect()))
    }

    /// A member that is a text.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, OAuthError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| refused(name, "must be a string"))
    }

    /// The request with what a software statement says: its values "MUST take precedence" (RFC 7591 §2.3).
    pub fn overruled_by(mut self, statement: Map<String, Value>) -> Self {
        let stated = statement.into_iter().filter(|(name, value)| is_its_own(name) && !value.is_null());
        self.0.extend(stated.filter(|(name, _)| name != "software_statement"));
        self
    }

    /// The metadata to register: everything that is asked for can be kept, and what is left open is chosen.
    pub fn metadata(&self, offer: &Offer<'_>) -> Result<ClientMetadata, OAuthError> {
        self.check_response_types()?;
        let members: Map<String, Value> = self.0.clone().into_iter().filter(|(name, _)| is_its_own(name)).collect();
        let mut metadata: ClientMetadata =
            serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
                let member = error.path().to_string();
                let member = member.split(['.', '[']).next().unwrap_or_default();
                refused(member, &error.inner().to_string())
            })?;
        metadata.profile = offer.profile;
        if let Some(other) = metadata.grant_types.iter().find(|grant| !GRANT_TYPES.contains(grant)) {
            let why = format!("{} is not offered to clients that register themselves", other.as_str());
            return Err(refused("grant_types", &why));
        }
        metadata.scope = self.scope(&metadata, offer.scope)?;
        metadata.validate().map_err(|(member, why)| refused(member, &why))?;
        // §2: "a URI using the https scheme". An operator alone may trust a machine's own address.
        if metadata.initiate_login_uri.as_ref().is_some_and(|uri| !uri.to_ascii_lowercase().starts_with("https:")) {
            return Err(refused("initiate_login_uri", "must be an https URL"));
        }
        Ok(metadata)
    }

    /// OpenID Connect Registration §2: `response_types` and `grant_types` correspond; `code` is all that there is.
    fn check_response_types(&self) -> Result<(), OAuthError> {
        let Some(value) = self.0.get("response_types") else { return Ok(()) };
        let list = value.as_array().ok_or_else(|| refused("response_types", "must be an array of strings"))?;
        if list.iter().any(|entry| entry.as_str() != Some("code")) {
            return Err(refused("response_types", "the only response type is code"));
        }
        Ok(())
    }

    /// What it asks for and may have; all that it may have where it asks for nothing (RFC 7591 §2).
    fn scope(&self, metadata: &ClientMetadata, allowed: &Scope) -> Result<Scope, OAuthError> {
        let asked = if self.0.contains_key("scope") { &metadata.scope } else { allowed };
        let usable = |value: &str| value != OFFLINE_ACCESS || metadata.may(GrantType::RefreshToken);
        let scope = asked.filtered(|value| allowed.contains(value) && usable(value));
        if scope.is_empty() {
            return Err(refused("scope", "clients that register themselves may have none of it"));
        }
        Ok(scope)
    }
}

impl ClientMetadata {
    /// What a client that registered itself is told of it: "all registered metadata about this client" (RFC 7591 §3.2.1),
    /// what we chose for it included.
    pub fn registered(&self) -> Map<String, Value> {
        let mut members = match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        };
        members.retain(|name, value| is_its_own(name) && value.as_array().is_none_or(|list| !list.is_empty()));
        members.insert("response_types".into(), Value::from(["code"].as_slice()));
        members.insert("id_token_signed_response_alg".into(), self.id_token_alg().as_str().into());
        members
    }
}

/// A refusal because of `member`: RFC 7591 §3.2.2.
pub fn refused(member: &str, why: &str) -> OAuthError {
    let code = match member {
        "redirect_uris" => ErrorCode::InvalidRedirectUri,
        _ => ErrorCode::InvalidClientMetadata,
    };
    let (member, why) = (wire(member), wire(why));
    OAuthError::new(code, if member.is_empty() { why } else { format!("{member}: {why}") })
}

fn is_its_own(name: &str) -> bool {
    ITS_OWN.contains(&name)
}

/// What strangers wrote, in the characters of an `error_description` (RFC 6749 §5.2).
fn wire(text: &str) -> String {
    let plain = |c| match c {
        '"' | '`' => '\'',
        '\\' => '/',
        ' '..='~' => c,
        _ => '?',
    };
    text.chars().take(300).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;
    use serde::de::Deserializer;
    use serde::de::Visitor;
    use serde_json::json;

    use super::*;

    /// Members that the operator alone decides.
    const OPERATORS: [&str; 7] =
        ["lifetimes", "max_auth_age", "min_acr", "origins", "profile", "protected_resources", "resources"];

    /// Asks a struct for the names of its fields.
    struct Fields<'a>(&'a mut Vec<&'static str>);

    impl<'de> Deserializer<'de> for Fields<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("a struct was expected"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            self.0.extend(fields);
            Err(serde::de::Error::custom("the names are known"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    #[test]
    fn each_member_is_the_clients_to_say_or_the_operators() {
        let mut fields = Vec::new();
        let _ = ClientMetadata::deserialize(Fields(&mut fields));
        let known: BTreeSet<&str> = ITS_OWN.into_iter().chain(OPERATORS).collect();
        assert_eq!(fields.into_iter().collect::<BTreeSet<_>>(), known);
    }

    fn metadata(request: &Value) -> Result<ClientMetadata, OAuthError> {
        let scope = Scope::parse("openid profile offline_access")?;
        let offer = Offer { profile: Profile::Oidc, scope: &scope };
        Requested::parse(request.to_string().as_bytes())?.metadata(&offer)
    }

    #[test]
    fn what_the_operator_decides_is_passed_over() {
        let request = json!({"redirect_uris": ["https://rp.example/cb"], "profile": "strict", "origins": ["https://a.example"],
            "lifetimes": {"id_token": 1}, "resources": ["https://api.example"], "client_name#vi": "Tên", "extra": {"a": 1}});
        let plain = json!({"redirect_uris": ["https://rp.example/cb"]});
        assert_eq!(metadata(&request).unwrap(), metadata(&plain).unwrap());
    }

    #[test]
    fn a_statement_overrules_what_stands_beside_it() {
        let request = json!({"redirect_uris": ["https://rp.example/cb"], "client_name": "mine", "software_id": "1"});
        let statement = json!({"iss": "x", "client_name": "theirs", "profile": "strict", "software_statement": "x"});
        let requested = Requested::parse(request.to_string().as_bytes()).unwrap();
        let Requested(members) = requested.overruled_by(statement.as_object().unwrap().clone());
        let expected = json!({"redirect_uris": ["https://rp.example/cb"], "client_name": "theirs", "software_id": "1"});
        assert_eq!(Value::Object(members), expected);
    }

    #[test]
    fn a_refusal_names_the_member_in_the_characters_of_a_description() {
        for (request, expected) in [
            (json!({"redirect_uris": "x"}), "redirect_uris: "),
            (json!({"redirect_uris": ["https://rp.example/cb", 1]}), "redirect_uris: "),
            (json!({"token_endpoint_auth_method": "\"\\\u{1edf}"}), "token_endpoint_auth_method: "),
            (json!({"default_max_age": -1}), "default_max_age: "),
        ] {
            let error = metadata(&request).unwrap_err();
            assert!(error.description.starts_with(expected), "{request}: {error}");
            let plain = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
            assert!(error.description.chars().all(plain), "{error}");
        }
    }
}
