//! The answer to a service by a form that sends itself: OAuth 2.0 Form Post Response Mode §2.

use std::sync::OnceLock;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::secret::sha256;
use crate::i18n::key;

use super::frame::Frame;

/// The page that carries the response to the service's redirect URI.
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The redirect URI.
    pub action: &'a str,
    /// The response's parameters.
    pub fields: &'a [(String, String)],
}

impl FormPost<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::RETURNING))
    }

    fn script(&self) -> &'static str {
        SCRIPT
    }
}

/// The source expression by which the Content-Security-Policy of this page permits its script (CSP3 §2.3.1).
pub fn script_source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| format!("'sha256-{}'", STANDARD.encode(sha256(SCRIPT.as_bytes()))))
}

const SCRIPT: &str = "document.forms[0].submit()";
