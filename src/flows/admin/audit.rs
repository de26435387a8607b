//! The trail as operators read it: what happened, codes that became tokens, and sign-ins that came to nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use uuid::Uuid;

use super::people;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::By;
use crate::parts::people as sealed;
use crate::store::audit;
use crate::store::audit::Wanted;
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
        let refusals::Counted { minute, act, person_id, network, tries } = counted;
        let place = if network.is_empty() { String::new() } else { format!(" from the network {network}") };
        Self {
            at: Timestamp::from_seconds(minute * 60),
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
