//! The page that says what each level of assurance is worth.

use std::borrow::Cow;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;
use crate::identity::assurance::Acr;
use crate::identity::assurance::WORTH;
use crate::identity::assurance::Worth;

use super::frame::Frame;

/// The page at `/assurance`.
#[derive(Template)]
#[template(path = "assurance.html")]
pub struct Assurance<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
}

impl Assurance<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::ASSURANCE))
    }

    fn what(&self) -> String {
        say::assurance_what(self.frame.lang, self.frame.name())
    }

    fn levels(&self) -> [Worth; 3] {
        WORTH
    }

    fn level(&self, worth: &Worth) -> String {
        let level = worth.acr.as_str().rsplit(':').next().unwrap_or_default();
        say::assurance_level(self.frame.lang, level)
    }

    /// What stands beneath a level: what is said of it, and its value.
    fn facts(&self, worth: &Worth) -> [(Cow<'static, str>, String); 4] {
        let (identity, sign_in) = requirements(worth.acr);
        let text = |key: Key| self.frame.text(key);
        [
            (text(key::ASSURANCE_IDENTITY), text(identity).into_owned()),
            (text(key::ASSURANCE_SIGN_IN), text(sign_in).into_owned()),
            ("eIDAS".into(), self.eidas(worth)),
            ("NIST SP 800-63-4".into(), self.nist(worth)),
        ]
    }

    fn eidas(&self, worth: &Worth) -> String {
        match worth.eidas.and_then(|uri| uri.rsplit('/').next()) {
            Some(level) => say::assurance_eidas(self.frame.lang, level),
            None => self.frame.text(key::ASSURANCE_NONE).into_owned(),
        }
    }

    fn nist(&self, worth: &Worth) -> String {
        let levels = worth.nist_ial.map(|level| format!("IAL{level}")).into_iter();
        let levels: Vec<String> = levels.chain([format!("AAL{}", worth.nist_aal)]).collect();
        let resistant = worth.phishing_resistant.then(|| self.frame.text(key::ASSURANCE_RESISTANT).into_owned());
        levels.into_iter().chain(resistant).collect::<Vec<_>>().join(", ")
    }
}

/// What a class asks: who looked at the identity, and how the person signed in.
const fn requirements(acr: Acr) -> (Key, Key) {
    match acr {
        Acr::One => (key::ASSURANCE_SELF, key::ASSURANCE_ANY),
        Acr::Two => (key::ASSURANCE_IN_PERSON, key::ASSURANCE_TWO),
        Acr::Three => (key::ASSURANCE_IN_PERSON, key::ASSURANCE_PASSKEY),
    }
}
