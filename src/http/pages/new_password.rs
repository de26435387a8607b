//! Why a password is none to choose, in words of what to do now.

use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;
use crate::identity::credential::new_password::MOST;
use crate::identity::credential::new_password::Refusal;

/// What stands on the page, for all refusals.
pub fn reasons(lang: Lang, refusals: Vec<Refusal>) -> Vec<String> {
    refusals.into_iter().map(|refusal| why_not(lang, refusal)).collect()
}

/// What stands beside the field before anything is typed.
pub fn hint(lang: Lang, least: usize) -> String {
    why_not(lang, Refusal::Short(least))
}

/// What stands beside the field, for each refusal.
pub fn why_not(lang: Lang, refusal: Refusal) -> String {
    match refusal {
        Refusal::Short(least) => say::new_password_short(lang, &least.to_string()),
        Refusal::Long => say::new_password_long(lang, &MOST.to_string()),
        Refusal::Unseen => text(lang, key::NEW_PASSWORD_UNSEEN).into_owned(),
        Refusal::Common => text(lang, key::NEW_PASSWORD_COMMON).into_owned(),
        Refusal::Own => text(lang, key::NEW_PASSWORD_OWN).into_owned(),
    }
}
