//! An identity number that somebody told of themselves, and that an official has read on their papers: from now on it is theirs.

use super::people::find;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::person;
use crate::identity::person::SignInName;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::store::cache::Kind;
use crate::store::openings;
use crate::store::openings::Entered;
use crate::store::people::PersonRow;

/// Gives a person the identity number that was read on their papers; else why not. `None` where nobody has the name. What they
/// told of themselves, right or wrong, is no claim any more.
pub async fn confirm(app: &App, name: &str, number: &str, now: Timestamp) -> Result<Option<Result<(), String>>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    confirm_of(app, &row, number, now).await.map(Some)
}

/// The same of somebody who was found before.
pub(super) async fn confirm_of(
    app: &App,
    row: &PersonRow,
    number: &str,
    now: Timestamp,
) -> Result<Result<(), String>, Fault> {
    if let Err(why) = person::check_identity_number(number, app.config.people.identity_number_digits) {
        return Ok(Err(why));
    }
    let Some(read) = SignInName::parse(number) else { return Ok(Err("identity_number: is none".into())) };
    let mut data = sealed::open(app, &row.data)?;
    match data.identity_number.as_deref().and_then(SignInName::parse) {
        Some(own) if own.canonical() == read.canonical() => return Ok(Ok(())),
        Some(_) => {
            return Ok(Err("identity_number: this person has another one; look once more who they are".into()));
        }
        None => {}
    }
    if let Some(own) = &mut data.own {
        own.identity_number = None;
    }
    data.identity_number = Some(read.canonical().to_owned());
    let digest = read.digest(app.data_keys.lookup.expose());
    let mut change = Change::begin(app).await?;
    let told = match openings::number(&mut change.tx, row, &sealed::seal(app, &data, now)?, &digest, now).await? {
        Entered::New => Ok(()),
        Entered::Before => Err("the person changed meanwhile; try again".into()),
        Entered::Taken(_) => Err("identity_number: another person has it; look once more who they are".into()),
    };
    if told.is_ok() {
        change.act(Event::new(Act::PersonProofed).person(row.id).detail("identity number"));
        change.announce(Kind::Person, row.id.to_string());
        change.commit().await?;
    }
    Ok(told)
}
