//! The API of officials, as people read it who write programs for it.

use askama::Template;

use crate::i18n::key;

use super::frame::Frame;

/// What can be asked of the API.
#[derive(Clone, Debug, Default)]
pub struct ApiOperation {
    /// Its name in the description of the API.
    pub id: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// And in more than that, where there is more to say.
    pub description: String,
    /// The scope values of which the access token needs one.
    pub scopes: String,
    /// What stands in the address and in header fields.
    pub parameters: Vec<ApiField>,
    /// The members of what is sent.
    pub body: Vec<ApiField>,
    /// What is answered where it is done.
    pub answers: Vec<ApiAnswer>,
    /// The statuses of problems.
    pub problems: String,
    /// A command that asks for it.
    pub example: String,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct ApiAnswer {
    /// The status.
    pub status: String,
    /// What it stands for.
    pub what: String,
    /// The members of its body.
    pub fields: Vec<ApiField>,
}

/// A parameter or a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiField {
    /// Its name; of a member of a member, with the names above it.
    pub name: String,
    /// Where it stands, for a parameter: path, query or header.
    pub place: String,
    /// Of which kind it is.
    pub kind: String,
    /// Whether it must be there.
    pub is_required: bool,
    /// What it is.
    pub what: String,
}

/// The page at `/api`.
#[derive(Template)]
#[template(path = "api.html")]
pub struct ApiIndex<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What there is, each with how much can be asked of it.
    pub tags: &'a [(String, usize)],
}

impl ApiIndex<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::API_TITLE))
    }
}

/// The page at `/api/TAG`.
#[derive(Template)]
#[template(path = "api_tag.html")]
pub struct ApiTag<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What it is about.
    pub tag: &'a str,
    /// What can be asked.
    pub operations: &'a [ApiOperation],
}

impl ApiTag<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(self.tag)
    }
}

/// The page at `/api/TAG/OPERATION`.
#[derive(Template)]
#[template(path = "api_operation.html")]
pub struct ApiOne<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What it is about.
    pub tag: &'a str,
    /// The one.
    pub operation: &'a ApiOperation,
}

impl ApiOne<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.operation.summary)
    }
}
