//! Scope: RFC 6749 §3.3.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;

/// A set of scope values, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(String);

/// The OpenID Connect scope (Core §3.1.2.1).
pub const OPENID: &str = "openid";
/// The scope that asks for refresh tokens (OpenID Connect Core §11).
pub const OFFLINE_ACCESS: &str = "offline_access";

impl Scope {
    /// Parses a space-delimited list; `invalid_scope` for characters that the grammar does not know.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let token = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let mut seen: Vec<&str> = Vec::new();
        for value in text.split(' ').filter(|value| !value.is_empty()) {
            if !value.bytes().all(token) {
                return Err(OAuthError::new(ErrorCode::InvalidScope, "the scope has a character that is not allowed"));
            }
            if !seen.contains(&value) {
                seen.push(value);
            }
        }
        Ok(Self(seen.join(" ")))
    }

    /// The values.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|value| !value.is_empty())
    }

    /// Whether `value` is among them.
    pub fn contains(&self, value: &str) -> bool {
        self.iter().any(|own| own == value)
    }

    /// Whether every value stands in `other` as well.
    pub fn within(&self, other: &Self) -> bool {
        self.iter().all(|value| other.contains(value))
    }

    /// The values that `keep` lets pass.
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.iter().filter(|value| keep(value)).collect::<Vec<_>>().join(" "))
    }

    /// These values and those of `other`.
    pub fn union(&self, other: &Self) -> Self {
        let more = other.iter().filter(|value| !self.contains(value));
        Self(self.iter().chain(more).collect::<Vec<_>>().join(" "))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The space-delimited text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Scope {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|error| error.description.into_owned())
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_filtered_scope_is_within_the_whole(text in "[a-d ]{0,20}", drop in "[a-d]") {
            let whole = Scope::parse(&text).unwrap();
            let part = whole.filtered(|value| value != drop);
            prop_assert!(part.within(&whole));
            prop_assert_eq!(whole.union(&part), whole.clone());
            prop_assert!(!part.contains(&drop));
        }
    }

    #[test]
    fn characters_outside_the_grammar_are_refused() {
        for text in ["a\"b", "a\\b", "ü", "a\nb"] {
            assert!(Scope::parse(text).is_err(), "{text}");
        }
    }
}
