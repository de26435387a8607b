//! The trail as operators read it: what happened, codes that became tokens, and sign-ins that came to nothing.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use uuid::Uuid;

use super::listing;
use super::listing::Gathering;
use super::listing::Page;
use super::people;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::audit::By;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Sight;
use crate::parts::authority::Subject;
use crate::parts::people as sealed;
use crate::store::audit;
use crate::store::audit::Wanted;
use crate::store::clients as stored_clients;
use crate::store::people as stored;
use crate::store::refusals;

/// What is asked.
pub struct Question<'a> {
    /// Of one person, by any name or by the identifier, which alone is left of somebody who was removed.
    pub person: Option<&'a str>,
    /// Of one client.
    pub client: Option<&'a str>,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// At most so many lines.
    pub limit: usize,
}

/// A line of the trail.
#[allow(missing_docs)] // as in Event
pub struct Line {
    pub at: Timestamp,
    pub act: String,
    pub person: Option<Uuid>,
    /// The person's user name, as long as there is one.
    pub user_name: Option<String>,
    pub client: Option<String>,
    pub session: Option<Uuid>,
    pub detail: Option<String>,
    /// Who did it to others, in which office and why.
    pub by: Option<By>,
}

/// What the trail says, the latest first; `None` where nobody is the person that is asked for.
pub async fn read(app: &App, question: &Question<'_>) -> Result<Option<Vec<Line>>, Fault> {
    let person = match question.person {
        None => None,
        Some(name) => match who(app, name).await? {
            Some(person) => Some(person),
            None => return Ok(None),
        },
    };
    let limit = i64::try_from(question.limit).map_err(Fault::broken)?;
    let Question { client, since, until, .. } = *question;
    let wanted = Wanted { person, client, from: since, until, limit };
    // Of one moment the code comes last, and stands first.
    let mut rows = audit::redemptions(&app.db, &wanted).await?;
    rows.extend(audit::events(&app.db, &wanted).await?);
    let mut lines: Vec<Line> = rows.into_iter().map(Line::from).collect();
    if client.is_none() {
        let refused = refusals::between(&app.db, person, [since, until], limit).await?;
        lines.extend(refused.into_iter().map(Line::from));
    }
    // Identifiers are older than what happened, by as long as an interaction took.
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    lines.truncate(question.limit);
    name(app, &mut lines).await?;
    Ok(Some(lines))
}

/// What the trail of an office is narrowed to.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    /// Events of this name.
    pub act: Option<&'a str>,
    /// Of one person.
    pub person: Option<Uuid>,
    /// At one client.
    pub client: Option<&'a str>,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// An event, as far as an office may see it.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in Event
pub struct Seen {
    /// Its id, or what stands for it where the office may not know whom it concerns.
    pub id: Uuid,
    pub at: Timestamp,
    pub act: String,
    pub person: Option<Uuid>,
    pub client: Option<String>,
    pub session: Option<Uuid>,
    pub detail: Option<String>,
    /// Who did it to others, in which office and why.
    pub by: Option<By>,
}

