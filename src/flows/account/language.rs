//! In which language a person is written to.

use super::fresh;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::parts::telling;
use crate::store::people as rows;

/// What came of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// They are written to so, or were before.
    Done,
    /// Nobody is signed in.
    Nobody,
    /// The page was not made for this session.
    Foreign,
}

/// Takes the choice of whom the page was made for: it comes before what a record says.
pub async fn choose(
    app: &App,
    visitor: &Visitor,
    (confirm, lang): (&str, Lang),
    now: Timestamp,
) -> Result<Chosen, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(Chosen::Nobody) };
    if !fresh::is_own(app, confirm, &live) {
        return Ok(Chosen::Foreign);
    }
    let (person, session) = (live.session.person_id, live.session.id);
    let mut change = Change::begin(app).await?;
    // Whoever changes what is known of them waits, and is not undone.
    if rows::hold(&mut change.tx, person).await?.is_none() {
        return Ok(Chosen::Nobody);
    }
    let Some(row) = rows::find_in(&mut change.tx, person).await? else { return Ok(Chosen::Nobody) };
    let mut data = people::open(app, &row.data)?;
    if telling::language(&data) == lang {
        return Ok(Chosen::Done);
    }
    data.language = Some(lang.tag().to_owned());
    if !rows::put_data(&mut change.tx, person, &row.data, &people::seal(app, &data, now)?, now).await? {
        return Err(Fault::unavailable("what is known of a person changed meanwhile"));
    }
    change.act(Event::new(Act::LanguageChosen).person(person).session(session).detail(lang.tag()));
    change.commit().await?;
    Ok(Chosen::Done)
}
