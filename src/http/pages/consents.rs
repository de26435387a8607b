//! What a person agreed to share, and with whom.

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
    /// The services, of which one is named by the field `client`.
    pub services: &'a [ShownConsent],
}

/// A service with which something is shared.
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
    /// Since which day.
    pub since: String,
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

    fn since(&self, service: &ShownConsent) -> String {
        say::consents_since(self.frame.lang, &service.since)
    }

    /// What the button is called where the eye does not see beside whose name it stands.
    fn label(&self, service: &ShownConsent) -> String {
        say::consents_withdraw_from(self.frame.lang, &service.name)
    }
}
