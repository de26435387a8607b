//! Telling people what changes about their account, by every way that is known to be theirs.

use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::letters::Letter;
use crate::parts::letters;
use crate::parts::letters::Channel;
use crate::parts::letters::Queued;
use crate::parts::letters::Recipient;
use crate::parts::people;
use crate::parts::people::PersonalData;
use crate::parts::record::Change;

/// Writes a letter to each verified address of a person, with the change that it tells of. It goes out by itself: nobody waits
/// for it, and who has no verified address gets none.
pub async fn tell(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    letter: &Letter,
    now: Timestamp,
) -> Result<(), Fault> {
    tell_until(app, change, person, letter, (now, now + letter.lifetime())).await.map(drop)
}

/// The same with a letter that is tried until another instant than its lifetime says. Returns the id of each that was written.
pub async fn tell_until(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    letter: &Letter,
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<(Channel, Uuid)>, Fault> {
    let mut written = Vec::new();
    if app.mail.is_none() && app.sms.is_none() {
        return Ok(written);
    }
    let Some(data) = people::find_in(app, &mut change.tx, person).await? else { return Ok(written) };
    for (channel, address) in verified(&data) {
        let to = Recipient { person: Some(person), channel, address, lang: language(&data) };
        if let Queued::Yes(id) = letters::queue_until(app, change, to, letter, (now, until))? {
            written.push((channel, id));
        }
    }
    Ok(written)
}

/// Writes a letter to each verified address of somebody of whom this is known, who may be disabled.
pub fn tell_of(
    app: &App,
    change: &mut Change<'_>,
    (person, data): (Uuid, &PersonalData),
    letter: &Letter,
    now: Timestamp,
) -> Result<(), Fault> {
    let to: Vec<(Channel, &str)> = verified(data).collect();
    tell_at(app, change, ((person, language(data)), &to), letter, now)
}

/// Writes a letter to these addresses of a person, whatever is known of them by now.
pub fn tell_at(
    app: &App,
    change: &mut Change<'_>,
    ((person, lang), to): ((Uuid, Lang), &[(Channel, &str)]),
    letter: &Letter,
    now: Timestamp,
) -> Result<(), Fault> {
    for (channel, address) in to.iter().copied() {
        letters::queue(app, change, Recipient { person: Some(person), channel, address, lang }, letter, now)?;
    }
    Ok(())
}

/// The addresses that are known to be a person's.
pub fn verified(data: &PersonalData) -> impl Iterator<Item = (Channel, &str)> {
    let is_known = |way: Channel| {
        let claim = match way {
            Channel::Mail => "email_verified",
            Channel::Sms => "phone_number_verified",
        };
        data.claims.get(claim).and_then(Value::as_bool) == Some(true)
    };
    declared(data).filter(move |(way, _)| is_known(*way))
}

/// The addresses of a person, known to be theirs or not.
pub fn declared(data: &PersonalData) -> impl Iterator<Item = (Channel, &str)> {
    let claim = |name: &str| data.claims.get(name).and_then(Value::as_str);
    let mail = claim("email").map(|address| (Channel::Mail, address));
    let sms = claim("phone_number").map(|number| (Channel::Sms, number));
    mail.into_iter().chain(sms)
}

/// The one of a way.
pub fn address(data: &PersonalData, channel: Channel) -> Option<&str> {
    verified(data).find(|(own, _)| *own == channel).map(|(_, address)| address)
}

/// The language in which a person is written to: the one that they chose, or that a record says is theirs.
pub fn language(data: &PersonalData) -> Lang {
    let recorded = data.claims.get("locale").and_then(Value::as_str);
    data.language.as_deref().or(recorded).and_then(Lang::from_tag).unwrap_or_default()
}
