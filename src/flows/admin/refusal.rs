//! Why an official does not get what he asked for.

use std::time::Duration;

use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::text;
use crate::identity::authority::Widens;
use crate::parts::authority::Answer;
use crate::parts::authority::Refused;
use crate::parts::authority::words;

/// Why something is not done.
pub enum Refusal {
    /// Whoever asks may not.
    May(Box<Answer>),
    /// The right would be more than the one by which it would be given.
    Widens(Widens),
    /// There is no such thing.
    NotThere,
    /// There is one already.
    There,
    /// Somebody else changed it: what is there, and what happened since.
    Changed(String),
    /// It cannot be as things are.
    Stands(String),
    /// It was done too often; it may be again after so long.
    TooMany(Duration),
    /// What was asked makes no sense.
    Mistake(String),
}

impl Refusal {
    /// In words that an official reads.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::May(answer) => answer.words(lang),
            Self::Widens(why) => words::widens(lang, *why),
            Self::NotThere => text(lang, key::OFFICE_NOT_THERE).into_owned(),
            Self::There => text(lang, key::OFFICE_THERE).into_owned(),
            Self::TooMany(_) => text(lang, key::PROBLEM_TOO_MANY).into_owned(),
            Self::Changed(why) | Self::Stands(why) | Self::Mistake(why) => why.clone(),
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotThere => Self::NotThere,
            Refused::May(answer) => Self::May(answer),
        }
    }
}
