//! Everything that is known of a person, for them to take along: one JSON object, whose history is read a month at a time
//! while it is sent.

use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::fresh;
use super::history;
use super::history::Entry;
use super::history::Reach;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::dossier;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::sessions as live;
use crate::parts::sessions::Visitor;
use crate::store::authenticators;
use crate::store::consents;
use crate::store::credentials;
use crate::store::families;
use crate::store::grants::Grant;
use crate::store::history::identifiers;
use crate::store::people as rows;
use crate::store::proofings;
use crate::store::recoveries;
use crate::store::sessions;
use crate::store::sessions::Session;

/// What comes of asking for it.
pub enum Begun {
    /// It begins.
    Export(Box<Export>),
    /// Nobody is signed in, or nobody who signed in of late.
    Nobody,
    /// The page was not made for this session.
    Foreign,
}

/// An export under way.
pub struct Export {
    /// What stands beside the history.
    pub head: Value,
    left: Reach<'static>,
}

/// Rows that are in memory at once.
const ROWS: usize = 500;
/// Consents and refresh tokens of one person: nobody has more.
const MOST: i64 = 10_000;

/// Begins, and writes down that it did.
pub async fn begin(app: &App, visitor: &Visitor, confirm: &str, now: Timestamp) -> Result<Begun, Fault> {
    let Some(live) = live::current(app, visitor, now).await? else { return Ok(Begun::Nobody) };
    if !fresh::is_own(app, confirm, &live) {
        return Ok(Begun::Foreign);
    }
    if !fresh::is_fresh(&live, now) {
        return Ok(Begun::Nobody);
    }
    let person = live.session.person_id;
    let Some(head) = head(app, person, now).await? else { return Ok(Begun::Nobody) };
    let mut change = Change::begin(app).await?;
    change.act(Event::new(Act::DataExported).person(person).session(live.session.id));
    change.commit().await?;
    let [from, before] = identifiers(history::kept(app, person, now));
    Ok(Begun::Export(Box::new(Export { head, left: Reach { person, client: None, from, before } })))
}

async fn head(app: &App, person: Uuid, now: Timestamp) -> Result<Option<Value>, Fault> {
    let Some(row) = rows::find(&app.db, person).await? else { return Ok(None) };
    let places = sessions::all_open_of(&app.db, person, now).await?;
    let agreed = consents::of_person(&app.db, person, MOST).await?;
    let authenticators = authenticators::of(&app.db, person).await?.into_iter();
    let recoveries = recoveries::of(&app.db, person, now).await?;
    let proofed = proofings::of(&app.db, person).await?;
    let away = families::of_person(&app.db, person, MOST).await?;
    Ok(Some(json!({
        "exported_at": now.to_string(),
        "person": people::open(app, &row.data)?,
        "password_since": credentials::password_since(&app.db, person).await?.map(|at| at.to_string()),
        "authenticators": authenticators.map(|one| dossier::authenticator(app, one)).collect::<Value>(),
        "proofed": proofed.iter().map(dossier::proofing).collect::<Value>(),
        "recoveries": recoveries.iter().map(dossier::recovery).collect::<Value>(),
        "known_since": row.created_at().to_string(),
        "closes_at": row.closes_at().map(|at| at.to_string()),
        "signed_in": places.iter().map(place).collect::<Value>(),
        "agreed": agreed.iter().map(consent).collect::<Value>(),
        "while_away": away.iter().map(family).collect::<Value>(),
    })))
}

fn place(session: &Session) -> Value {
    json!({
        "since": session.auth_time().to_string(), "last_used": session.last_used_at().to_string(),
        "until": session.expires_at().to_string(), "device": session.device, "acr": session.acr().as_str(),
        "amr": session.amr().to_string(),
    })
}

fn consent(given: &consents::Given) -> Value {
    json!({
        "client": given.client_id, "at": given.at.to_string(), "scope": given.consent.scope, "claims": given.consent.claims,
    })
}

fn family(grant: &Grant) -> Value {
    let given = &grant.authorization;
    json!({
        "client": given.client, "since": grant.created_at.to_string(), "last_used": grant.used_at.to_string(),
        "scope": given.scope,
    })
}

impl Export {
    /// The next rows of the history, the latest first; `None` after the last ones.
    pub async fn next(&mut self, app: &App) -> Result<Option<Vec<Value>>, Fault> {
        if self.left.is_over() {
            return Ok(None);
        }
        Ok(Some(self.left.next(app, ROWS).await?.iter().map(entry).collect()))
    }
}

fn entry(entry: &Entry) -> Value {
    match entry {
        Entry::Event(row) => {
            let (office, reason) = row.by().map(|by| (by.office, by.reason)).unwrap_or_default();
            json!({
                "at": row.at().to_string(), "act": row.act, "client": row.client_id, "detail": row.detail,
                "office": office.map(|office| office.to_string()), "reason": reason,
            })
        }
        Entry::Disclosure(row) => json!({
            "at": row.at().to_string(), "act": "received", "client": row.client_id, "scope": row.scope,
            "claims": row.claims.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
            "while_away": row.offline,
        }),
    }
}
