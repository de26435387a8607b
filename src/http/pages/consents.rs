//! Which services may receive what of a person: what the person agreed to, and what the law gives.

use askama::Template;

use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;

/// The page at `/consents`.
#[derive(Template)]
#[template(path = "consents.html")]
pub struct Consents<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub form_action: &'a str,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The services to which the person agreed, of which one is named by the field `client`.
    pub services: &'a [ShownConsent],
    /// The services to which the law gave something of late.
    pub by_law: &'a [ShownConsent],
}

/// A service that may receive something.
#[derive(Clone, Debug)]
pub struct ShownConsent {
    /// The client.
    pub client_id: String,
    /// Its service's name.
    pub name: String,
    /// The agency behind it.
    pub agency: Option<String>,
    /// What stands for the agency.
    pub initials: String,
    /// What it may receive, and since when.
    pub lines: Vec<String>,
}

impl Consents<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::CONSENTS))
    }

    fn what(&self) -> String {
        say::consents_what(self.frame.lang, self.frame.name())
    }

    /// What the button is called where the eye does not see beside whose name it stands.
    fn label(&self, service: &ShownConsent) -> String {
        say::consents_withdraw_from(self.frame.lang, &service.name)
    }
}
