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

/// How surely the state knows who somebody is, from proofing events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// By their own word.
    #[default]
    Zero,
    /// By a document that was not looked at in person.
    One,
    /// In person, or by the chip of a card.
    Two,
}

impl Level {
    /// The level that was stored as this number. One of a later version is the highest that is known.
    pub const fn stored(number: i64) -> Self {
        match number {
            ..=0 => Self::Zero,
            1 => Self::One,
            _ => Self::Two,
        }
    }

    /// As it is stored and shown.
    pub const fn number(self) -> i64 {
        match self {
            Self::Zero => 0,
            Self::One => 1,
            Self::Two => 2,
        }
    }
}

impl Acr {
    /// The class of somebody who is known so surely and signed in by these methods.
    pub fn of(level: Level, methods: &Amr) -> Self {
        match level {
            Level::Zero | Level::One => Self::One,
            Level::Two if methods.resist_phishing() => Self::Three,
            Level::Two if methods.are_several() => Self::Two,
            Level::Two => Self::One,
        }
    }

    /// The class that `acr_values` or an essential claim asks for at least: any one that is named suffices.
    pub fn least<'a>(named: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        named.into_iter().filter_map(Self::parse).min()
    }
}

/// What a class is worth at least in the frameworks that others know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Worth {
    /// The class.
    #[serde(skip)]
    pub acr: Acr,
    /// Level of assurance of eIDAS (Implementing Regulation (EU) 2015/1502), by its URI; none where nobody may have looked at
    /// an identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eidas: Option<&'static str>,
    /// Identity assurance level: NIST SP 800-63A-4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nist_ial: Option<u8>,
    /// Authentication assurance level: NIST SP 800-63B-4. A key that is copied between devices is no more than AAL2 (§3.1.7).
    pub nist_aal: u8,
    /// Whether no false page can use what was presented: NIST SP 800-63B-4 §3.2.5.
    pub phishing_resistant: bool,
}

/// eIDAS: "substantial".
const SUBSTANTIAL: &str = "http://eidas.europa.eu/LoA/substantial";

/// The mapping that is published: in the provider metadata, at `/assurance` and in the README.
pub const WORTH: [Worth; 3] = [
    Worth { acr: Acr::One, eidas: None, nist_ial: None, nist_aal: 1, phishing_resistant: false },
    Worth { acr: Acr::Two, eidas: Some(SUBSTANTIAL), nist_ial: Some(2), nist_aal: 2, phishing_resistant: false },
    Worth { acr: Acr::Three, eidas: Some(SUBSTANTIAL), nist_ial: Some(2), nist_aal: 2, phishing_resistant: true },
];

/// RFC 8176: a password.
const PASSWORD: &str = "pwd";
/// RFC 8176: "One-time password."
const OTP: &str = "otp";
/// RFC 8176: "Confirmation using SMS".
const TEXT: &str = "sms";
/// RFC 8176: "proof-of-possession of a hardware-secured key".
const HARDWARE_KEY: &str = "hwk";
/// RFC 8176: "proof-of-possession of a software-secured key": one that its platform copies between devices.
const SOFTWARE_KEY: &str = "swk";
/// RFC 8176: "User presence test".
const PRESENCE: &str = "user";
/// RFC 8176: "Multiple-factor authentication".
const SEVERAL: &str = "mfa";

/// The methods by which somebody signed in: a set of the values of RFC 8176.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Amr(BTreeSet<String>);

impl Amr {
    /// A password.
    pub fn password() -> Self {
        Self(BTreeSet::from([PASSWORD.to_owned()]))
    }

    /// A code from a device or from paper.
    pub fn code() -> Self {
        Self(BTreeSet::from([OTP.to_owned()]))
    }

    /// A code that was sent to a telephone.
    pub fn text() -> Self {
        Self(BTreeSet::from([TEXT.to_owned()]))
    }

    /// A passkey whose device verified who uses it: two factors by itself. `synced`: its key leaves the device.
    pub fn passkey(synced: bool) -> Self {
        let key = if synced { SOFTWARE_KEY } else { HARDWARE_KEY };
        Self([key, PRESENCE, SEVERAL].map(str::to_owned).into())
    }

    /// Both together; what one knows and what one has are several factors.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        if self.has(PASSWORD) && (self.has(OTP) || self.has(TEXT) || self.resist_phishing()) {
            self.0.insert(SEVERAL.to_owned());
        }
        self
    }

    /// Whether they are two factors at least.
    pub fn are_several(&self) -> bool {
        self.has(SEVERAL)
    }

    /// Whether a passkey is among them: every one of ours verifies its user.
    pub fn resist_phishing(&self) -> bool {
        self.has(HARDWARE_KEY) || self.has(SOFTWARE_KEY)
    }

    fn has(&self, method: &str) -> bool {
        self.0.contains(method)
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

/// The classes that a sign-in can reach, by rising strength: the highest by a passkey alone.
pub const fn reachable(with_passkeys: bool) -> &'static [&'static str] {
    const TWO: [&str; 2] = [Acr::One.as_str(), Acr::Two.as_str()];
    const ALL: [&str; 3] = [TWO[0], TWO[1], Acr::Three.as_str()];
    if with_passkeys { &ALL } else { &TWO }
}

/// Whether one of the classes that are indispensable to a client can be reached. An empty list asks for any.
pub fn can_reach(essential: &[&str], with_passkeys: bool) -> bool {
    essential.is_empty() || essential.iter().any(|class| reachable(with_passkeys).contains(class))
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

    /// The table of the design: proofing in the rows, authentication in the columns.
    #[test]
    fn a_class_follows_from_proofing_and_methods() {
        let password = Amr::password();
        let two = Amr::password().and(Amr::code());
        let sent = Amr::password().and(Amr::text());
        let methods = [&password, &Amr::code(), &two, &sent, &Amr::passkey(true), &Amr::passkey(false)];
        let row = |level| methods.map(|methods| Acr::of(level, methods));
        assert_eq!(row(Level::Zero), [Acr::One; 6]);
        assert_eq!(row(Level::One), [Acr::One; 6]);
        assert_eq!(row(Level::Two), [Acr::One, Acr::One, Acr::Two, Acr::Two, Acr::Three, Acr::Three]);
        assert_eq!(two.to_string(), "mfa otp pwd");
        assert_eq!(password.and(Amr::passkey(false)).to_string(), "hwk mfa pwd user");
    }

    #[test]
    fn the_highest_class_is_reached_by_a_passkey_alone() {
        assert!(Acr::ALL.iter().all(|class| can_reach(&[class.as_str()], true)));
        assert_eq!(Acr::ALL.map(|class| can_reach(&[class.as_str()], false)), [true, true, false]);
        assert!(can_reach(&[], false) && can_reach(&[Acr::Three.as_str(), Acr::One.as_str()], false));
    }

    #[test]
    fn methods_are_a_set_whatever_their_order() {
        assert_eq!(Amr::parse("pwd otp"), Amr::parse("otp pwd  otp"));
        assert_eq!(Amr::parse("pwd otp").to_string(), "otp pwd");
    }
}
