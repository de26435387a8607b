//! What a page says of messages that are slow to come: nobody waits for a gateway, and everybody can choose another way.

use crate::i18n::Key;
use crate::i18n::key;

use super::frame::Frame;

/// By which ways messages are slow to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Late {
    pub mail: bool,
    pub sms: bool,
}

impl Late {
    /// What tells it, with what one can do `instead`.
    pub(super) fn told(self, frame: &Frame<'_>, instead: Key) -> Option<String> {
        Some(format!("{} {}", frame.text(self.line()?), frame.text(instead)))
    }

    const fn line(self) -> Option<Key> {
        match (self.mail, self.sms) {
            (true, true) => Some(key::LATE_BOTH),
            (true, false) => Some(key::LATE_MAIL),
            (false, true) => Some(key::LATE_SMS),
            (false, false) => None,
        }
    }
}