/// What happened, the latest first, as far as the office reaches: what concerns a client within it, and what officials did
/// in an office within it. What people did themselves shows whom it concerns to nobody but who is bound by nothing.
pub async fn page(
    app: &App,
    wanted: &listing::Wanted<'_>,
    filter: &Filter<'_>,
    now: Timestamp,
) -> Result<Result<Page<Seen>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::AuditLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (from, until) = (id::floor(filter.since), id::floor(filter.until));
    if let Some(client) = filter.client
        && stored_clients::find(&app.db, client).await?.is_some()
        && !sight.subject(app, &Subject::Client(client.to_owned())).await?
    {
        authority::tried(app, &format!("{} at client:{client}", Act::AuditLook.as_str())).await?;
    }
    let agencies = sight.agencies();
    let all_fit = sight.is_whole() && filter.act.is_none() && filter.client.is_none();
    let mut gathering = Gathering::new(wanted, after, all_fit);
    while gathering.goes_on() {
        let before = gathering.after().and_then(|id| id.parse().ok()).unwrap_or(until);
        let rows = audit::page(&app.db, filter.person, (from, before), gathering.rows()).await?;
        let last = rows.last().map(|placed| placed.row.id.to_string());
        let asked = rows.into_iter().filter(|placed| {
            filter.act.is_none_or(|act| act == placed.row.act)
                && filter.client.is_none_or(|client| placed.row.client_id.as_deref() == Some(client))
        });
        let seen = asked.filter_map(|placed| seen(app, &sight, agencies.as_ref(), placed));
        // Who may not know whom a row concerns does not learn it by asking for that person's.
        gathering.add(last, seen.filter(|(_, seen)| filter.person.is_none_or(|person| seen.person == Some(person))));
    }
    let page = gathering.page(app, wanted, |(id, _)| id.to_string(), now)?;
    Ok(Ok(page.map(|(_, seen)| seen)))
}

/// The id of an event and what an office sees of it; nothing, where that lies beyond. `agencies`: those within the office, where
/// anything bounds it.
fn seen(app: &App, sight: &Sight, agencies: Option<&BTreeSet<&str>>, placed: audit::Placed) -> Option<(Uuid, Seen)> {
    let audit::Placed { row, known, agency } = placed;
    let by = row.by();
    let office = by.as_ref().and_then(|by| by.office.as_ref());
    let in_office = agencies.is_none() || office.is_some_and(|office| sight.within(&office.0));
    let at_client = agencies
        .filter(|_| known.is_some())
        .map(|within| agency.is_some_and(|agency| within.contains(agency.as_str())));
    if !at_client.unwrap_or(in_office) {
        return None;
    }
    let at = row.at();
    let audit::Row { id, act, person_id, client_id, session_id, detail, .. } = row;
    let (person, session, detail) = if in_office { (person_id, session_id, detail) } else { (None, None, None) };
    let shown = if in_office { id } else { app.data_keys.rows.alias(id) };
    let by = by.filter(|_| in_office);
    Some((id, Seen { id: shown, at, act, person, client: client_id, session, detail, by }))
}

/// The person of a name; or of an identifier, whether they are there still or not.
async fn who(app: &App, name: &str) -> Result<Option<Uuid>, Fault> {
    match name.parse() {
        Ok(id) => Ok(Some(id)),
        Err(_) => Ok(people::find(app, name).await?.map(|row| row.id)),
    }
}

/// Tells whose lines they are; at most as many are looked up as there are lines.
async fn name(app: &App, lines: &mut [Line]) -> Result<(), Fault> {
    let mut known: HashMap<Uuid, Option<String>> = HashMap::new();
    for line in lines {
        let Some(person) = line.person else { continue };
        if let Entry::Vacant(unknown) = known.entry(person) {
            let row = stored::find(&app.db, person).await?;
            let data = row.map(|row| sealed::open(app, &row.data)).transpose()?;
            unknown.insert(data.and_then(|data| data.user_name));
        }
        line.user_name = known.get(&person).cloned().flatten();
    }
    Ok(())
}

impl From<audit::Row> for Line {
    fn from(row: audit::Row) -> Self {
        let by = row.by();
        Self {
            at: row.at(),
            by,
            act: row.act,
            person: row.person_id,
            user_name: None,
            client: row.client_id,
            session: row.session_id,
            detail: row.detail,
        }
    }
}

impl From<refusals::Counted> for Line {
    fn from(counted: refusals::Counted) -> Self {
        let at = counted.at();
        let refusals::Counted { act, person_id, network, tries, .. } = counted;
        let place = if network.is_empty() { String::new() } else { format!(" from the network {network}") };
        Self {
            at,
            act,
            person: Some(person_id).filter(|person| !person.is_nil()),
            user_name: None,
            client: None,
            session: None,
            detail: Some(format!("{tries} in this minute{place}")),
            by: None,
        }
    }
}
