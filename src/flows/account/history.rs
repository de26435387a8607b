//! A person's history: every sign-in, every disclosure, and what else was done to the account, for as long as the operator
//! keeps it (`tokens.history`).

use std::time::Duration;

use uuid::Uuid;

use super::circumstances::Circumstances;
use super::met;
use super::received::Allowed;
use super::received::Receiver;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::month::Month;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::agency::Bilingual;
use crate::identity::audit as trail;
use crate::identity::audit::Act;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::identity::purpose::Purpose;
use crate::parts::authority::words;
use crate::parts::clients;
use crate::parts::hierarchy;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::store::audit;
use crate::store::history;
use crate::store::history::Disclosure;
use crate::store::history::Part;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// One month of it.
    pub month: Option<Month>,
    /// One client of it.
    pub client: Option<String>,
    /// What is older than this.
    pub before: Option<Uuid>,
}

/// A page of it.
pub struct Page {
    /// The lines, the latest first.
    pub lines: Vec<Line>,
    /// From where it goes on, where it does.
    pub earlier: Option<Uuid>,
    /// Between which instants this page has looked.
    pub between: [Timestamp; 2],
    /// Services to choose from: those of the whole history.
    pub services: Vec<Receiver>,
}

/// A line of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// At which service.
    pub at_client: Option<Receiver>,
    /// With what browser and system, of a sign-in and of what was received by it, where they are known.
    pub device: Option<String>,
    /// For which purpose, of what a service received: what it said then.
    pub purpose: Option<Bilingual>,
    /// When access that lasts was last used, of what a service received.
    pub last: Option<Timestamp>,
    /// Who did it, where it was not the person.
    pub by: Option<Said>,
}

/// What an official said who did something to the person.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// In which office; none of whoever has the machine.
    pub office: Option<Bilingual>,
    /// Why.
    pub reason: Option<String>,
    /// For which purpose, of a search.
    pub purpose: Option<Purpose>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum What {
    /// Somebody did something.
    Act(Act),
    /// A service received something.
    Received(Allowed),
}

/// A row of either table.
pub enum Entry {
    /// An event of the trail.
    Event(audit::Row),
    /// A code that became tokens.
    Disclosure(Disclosure),
}

impl Entry {
    /// Its identifier, by which pages are cut.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Event(row) => row.id,
            Self::Disclosure(row) => row.id,
        }
    }

    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Event(row) => row.at(),
            Self::Disclosure(row) => row.at(),
        }
    }
}

/// Rows of one page.
const LINES: usize = 50;
/// Months that one page looks back at most, where little happened.
const MONTHS: usize = 12;

/// A page of the visitor's history; `None` where nobody is signed in.
pub async fn page(app: &App, visitor: &Visitor, asked: &Asked, now: Timestamp) -> Result<Option<Page>, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(None) };
    let person = live.session.person_id;
    let [mut since, mut until] = kept(app, person, now);
    let month = asked.month.and_then(|month| app.config.units.time_zone.span(month));
    if let Some([begin, end]) = month {
        (since, until) = (since.max(begin), until.min(end));
    }
    let [from, end] = history::identifiers([since, until]);
    let before = asked.before.map_or(end, |at| at.min(end));
    until = until.min(id::made_at(before));
    let mut reach = Reach { person, client: asked.client.as_deref(), from, before };
    let mut found: Vec<Entry> = Vec::new();
    let mut months = 0;
    while found.len() < LINES && months < MONTHS && !reach.is_over() {
        found.extend(reach.next(app, LINES - found.len()).await?);
        months += 1;
    }
    since = since.max(id::made_at(reach.before));
    found.retain(|entry| month.is_none_or(|[begin, end]| (begin..end).contains(&entry.at())));
    if let Some([begin, _]) = month.filter(|_| reach.is_over()) {
        // What was given before, and used since, was perhaps given again in this month.
        let lasting = history::lasting(&app.db, person, asked.client.as_deref(), begin).await?;
        found.extend(lasting.into_iter().map(Entry::Disclosure));
    }
    // Identifiers are older than what happened, by as long as an interaction took.
    found.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
    let earlier = (!reach.is_over()).then_some(reach.before);
    let mut around = Circumstances::of(found.iter().filter_map(device_of).collect());
    let (hierarchy, uses) = (hierarchy::whole(app).await?, history::last_uses(&app.db, person).await?);
    let mut lines = Vec::new();
    for entry in found {
        let (by, last) = (said(&hierarchy, person, &entry), uses.get(&entry.id()).copied());
        lines.extend(line(app, person, &mut around, entry).await?.map(|line| Line { by, last, ..line }));
    }
    Ok(Some(Page {
        lines,
        earlier,
        between: [since, (until - Duration::from_secs(1)).max(since)],
        services: met::services(app, person, kept(app, person, now)).await?,
    }))
}

