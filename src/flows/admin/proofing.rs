//! How surely the state knows somebody: events that operators record.

use super::people;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::letters::Letter;
use crate::letters::Link;
use crate::parts::people::open;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Reach;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;
use crate::store::people as rows;
use crate::store::people::PersonRow;
use crate::store::proofings;
use crate::store::proofings::NewProofing;

/// What an operator records.
pub struct Seen {
    /// The level that it gives; zero takes back what was given before.
    pub level: Level,
    /// How: `in-person`, `chip`, `document`, for instance.
    pub method: String,
    /// What was looked at: the kind of a document.
    pub evidence: String,
    /// Who looked.
    pub agency: String,
}

/// Of a text, in characters.
const LONGEST: usize = 100;

impl Seen {
    /// What is wrong with it. A document's number has no place here: the trail would keep it.
    pub fn check(&self) -> Result<(), String> {
        for (name, text) in [("method", &self.method), ("evidence", &self.evidence), ("agency", &self.agency)] {
            if text.trim().is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
                return Err(format!("{name}: expected 1 to {LONGEST} characters"));
            }
            let runs = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            if name == "evidence" && runs.is_some_and(|digits| digits >= 6) {
                return Err("evidence: expected the kind of a document, without its number".to_owned());
            }
        }
        Ok(())
    }
}

/// Records it. What is taken back ends the person's sessions, whose class rests on it. They are told where services are as sure of
/// them no more, or surer. Returns the level from now on; `None` where nobody has the name.
pub async fn record(app: &App, name: &str, seen: &Seen, now: Timestamp) -> Result<Option<Level>, Fault> {
    let Some(row) = people::find(app, name).await? else { return Ok(None) };
    record_of(app, &row, seen, now).await.map(Some)
}

/// The same of somebody who was found before.
pub(super) async fn record_of(app: &App, row: &PersonRow, seen: &Seen, now: Timestamp) -> Result<Level, Fault> {
    let known = proofings::level(&app.db, row.id).await?;
    let mut change = Change::begin(app).await?;
    let held = rows::hold(&mut change.tx, row.id).await?;
    let before = held.map_or(known, |held| held.level); // nobody holds who is disabled
    write(app, &mut change, row.id, seen, now).await?;
    if seen.level == Level::Zero {
        sessions::end_all_of(app, &mut change, row.id, Reach::Sessions, now).await?;
    }
    let letter = match seen.level {
        Level::Zero if before > Level::Zero => Some(Letter::IdentityTakenBack { at: now, account: Link::to_account() }),
        level if level > before => {
            Some(Letter::IdentityConfirmed { at: now, stop: stopping::link(app, row.id, Done::Proofed, now)? })
        }
        _ => None, // a lower level beside a higher one, or the same once more
    };
    if let Some(letter) = letter {
        telling::tell_of(app, &mut change, (row.id, &open(app, &row.data)?), &letter, now)?;
    }
    change.commit().await?;
    proofings::level(&app.db, row.id).await
}

/// Writes in `change` that it was looked, and nothing of what follows from that.
pub async fn write(app: &App, change: &mut Change<'_>, person: Uuid, seen: &Seen, now: Timestamp) -> Result<(), Fault> {
    let id = id::beside(person, now, &*app.entropy);
    let Seen { level, method, evidence, agency } = seen;
    proofings::insert(&mut change.tx, &NewProofing { id, person, level: *level, method, evidence, agency, at: now })
        .await?;
    let detail = format!("level {} by {method}: {evidence}, {agency}", level.number());
    change.act(Event::new(Act::PersonProofed).person(person).detail(detail));
    Ok(())
}
