//! What is counted of how services are used: never of whom. Each figure has one name for ever: in the database, in CSV, in the API.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::assurance::Acr;
use super::assurance::Amr;
use crate::base::time::Timestamp;
use crate::protocol::error::ErrorCode;

/// Something of which there are so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Codes that were redeemed.
    SignIns,
    /// Of those, the ones of this class.
    Class(Acr),
    /// Of those, the ones by this method.
    Method(Method),
    /// Of those, the ones that took no longer.
    Took(Took),
    /// Refresh tokens that were exchanged.
    Refreshes,
    /// Pages of this kind that were shown on the way.
    Asked(Asked),
    /// Answers that were no code.
    Refused(ErrorCode),
}

/// By what somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // their names say it
pub enum Method {
    Password,
    PasswordAndCode,
    PasswordAndText,
    PasswordAndPasskey,
    Passkey,
    Code,
    Other,
}

/// How long it took from the request to the tokens; who was signed in already is through in a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // their names say it
pub enum Took {
    Seconds5,
    Seconds30,
    Minute,
    Minutes3,
    Minutes10,
    Longer,
}

/// A step on the way, at which people go on or give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // their names say it
pub enum Asked {
    SignIn,
    Second,
    Lead,
    Select,
    Consent,
    Closing,
}

impl Figure {
    /// What one sign-in counts as.
    pub fn of_sign_in(acr: Acr, amr: &Amr, [begun_at, redeemed_at]: [Timestamp; 2]) -> [Self; 4] {
        let took = Took::of(redeemed_at.since(begun_at));
        [Self::SignIns, Self::Class(acr), Self::Method(Method::of(amr)), Self::Took(took)]
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIns => "sign_ins",
            Self::Class(Acr::One) => "class_1",
            Self::Class(Acr::Two) => "class_2",
            Self::Class(Acr::Three) => "class_3",
            Self::Method(method) => method.as_str(),
            Self::Took(took) => took.as_str(),
            Self::Refreshes => "refreshes",
            Self::Asked(asked) => asked.as_str(),
            Self::Refused(code) => code.as_str(),
        }
    }
}

impl Method {
    /// That of these values.
    pub fn of(amr: &Amr) -> Self {
        let has = |method: &str| amr.iter().any(|own| own == method);
        match (has("pwd"), amr.resist_phishing(), has("otp"), has("sms")) {
            (true, true, ..) => Self::PasswordAndPasskey,
            (true, false, true, _) => Self::PasswordAndCode,
            (true, false, false, true) => Self::PasswordAndText,
            (true, false, false, false) => Self::Password,
            (false, true, ..) => Self::Passkey,
            (false, false, true, _) => Self::Code,
            (false, false, false, _) => Self::Other,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "by_password",
            Self::PasswordAndCode => "by_password_and_code",
            Self::PasswordAndText => "by_password_and_text",
            Self::PasswordAndPasskey => "by_password_and_passkey",
            Self::Passkey => "by_passkey",
            Self::Code => "by_code",
            Self::Other => "by_other",
        }
    }
}

impl Took {
    /// So long.
    pub const fn of(span: Duration) -> Self {
        match span.as_secs() {
            ..=5 => Self::Seconds5,
            6..=30 => Self::Seconds30,
            31..=60 => Self::Minute,
            61..=180 => Self::Minutes3,
            181..=600 => Self::Minutes10,
            601.. => Self::Longer,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Seconds5 => "within_5_seconds",
            Self::Seconds30 => "within_30_seconds",
            Self::Minute => "within_a_minute",
            Self::Minutes3 => "within_3_minutes",
            Self::Minutes10 => "within_10_minutes",
            Self::Longer => "longer",
        }
    }
}

impl Asked {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "asked_to_sign_in",
            Self::Second => "asked_for_more",
            Self::Lead => "asked_to_secure",
            Self::Select => "asked_who",
            Self::Consent => "asked_for_consent",
            Self::Closing => "asked_to_keep",
        }
    }
}

/// How many there were of what, by name. What a later version counts is kept as well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// So many more.
    pub fn add(&mut self, figure: Figure, more: u64) {
        self.add_named(figure.as_str(), more);
    }

    /// All of another's as well.
    pub fn merge(&mut self, other: &Self) {
        other.iter().for_each(|(name, count)| self.add_named(name, count));
    }

    fn add_named(&mut self, name: &str, more: u64) {
        match self.0.get_mut(name) {
            Some(count) => *count = count.saturating_add(more),
            None => drop(self.0.insert(name.to_owned(), more)),
        }
    }

    /// How many there were.
    pub fn get(&self, figure: Figure) -> u64 {
        self.0.get(figure.as_str()).copied().unwrap_or_default()
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_follows_from_what_was_presented() {
        let password = Amr::password();
        for (amr, name) in [
            (password.clone(), "by_password"),
            (password.clone().and(Amr::code()), "by_password_and_code"),
            (password.clone().and(Amr::text()), "by_password_and_text"),
            (password.and(Amr::passkey(true)), "by_password_and_passkey"),
            (Amr::passkey(false), "by_passkey"),
            (Amr::code(), "by_code"),
            (Amr::default(), "by_other"),
        ] {
            assert_eq!(Method::of(&amr).as_str(), name);
        }
    }

    #[test]
    fn what_was_counted_apart_is_added() {
        let (mut one, mut other) = (Counts::default(), Counts::default());
        one.add(Figure::SignIns, 2);
        other.add(Figure::SignIns, 3);
        other.add(Figure::Refused(ErrorCode::AccessDenied), 1);
        one.merge(&other);
        assert_eq!(one.iter().collect::<Vec<_>>(), [("access_denied", 1), ("sign_ins", 5)]);
        assert_eq!((one.get(Figure::SignIns), one.get(Figure::Refreshes)), (5, 0));
    }
}
