//! People, as officials find them.

use std::borrow::Cow;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;

use super::frame::Frame;

/// The page at `/office/people`.
#[derive(Template)]
#[template(path = "office_find.html")]
pub struct FindPerson<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// In which office.
    pub office: &'a str,
    /// The sealed proof that the page is this session's and office's, a hidden field of this name.
    pub confirm: &'a str,
    /// By what somebody can be looked for.
    pub ways: &'a [(&'static str, Key)],
    /// For what.
    pub purposes: &'a [(&'static str, String)],
    /// What was typed.
    pub typed: &'a SoughtPerson,
    /// What went wrong.
    pub alert: Option<Cow<'static, str>>,
}

/// What somebody typed who looks for a person: fields of these names.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)] // as in Sought
pub struct SoughtPerson {
    pub by: String,
    pub sought: String,
    pub born: String,
    pub purpose: String,
    pub reason: String,
}

/// Who was found, and what can be done: the fields `confirm`, `id`, `reason`, and the button as `decision`.
#[derive(Template)]
#[template(path = "office_found.html")]
pub struct FoundPeople<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// In which office.
    pub office: &'a str,
    /// The sealed proof that the page is this session's and office's.
    pub confirm: &'a str,
    /// Who was found.
    pub people: &'a [FoundPerson],
    /// The reason that was typed.
    pub reason: &'a str,
    /// The buttons: what each does, and says.
    pub buttons: &'a [(&'static str, Key)],
}

/// Somebody who was found.
#[derive(Clone, Debug)]
pub struct FoundPerson {
    /// What the form names them.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// What is shown of them.
    pub facts: Vec<(Key, String)>,
}

impl FindPerson<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        let heading = self.frame.text(key::DESK_PEOPLE);
        if self.alert.is_some() { self.frame.title_with_error(&heading) } else { self.frame.title(&heading) }
    }
}

impl FoundPeople<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::DESK_PEOPLE_FOUND))
    }
}
