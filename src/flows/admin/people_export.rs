//! Everybody, written out as an import takes them: one line of JSON each, in the order of their ids.

use std::collections::HashMap;
use std::io::Write;

use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::people_import::Error;
pub use super::people_import::row::Row;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::password::StoredPassword;
use crate::identity::person::PersonalData;
use crate::parts::data_keys;
use crate::parts::dossier;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::store::people;
use crate::store::people::PersonRow;
use crate::store::people_export;
use crate::store::people_export::Beside;

/// Whether what people prove themselves with goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    /// With the hashes of their passwords.
    With,
    /// Without.
    Without,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Exported {
    /// So many people.
    pub people: u64,
    /// Whose data could not be read; they are not among those.
    pub unread: Vec<Uuid>,
}

/// People of one page.
const PAGE: i64 = 500;

/// What is told of somebody that no import takes; `None` for nothing.
fn told(app: &App, person: &PersonRow, data: &PersonalData, beside: &mut Beside, now: Timestamp) -> Option<Value> {
    let own = beside.authenticators.remove(&person.id).unwrap_or_default().into_iter();
    let authenticators: Value = own.map(|one| dossier::authenticator(app, one)).collect();
    let proofed = beside.proofings.remove(&person.id).unwrap_or_default();
    let mut recoveries = beside.recoveries.remove(&person.id).unwrap_or_default();
    recoveries.retain(|one| one.expires_at() > now);
    let closes_at = person.closes_at().map(|at| at.to_string());
    let told = json!({
        "authenticators": authenticators,
        "proofed": proofed.iter().map(dossier::proofing).collect::<Value>(),
        "recoveries": recoveries.iter().map(dossier::recovery).collect::<Value>(),
        "closes_at": closes_at,
        "own": data.own,
    });
    let is_nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let Value::Object(mut members) = told else { return None };
    members.retain(|_, value| !is_nothing(value));
    (!members.is_empty()).then_some(Value::Object(members))
}

/// Writes everybody to `out`. That it begins is recorded before anything is given out. Who is entered or changed meanwhile
/// may be written as they were, or not at all.
pub async fn export(app: &App, hashes: Hashes, out: &mut dyn Write) -> Result<Exported, Error> {
    let now = app.clock.now();
    let mut change = Change::begin(app).await?;
    let detail = match hashes {
        Hashes::With => "with password hashes",
        Hashes::Without => "without password hashes",
    };
    change.act(Event::new(Act::PeopleExported).detail(detail));
    change.commit().await?;
    let (mut exported, mut after) = (Exported::default(), Uuid::nil());
    loop {
        let page = people::after(&app.db, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(exported) };
        after = last.id;
        for person in read(app, &page, hashes, now).await? {
            let row = match person {
                Read::Row(row) => row,
                Read::Unread(id) => {
                    exported.unread.push(id);
                    continue;
                }
            };
            serde_json::to_writer(&mut *out, &row).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
            exported.people += 1;
        }
    }
}

/// Somebody who was read.
pub enum Read {
    /// As an import takes them.
    Row(Box<Row>),
    /// Their data could not be read.
    Unread(Uuid),
}

/// Some people, as an import takes them.
pub(super) async fn read(app: &App, page: &[PersonRow], hashes: Hashes, now: Timestamp) -> Result<Vec<Read>, Fault> {
    data_keys::refresh(app).await?; // nobody tells a command of another key
    let ids: Vec<Uuid> = page.iter().map(|row| row.id).collect();
    let passwords: HashMap<Uuid, StoredPassword> = match hashes {
        Hashes::With => people_export::passwords(&app.db, &ids).await?.into_iter().collect(),
        Hashes::Without => HashMap::new(),
    };
    let mut besides = people_export::beside(&app.db, &ids).await?;
    let mut people = Vec::new();
    for person in page {
        let Ok(data) = sealed::open(app, &person.data) else {
            people.push(Read::Unread(person.id));
            continue;
        };
        let not_imported = told(app, person, &data, &mut besides, now);
        let mut row = Row::of(data, passwords.get(&person.id).cloned(), person.is_disabled());
        row.not_imported = not_imported;
        people.push(Read::Row(Box::new(row)));
    }
    Ok(people)
}
