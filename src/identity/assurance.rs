//! Assurance: context classes (`acr`) and methods (`amr`, RFC 8176), and which of them can be reached.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;

/// A context class, by rising strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Acr {
    /// Any one factor, identity self-asserted or level 1.
    One,
    /// Identity level 2, two factors or a passkey with user verification.
    Two,
    /// Identity level 2, resistant to phishing and fresh.
    Three,
}

impl Acr {
    const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// As it stands in tokens and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "urn:motcua:acr:1",
            Self::Two => "urn:motcua:acr:2",
            Self::Three => "urn:motcua:acr:3",
        }
    }

    /// The class of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }

    /// The class that was stored under this name. One that nobody knows says least.
    pub fn stored(text: &str) -> Self {
        Self::parse(text).unwrap_or(Self::One)
    }
}

impl TryFrom<String> for Acr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no context class"))
    }
}

impl From<Acr> for String {
    fn from(class: Acr) -> Self {
        class.as_str().to_owned()
    }
}

/// RFC 8176: a password.
const PASSWORD: &str = "pwd";

/// The methods by which somebody signed in: a set of the values of RFC 8176.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Amr(BTreeSet<String>);

impl Amr {
    /// A password.
    pub fn password() -> Self {
        Self(BTreeSet::from([PASSWORD.to_owned()]))
    }

    /// The methods of a space-delimited text.
    pub fn parse(text: &str) -> Self {
        Self(text.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// Its values, in the order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Amr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, method) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(method)?;
        }
        Ok(())
    }
}

impl From<String> for Amr {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Amr> for String {
    fn from(methods: Amr) -> Self {
        methods.to_string()
    }
}

/// The classes that a sign-in can reach, by rising strength.
pub const REACHABLE: [&str; 1] = [Acr::One.as_str()];

/// Whether one of the classes that are indispensable to a client can be reached. An empty list asks for any.
pub fn can_reach(essential: &[&str]) -> bool {
    essential.is_empty() || essential.iter().any(|class| REACHABLE.contains(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ordered_by_strength_and_one_that_is_unknown_says_least() {
        assert!(Acr::One < Acr::Two && Acr::Two < Acr::Three);
        assert_eq!(Acr::ALL.map(|class| Acr::parse(class.as_str())), Acr::ALL.map(Some));
        assert_eq!(Acr::stored("urn:somebody:else"), Acr::One);
    }

    #[test]
    fn methods_are_a_set_whatever_their_order() {
        assert_eq!(Amr::parse("pwd otp"), Amr::parse("otp pwd  otp"));
        assert_eq!(Amr::parse("pwd otp").to_string(), "otp pwd");
    }
}
