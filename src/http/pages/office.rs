//! Where officials work: which office, what they may see there, and what they decide.

use std::borrow::Cow;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;

/// The page at `/office` of who has not chosen where to act.
#[derive(Template)]
#[template(path = "office_choose.html")]
pub struct ChooseOffice<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The offices, of which one is named by the field `office`.
    pub offices: &'a [ShownOffice],
}

/// An office.
#[derive(Clone, Debug)]
pub struct ShownOffice {
    /// What the form names it.
    pub value: String,
    /// What it is called.
    pub called: String,
    /// What the official is there.
    pub roles: String,
}

/// The page at `/office`.
#[derive(Template)]
#[template(path = "office.html")]
pub struct Desk<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// In which office.
    pub office: &'a str,
    /// What the official is there.
    pub roles: &'a str,
    /// Whether there are others to choose from.
    pub others: bool,
    /// Where it leads.
    pub links: &'a [DeskLink],
}

/// Where the desk leads.
#[derive(Clone, Copy, Debug)]
pub struct DeskLink {
    /// What it is called.
    pub name: Key,
    /// The same at length.
    pub what: Key,
    /// Its address.
    pub href: &'static str,
}

/// A list at a desk.
#[derive(Template)]
#[template(path = "office_list.html")]
pub struct DeskList<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// In which office.
    pub office: &'a str,
    /// What it is called.
    pub heading: Key,
    /// What it says where nothing is on it.
    pub none: Key,
    /// What is on it.
    pub rows: &'a [DeskRow],
    /// What else can be done here, and where.
    pub action: Option<(Key, &'a str)>,
    /// The address of the next page.
    pub next: Option<&'a str>,
}

/// A row of a list.
#[derive(Clone, Debug)]
pub struct DeskRow {
    /// What it is.
    pub what: String,
    /// More of it.
    pub lines: Vec<String>,
    /// Its address, if it has one.
    pub href: Option<String>,
}

/// The page at `/office/audit`.
#[derive(Template)]
#[template(path = "office_trail.html")]
pub struct DeskTrail<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// In which office.
    pub office: &'a str,
    /// What can have happened: its name in the form, and what people call it.
    pub acts: &'a [(&'static str, String)],
    /// What was chosen; empty for all.
    pub act: &'a str,
    /// The month that was chosen; empty for the last days.
    pub month: &'a str,
    /// The person whom alone it concerns, by the name that the form has for them.
    pub person: Option<String>,
    /// The system whom alone it concerns; empty for all.
    pub system: &'a str,
    /// The address of the same of everybody.
    pub everybody: &'a str,
    /// What happened, the latest first.
    pub rows: &'a [DeskRow],
    /// The address of the next page.
    pub next: Option<&'a str>,
}

/// One thing at a desk, and what can be decided about it.
#[derive(Template)]
#[template(path = "office_one.html")]
pub struct DeskOne<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// In which office.
    pub office: &'a str,
    /// What it is called.
    pub heading: Key,
    /// What went wrong.
    pub alert: Option<Cow<'static, str>>,
    /// What is known of it.
    pub facts: &'a [(Key, String)],
    /// What has to be known beside.
    pub line: Option<Cow<'static, str>>,
    /// What can be decided.
    pub form: Option<DeskForm<'a>>,
    /// What is done first, and where.
    pub first: Option<(Key, &'a str)>,
    /// Where one came from: what it is called, and its address.
    pub back: (Key, &'static str),
}

/// A form about one thing: `confirm`, `id`, `reason`, and the button as `decision`.
#[derive(Clone, Copy, Debug)]
pub struct DeskForm<'a> {
    /// Where it is sent.
    pub action: &'static str,
    /// The sealed proof that the page is this session's and office's.
    pub confirm: &'a str,
    /// What it is about.
    pub id: &'a str,
    /// The reason that was typed.
    pub reason: &'a str,
    /// The buttons: what each decides, and says; the first one is what is usual.
    pub buttons: &'a [(&'static str, Key)],
}

/// The page at `/office/rights/give`.
#[derive(Template)]
#[template(path = "office_give.html")]
pub struct GiveRight<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// In which office.
    pub office: &'a str,
    /// The sealed proof that the page is this session's and office's, a hidden field of this name.
    pub confirm: &'a str,
    /// The roles: what each is called in the form, and to people.
    pub roles: &'a [(&'static str, String)],
    /// What was typed.
    pub typed: &'a TypedRight,
    /// What went wrong.
    pub alert: Option<Cow<'static, str>>,
}

/// What somebody typed who gives a right: fields of these names.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)] // as in Named
pub struct TypedRight {
    pub person: String,
    pub role: String,
    pub unit: String,
    pub branch: String,
    pub agency: String,
    pub subordinates: bool,
    pub delegate: bool,
    pub until: String,
    pub reason: String,
}

fn titled(frame: &Frame<'_>, heading: Key, is_wrong: bool) -> String {
    let heading = frame.text(heading);
    if is_wrong { frame.title_with_error(&heading) } else { frame.title(&heading) }
}

impl ChooseOffice<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::DESK_CHOOSE, false)
    }

    /// What the button is called where the eye does not see beside what it stands.
    fn label(&self, office: &ShownOffice) -> String {
        say::desk_act_in(self.frame.lang, &office.called)
    }
}

impl Desk<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::DESK, false)
    }
}

impl DeskList<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, self.heading, false)
    }
}

impl DeskTrail<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::DESK_TRAIL, false)
    }
}

impl DeskOne<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, self.heading, self.alert.is_some())
    }
}

impl GiveRight<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::DESK_GIVE, self.alert.is_some())
    }
}