/// From when to when there may be something: nothing is older than the person, or than what is kept.
pub fn kept(app: &App, person: Uuid, now: Timestamp) -> [Timestamp; 2] {
    [id::made_at(person).max(now - *app.config.tokens.history), now]
}

/// What is left to read of a person's history.
pub struct Reach<'a> {
    /// Whose.
    pub person: Uuid,
    /// At one client.
    pub client: Option<&'a str>,
    /// Identifiers from here on.
    pub from: Uuid,
    /// And before this one.
    pub before: Uuid,
}

impl Reach<'_> {
    /// Whether nothing is.
    pub fn is_over(&self) -> bool {
        self.before <= self.from
    }

    /// The latest rows of the latest month of it, at most `limit`; what they leave is left.
    pub async fn next(&mut self, app: &App, limit: usize) -> Result<Vec<Entry>, Fault> {
        let last = id::made_at(self.before) - Duration::from_millis(1);
        let begin = app.config.units.time_zone.month_around(last).map_or(self.from, |[begin, _]| id::floor(begin));
        let from = begin.max(self.from);
        let rows = i64::try_from(limit).map_err(Fault::broken)?.saturating_add(1);
        let part = Part { person: self.person, client: self.client, from, before: self.before, limit: rows };
        let mut found: Vec<Entry> = history::events(&app.db, &part).await?.into_iter().map(Entry::Event).collect();
        found.extend(history::disclosures(&app.db, &part).await?.into_iter().map(Entry::Disclosure));
        found.sort_by_key(|entry| std::cmp::Reverse(entry.id()));
        let cut = found.len() > limit;
        found.truncate(limit);
        self.before = found.last().filter(|_| cut).map_or(from, Entry::id);
        Ok(found)
    }
}

/// With what a session was opened, where the row says it.
pub(super) fn device_of(entry: &Entry) -> Option<(Uuid, Option<String>)> {
    let Entry::Event(row) = entry else { return None };
    Act::parse(&row.act).filter(|act| *act == Act::SignedIn)?;
    Some((row.session_id?, row.detail.as_deref().and_then(trail::device).map(str::to_owned)))
}

/// What the row says of whoever did it to the person. Who the official is, it does not: the state answers for them.
fn said(hierarchy: &Hierarchy, person: Uuid, entry: &Entry) -> Option<Said> {
    let Entry::Event(row) = entry else { return None };
    let by = row.by().filter(|by| by.actor != Actor::Official(Holder::Person(person)))?;
    let called = |office: &Office| {
        let [vi, en] = [Lang::Vi, Lang::En].map(|lang| words::place(lang, hierarchy, &office.0));
        Bilingual { vi, en }
    };
    let everywhere = Office::default();
    let office = match by.actor {
        Actor::Machine => None,
        Actor::Official(_) => Some(called(by.office.as_ref().unwrap_or(&everywhere))),
    };
    let purpose = row.detail.as_deref().and_then(Purpose::of_detail);
    let purpose = purpose.filter(|_| matches!(Act::parse(&row.act), Some(Act::PersonSought | Act::PersonLookedAt)));
    Some(Said { office, reason: by.reason, purpose })
}

/// A row as a person reads it; `None` for an act that only a later version knows.
async fn line(app: &App, person: Uuid, around: &mut Circumstances, entry: Entry) -> Result<Option<Line>, Fault> {
    let at = entry.at();
    let mut device = device_of(&entry).and_then(|(_, device)| device);
    let (what, client, epoch) = match entry {
        Entry::Event(row) => {
            let Some(act) = Act::parse(&row.act) else { return Ok(None) };
            (What::Act(act), row.client_id, None)
        }
        Entry::Disclosure(row) => {
            let allowed = Allowed::stored(app, &row.scope, row.claims.as_deref());
            let allowed = Allowed { offline: row.offline, ..allowed };
            device = around.device(app, person, row.session_id).await?;
            (What::Received(allowed), Some(row.client_id), Some(row.client_epoch))
        }
    };
    let at_client = match client {
        None => None,
        Some(id) => {
            let client = clients::of_epoch(app, &id, epoch).await?;
            Some(Receiver { id, client })
        }
    };
    let purpose = match (&what, at_client.as_ref().and_then(|receiver| receiver.client.as_ref())) {
        (What::Received(_), Some(client)) => around.purpose(app, client, at).await?,
        _ => None,
    };
    Ok(Some(Line { at, what, at_client, device, purpose, last: None, by: None }))
}
