//! Everything that is known of a person, for them to take along: one JSON object, whose history is read a month at a time
//! while it is sent.

use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::circumstances::Circumstances;
use super::fresh;
use super::history;
use super::history::Entry;
use super::history::Reach;
use super::kept;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::lead::Lead;
use crate::parts::clients;
use crate::parts::dossier;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::sessions as live;
use crate::parts::sessions::Visitor;
use crate::store::audit::Row;
use crate::store::consents;
use crate::store::families;
use crate::store::grants::Grant;
use crate::store::history::Disclosure;
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
    around: Circumstances,
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
    let left = Reach { person, client: None, from, before };
    Ok(Begun::Export(Box::new(Export { head, left, around: Circumstances::default() })))
}

async fn head(app: &App, person: Uuid, now: Timestamp) -> Result<Option<Value>, Fault> {
    let Some(row) = rows::find(&app.db, person).await? else { return Ok(None) };
    let places = sessions::all_open_of(&app.db, person, now).await?;
    let agreed = consents::of_person(&app.db, person, MOST).await?;
    let recoveries = recoveries::of(&app.db, person, now).await?;
    let proofed = proofings::of(&app.db, person).await?;
    let away = families::of_person(&app.db, person, MOST).await?;
    let (password_since, password) = kept::password(app, person).await?.unzip();
    Ok(Some(json!({
        "exported_at": now.to_string(),
        "person": people::open(app, &row.data)?,
        "password_since": password_since,
        "password": password,
        "authenticators": kept::authenticators(app, person).await?,
        "proofed": proofed.iter().map(dossier::proofing).collect::<Value>(),
        "recoveries": recoveries.iter().map(dossier::recovery).collect::<Value>(),
        "known_since": row.created_at().to_string(),
        "closes_at": row.closes_at().map(|at| at.to_string()),
        "signed_in": places.iter().map(place).collect::<Value>(),
        "agreed": agreed.iter().map(consent).collect::<Value>(),
        "while_away": away.iter().map(family).collect::<Value>(),
        "official": kept::rights(app, person, now).await?,
        "refused": kept::refused(app, person, now).await?,
        "letters": kept::letters(app, person).await?,
        "stopped": kept::stopped(app, person).await?,
        "remembered": kept::remembered(app, person).await?,
    })))
}

fn place(session: &Session) -> Value {
    json!({
        "since": session.auth_time().to_string(), "last_used": session.last_used_at().to_string(),
        "until": session.expires_at().to_string(), "device": session.device, "acr": session.acr().as_str(),
        "amr": session.amr().to_string(), "leads_to": session.lead().map(Lead::as_str),
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
        "scope": given.scope, "claims": given.claims.names(), "resource": given.resource,
        "signed_in_at": given.auth_time.to_string(), "acr": given.acr.as_str(), "amr": given.amr.to_string(),
        "refreshed": grant.generation,
    })
}

impl Export {
    /// The next rows of the history, the latest first; `None` after the last ones.
    pub async fn next(&mut self, app: &App) -> Result<Option<Vec<Value>>, Fault> {
        if self.left.is_over() {
            return Ok(None);
        }
        let rows = self.left.next(app, ROWS).await?;
        self.around.know(rows.iter().filter_map(history::device_of));
        let (person, mut told) = (self.left.person, Vec::with_capacity(rows.len()));
        for row in &rows {
            told.push(match row {
                Entry::Event(row) => event(row),
                Entry::Disclosure(row) => disclosure(app, person, &mut self.around, row).await?,
            });
        }
        Ok(Some(told))
    }
}

fn event(row: &Row) -> Value {
    let (office, reason) = row.by().map(|by| (by.office, by.reason)).unwrap_or_default();
    json!({
        "at": row.at().to_string(), "act": row.act, "client": row.client_id, "detail": row.detail,
        "office": office.map(|office| office.to_string()), "reason": reason,
    })
}

/// The same as the page of the history says of it, and how it was signed in.
async fn disclosure(app: &App, person: Uuid, around: &mut Circumstances, row: &Disclosure) -> Result<Value, Fault> {
    let device = around.device(app, person, row.session_id).await?;
    let purpose = match clients::of_epoch(app, &row.client_id, Some(row.client_epoch)).await? {
        Some(client) => around.purpose(app, &client, row.at()).await?,
        None => None,
    };
    Ok(json!({
        "at": row.at().to_string(), "act": "received", "client": row.client_id, "scope": row.scope,
        "claims": row.claims.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
        "purpose": purpose, "device": device, "resource": row.resource, "while_away": row.offline,
        "signed_in_at": row.auth_time().to_string(), "acr": row.acr, "amr": row.amr,
        "revoked_at": row.revoked_at().map(|at| at.to_string()),
    }))
}
