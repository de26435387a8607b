//! What people are told of what a file changes about them: at their former addresses too, or somebody who took an account over
//! by a new address would be the only one to hear of it.

use std::collections::HashSet;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::person::PersonalData;
use crate::letters::Credential;
use crate::letters::Letter;
use crate::parts::addresses;
use crate::parts::letters::Channel;
use crate::parts::record::Change;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;

/// Somebody whom a file changes.
pub(super) struct Changed<'a> {
    /// Who it is.
    pub person: Uuid,
    /// What was known of them.
    pub before: &'a PersonalData,
    /// What is.
    pub after: &'a PersonalData,
    /// Whether their password is another.
    pub password: bool,
}

/// Writes it. What was theirs and is somebody else's by the same file, as `taken` says, is not written to.
pub(super) fn write(
    app: &App,
    change: &mut Change<'_>,
    changed: &Changed<'_>,
    taken: &HashSet<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    let moved = addresses::moved(app, changed.before, changed.after);
    if moved.is_empty() && !changed.password {
        return Ok(());
    }
    // One act has one link: whichever letter is answered, all of it is stopped.
    let what = match moved.is_empty() {
        true => Done::Password,
        false => Done::Addresses(moved.iter().map(|way| way.as_str().to_owned()).collect()),
    };
    let stop = stopping::link(app, changed.person, what, now)?;
    let mut letters: Vec<Letter> = Vec::new();
    letters.extend(changed.password.then(|| Letter::PasswordChanged { at: now, stop: stop.clone() }));
    letters.extend(moved.into_iter().map(|way| {
        let address = match way {
            Channel::Mail => Credential::Email,
            Channel::Sms => Credential::Phone,
        };
        Letter::AddressChanged { address, at: now, stop: stop.clone() }
    }));
    let own: Vec<(Channel, &str)> = telling::verified(changed.after).collect();
    let former = telling::verified(changed.before);
    let former = former.filter(|(way, address)| !own.contains(&(*way, address)) && !taken.contains(address));
    let to: Vec<(Channel, &str)> = own.iter().copied().chain(former).collect();
    let who = (changed.person, telling::language(changed.after));
    letters.iter().try_for_each(|letter| telling::tell_at(app, change, (who, &to), letter, now))
}
