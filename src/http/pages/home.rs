//! What the issuer's own address says.

use std::borrow::Cow;

use askama::Template;

use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;

/// The page at `/`.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The name of the person who is signed in, if somebody is.
    pub signed_in_as: Option<&'a str>,
    /// Whether people may open an account.
    pub opens_accounts: bool,
    /// Services that the person used of late, and that can be opened from here.
    pub recent: &'a [ShownService],
    /// The other services that can.
    pub others: &'a [ShownService],
}

/// A service that can be opened.
#[derive(Clone, Debug)]
pub struct ShownService {
    /// Its name.
    pub name: String,
    /// Who offers it.
    pub agency: String,
    /// What stands for the agency.
    pub initials: String,
    /// The address that opens it.
    pub href: String,
}

impl Home<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.heading())
    }

    fn heading(&self) -> String {
        match self.signed_in_as {
            Some(name) => say::home_welcome(self.frame.lang, name),
            None => self.frame.text(key::HOME_WHAT).into_owned(),
        }
    }

    fn lines(&self) -> Vec<String> {
        let (lang, name) = (self.frame.lang, self.frame.name());
        match self.signed_in_as {
            Some(_) => vec![say::home_signed_in(lang, name)],
            None if self.others.is_empty() => {
                vec![say::home_what_for(lang, name), self.frame.text(key::HOME_HOW).into_owned()]
            }
            None => vec![say::home_what_for(lang, name)],
        }
    }

    /// The lists, each beneath its heading.
    fn lists(&self) -> Vec<(Cow<'static, str>, &[ShownService])> {
        let others = if self.recent.is_empty() { key::HOME_SERVICES } else { key::HOME_OTHERS };
        let lists = [(key::HOME_RECENT, self.recent), (others, self.others)];
        let shown = lists.into_iter().filter(|(_, services)| !services.is_empty());
        shown.map(|(heading, services)| (self.frame.text(heading), services)).collect()
    }
}
