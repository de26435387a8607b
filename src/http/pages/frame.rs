//! What stands around every page: the deployment's name and emblem, the languages, the ways to help.

use std::borrow::Cow;
use std::time::Duration;

use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::Words;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;

use super::style::style_path;

/// What an operator chooses about every page; nothing else of it changes from one deployment to another.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The name in the head and in titles.
    pub name: Words,
    /// The small line under the name.
    pub tagline: Option<Words>,
    /// An emblem as SVG, 38 px high, inserted as it is: it comes from the configuration, never from a stranger.
    pub emblem: String,
    /// The address of a style sheet that gives other values to the tokens.
    pub tokens_href: Option<String>,
    /// From where what is known of people comes.
    pub records: Option<Words>,
    /// Where people find help.
    pub help: Option<Contact>,
    /// The address of the privacy notice.
    pub privacy_href: Option<String>,
    /// The address of the accessibility statement.
    pub accessibility_href: Option<String>,
}

/// Where people find help.
#[derive(Clone, Debug)]
pub struct Contact {
    /// As it is read: a telephone number, for instance.
    pub shown: String,
    /// As it is opened: `tel:`, `mailto:` or a page.
    pub href: String,
}

impl Default for Deployment {
    fn default() -> Self {
        Self {
            name: Words { vi: "Một Cửa".to_owned(), en: "Một Cửa".to_owned() },
            tagline: Some(Words { vi: "Tài khoản công dân".to_owned(), en: "Citizen account".to_owned() }),
            emblem: include_str!("assets/emblem.svg").trim_end().to_owned(),
            tokens_href: None,
            records: None,
            help: None,
            privacy_href: None,
            accessibility_href: None,
        }
    }
}

/// What every page is given.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The language of the page.
    pub lang: Lang,
    /// The operator's choices.
    pub deployment: &'a Deployment,
    /// Where the same page stands in the other language; `None` for a page that cannot be asked for again.
    pub other_language_href: Option<String>,
}

impl Frame<'_> {
    /// A text in the page's language.
    pub(super) fn text(&self, key: Key) -> Cow<'static, str> {
        text(self.lang, key)
    }

    /// The same, of what a template has by reference.
    pub(super) fn text_of(&self, key: &Key) -> Cow<'static, str> {
        text(self.lang, *key)
    }

    /// The deployment's name.
    pub(super) fn name(&self) -> &str {
        self.deployment.name.of(self.lang)
    }

    pub(super) fn tagline(&self) -> Option<&str> {
        self.deployment.tagline.as_ref().map(|words| words.of(self.lang))
    }

    /// The document's title of an ordinary page.
    pub(super) fn title(&self, heading: &str) -> String {
        say::title(self.lang, self.name(), heading)
    }

    /// The document's title of a page that tells of an error.
    pub(super) fn title_with_error(&self, heading: &str) -> String {
        say::title_with_error(self.lang, self.name(), heading)
    }

    /// Where to turn when the advice given did not help, if the operator offers a place.
    pub(super) fn help_if_stuck(&self) -> Option<String> {
        self.deployment.help.as_ref().map(|help| say::help_if_stuck(self.lang, &help.shown))
    }

    /// A span of time in words, never shorter than it is.
    pub(super) fn wait(&self, span: Duration) -> String {
        let seconds = span.as_secs() + u64::from(span.subsec_nanos() > 0);
        match seconds.max(1) {
            seconds @ 1..60 => say::wait_seconds(self.lang, seconds),
            seconds @ 60..3600 => say::wait_minutes(self.lang, seconds.div_ceil(60)),
            seconds => say::wait_hours(self.lang, seconds.div_ceil(3600)),
        }
    }

    pub(super) fn languages(&self) -> [Lang; 2] {
        Lang::all()
    }

    /// What a language calls itself.
    pub(super) fn name_of(&self, language: &Lang) -> Cow<'static, str> {
        text(*language, key::LANGUAGE_NAME)
    }

    pub(super) fn style_path(&self) -> &'static str {
        style_path()
    }

    /// The links of the foot: text and address.
    pub(super) fn links(&self) -> Vec<(String, &str)> {
        let help = self.deployment.help.as_ref().map(|help| (say::help(self.lang, &help.shown), help.href.as_str()));
        let privacy = self.deployment.privacy_href.as_deref().map(|href| (self.text(key::PRIVACY).into_owned(), href));
        let accessibility = self.deployment.accessibility_href.as_deref();
        let accessibility = accessibility.map(|href| (self.text(key::ACCESSIBILITY).into_owned(), href));
        help.into_iter().chain(privacy).chain(accessibility).collect()
    }
}
