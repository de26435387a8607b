//! What people are told of what a file changes about them: at their former addresses too, or somebody who took an account over
//! by a new address would be the only one to hear of it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::person::PersonalData;
use crate::letters::Credential;
use crate::letters::Letter;
use crate::letters::Link;
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

/// Whose the addresses of a file are, known to be theirs or not.
pub(super) struct Owners(HashMap<(Channel, String), Vec<Uuid>>);

impl Owners {
    /// Those of these people.
    pub fn of<'a>(app: &App, people: impl Iterator<Item = (Uuid, &'a PersonalData)>) -> Self {
        let mut owners: HashMap<(Channel, String), Vec<Uuid>> = HashMap::new();
        for (person, data) in people {
            for (way, address) in telling::declared(data) {
                let Some(address) = addresses::plain(app, way, address) else { continue };
                owners.entry((way, address)).or_default().push(person);
            }
        }
        Self(owners)
    }

    fn is_of_another(&self, app: &App, person: Uuid, (way, address): (Channel, &str)) -> bool {
        let owners = addresses::plain(app, way, address).and_then(|address| self.0.get(&(way, address)));
        owners.is_some_and(|owners| owners.iter().any(|owner| *owner != person))
    }
}

/// Writes it. What was theirs and is somebody else's by the same file is not written to.
pub(super) fn write(
    app: &App,
    change: &mut Change<'_>,
    changed: &Changed<'_>,
    owners: &Owners,
    now: Timestamp,
) -> Result<(), Fault> {
    let moved = addresses::moved(app, changed.before, changed.after);
    if moved.is_empty() && !changed.password {
        return Ok(());
    }
    let is_former = |to: &(Channel, &str)| addresses::is_of(app, changed.before, *to);
    let (mut known, new): (Vec<_>, Vec<_>) = telling::verified(changed.after).partition(is_former);
    let is_left = |to: &(Channel, &str)| {
        !addresses::is_of(app, changed.after, *to) && !owners.is_of_another(app, changed.person, *to)
    };
    known.extend(telling::verified(changed.before).filter(is_left));
    // Whichever letter is answered, all of it is stopped; but it may be a stranger who reads at a new address.
    let (all, if_still) = match moved.is_empty() {
        true => (Done::Password, Done::Password),
        false => (
            Done::Addresses(moved.iter().map(|way| way.as_str().to_owned()).collect()),
            Done::NewAddresses(moved.iter().map(|way| mark(app, changed, *way)).collect()),
        ),
    };
    let who = (changed.person, telling::language(changed.after));
    for (to, what) in [(known, all), (new, if_still)] {
        let stop = stopping::link(app, changed.person, what, now)?;
        let letters = letters(changed, &moved, &stop, now);
        letters.iter().try_for_each(|letter| telling::tell_at(app, change, (who, &to), letter, now))?;
    }
    Ok(())
}

fn mark(app: &App, changed: &Changed<'_>, way: Channel) -> (String, String) {
    (way.as_str().to_owned(), addresses::mark(app, changed.after, way))
}

fn letters(changed: &Changed<'_>, moved: &[Channel], stop: &Link, now: Timestamp) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    letters.extend(changed.password.then(|| Letter::PasswordChanged { at: now, stop: stop.clone() }));
    letters.extend(moved.iter().map(|way| {
        let address = match way {
            Channel::Mail => Credential::Email,
            Channel::Sms => Credential::Phone,
        };
        Letter::AddressChanged { address, at: now, stop: stop.clone() }
    }));
    letters
}
