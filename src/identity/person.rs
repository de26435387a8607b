//! People: what is known of them, and the names under which they sign in.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::base::secret::hmac_sha256;
use crate::protocol::oidc::claims;

/// What identifies a person; it is stored sealed as one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonalData {
    /// The name that the person chose for signing in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The number of the identity card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    /// Standard claims (OpenID Connect Core §5.1).
    #[serde(default)]
    pub claims: Map<String, Value>,
}

impl PersonalData {
    /// The name to greet the person with.
    pub fn display_name(&self) -> &str {
        let claim = |name: &str| self.claims.get(name).and_then(Value::as_str);
        claim("name").or_else(|| claim("given_name")).or(self.user_name.as_deref()).unwrap_or("—")
    }

    /// The e-mail address, if one is known.
    pub fn email(&self) -> Option<&str> {
        self.claims.get("email").and_then(Value::as_str)
    }
}

/// Whether a claim is a standard one of the type that OpenID Connect Core §5.1 gives it; else what was expected.
pub fn check_claim(name: &str, value: &Value) -> Result<(), String> {
    if !claims::standard().any(|known| known == name) {
        return Err(format!("{name}: is not a standard claim"));
    }
    let (right, expected) = match name {
        "email_verified" | "phone_number_verified" => (value.is_boolean(), "true or false"),
        "updated_at" => (value.is_i64() || value.is_u64(), "a whole number of seconds since 1970"),
        "address" => (value.as_object().is_some_and(|parts| parts.values().all(Value::is_string)), "a table of texts"),
        _ => (value.is_string(), "a text"),
    };
    if right { Ok(()) } else { Err(format!("{name}: expected {expected}")) }
}

/// A name that somebody signs in with, brought to one form: user names and e-mail addresses in any case, identity
/// numbers with or without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SignInName(String);

impl SignInName {
    /// The name that `typed` stands for; `None` for nothing, or for more than 256 bytes.
    pub fn parse(typed: &str) -> Option<Self> {
        let folded: String = typed.trim().to_lowercase();
        let digits: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
        let name = if digits.chars().all(|c| c.is_ascii_digit()) { digits } else { folded };
        (!name.is_empty() && name.len() <= 256).then_some(Self(name))
    }

    /// The keyed digest by which the name is looked up: the name itself stays sealed.
    pub fn digest(&self, key: &[u8]) -> [u8; 32] {
        hmac_sha256(key, &[b"sign-in-name", self.0.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_the_spaces_of_a_number_do_not_matter() {
        assert_eq!(SignInName::parse(" Khai@Example.ORG "), SignInName::parse("khai@example.org"));
        assert_eq!(SignInName::parse("036 200 001 234"), SignInName::parse("036200001234"));
        assert_ne!(SignInName::parse("minh khai"), SignInName::parse("minhkhai"));
        assert_eq!(SignInName::parse("  "), None);
    }
}
