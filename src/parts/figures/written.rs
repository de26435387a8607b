//! What was counted is added to the table: in one transaction with how far this process has come, so that nothing counts twice.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::sketch::Sketch;
use crate::base::time::Timestamp;
use crate::identity::figures::Counts;
use crate::parts::clients;
use crate::parts::columns;
use crate::parts::columns::Column;
use crate::parts::hierarchy;
use crate::store::collector::Cell;
use crate::store::collector::Minutes;
use crate::store::collector::minute;
use crate::store::db::Tx;
use crate::store::figures;
use crate::store::figures::CHUNK;
use crate::store::figures::Row;
use crate::store::figures::Subject;

/// No request lasts longer: of a minute that ended so long ago nothing more is counted.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// Who counted, up to which minute it is written now, and when they were seen by the database's clock.
pub(super) struct Account {
    pub(super) mark: Uuid,
    pub(super) until: i64,
    pub(super) seen_at: Timestamp,
    pub(super) end: End,
}

/// Whether they go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    GoesOn,
    Ends,
}

/// Writes what this process counted in minutes that are over.
pub async fn write(app: &App, now: Timestamp) -> Result<(), Fault> {
    let Some(mark) = app.figures.mark() else { return Ok(()) };
    let until = minute(now - LONGEST_REQUEST);
    if own(app, Account { mark, until, seen_at: app.ledger.there(now), end: End::GoesOn }).await? {
        return Ok(());
    }
    // It was taken for dead, and what it counted was counted again.
    app.figures.end();
    super::begin(app, now).await
}

/// Writes everything, and counts no more.
pub async fn leave(app: &App, now: Timestamp) -> Result<(), Fault> {
    let Some(mark) = app.figures.mark() else { return Ok(()) };
    app.figures.end();
    own(app, Account { mark, until: i64::MAX, seen_at: app.ledger.there(now), end: End::Ends }).await.map(drop)
}

/// What could not be written is written the next time.
async fn own(app: &App, account: Account) -> Result<bool, Fault> {
    let counted = app.figures.take(account.until);
    let written = settle(app, &account, &counted).await;
    if written.is_err() {
        app.figures.put_back(counted);
    }
    written
}

/// Adds what somebody counted since the minute up to which they have been counted; `false` where nobody knows them any more.
pub(super) async fn settle(app: &App, account: &Account, counted: &Minutes) -> Result<bool, Fault> {
    let backing = backing(app, counted).await?;
    let mut tx = app.db.begin().await?;
    let Some(held) = figures::hold_collector(&mut tx, account.mark).await? else { return Ok(false) };
    let from = minute(held.counted_until());
    let gathered = gather(app, &backing, counted.range(from..));
    add(app, &mut tx, &gathered).await?;
    match account.end {
        End::GoesOn => {
            let until = from.max(account.until).saturating_mul(60);
            figures::advance(&mut tx, account.mark, Timestamp::from_seconds(until), account.seen_at).await?;
        }
        End::Ends => figures::leave(&mut tx, account.mark).await?,
    }
    tx.commit().await?;
    Ok(true)
}

/// A service and whose it is, by client. What nobody answers for is nobody's figure.
type Backings = HashMap<String, (String, String)>;
/// What is added to each row.
type Gathered = BTreeMap<Subject, (Counts, Sketch)>;

async fn backing(app: &App, counted: &Minutes) -> Result<Backings, Fault> {
    let ids: BTreeSet<&String> = counted.values().flat_map(|cells| cells.keys()).collect();
    let mut found = Backings::new();
    for id in ids {
        let client = clients::find(app, id).await?;
        if let Some(backing) = client.as_deref().and_then(|client| client.backing.as_ref()) {
            found.insert(id.clone(), (backing.service.id.clone(), backing.agency.id.clone()));
        }
    }
    Ok(found)
}

fn gather<'a>(
    app: &App,
    backing: &Backings,
    counted: impl Iterator<Item = (&'a i64, &'a HashMap<String, Cell>)>,
) -> Gathered {
    let mut gathered = Gathered::new();
    for (minute, cells) in counted {
        let day = hierarchy::today(app, Timestamp::from_seconds(minute.saturating_mul(60)));
        for (client, cell) in cells {
            let Some((service, agency)) = backing.get(client) else { continue };
            let subject = Subject { day, service: service.clone(), agency: agency.clone() };
            let (counts, people) = gathered.entry(subject).or_default();
            cell.counts.iter().for_each(|(figure, count)| counts.add(*figure, *count));
            cell.people.iter().for_each(|hash| people.insert(*hash));
        }
    }
    gathered
}

async fn add(app: &App, tx: &mut Tx, gathered: &Gathered) -> Result<(), Fault> {
    let now = app.clock.now();
    let all: Vec<(Uuid, &Subject)> = gathered.keys().map(|subject| (id::new(now, &*app.entropy), subject)).collect();
    for some in all.chunks(CHUNK) {
        let mut changes = Vec::with_capacity(some.len());
        for row in figures::hold(tx, some).await? {
            changes.extend(changed(app, &row, gathered, now)?);
        }
        figures::write(tx, &changes).await?;
    }
    Ok(())
}

fn changed(app: &App, row: &Row, gathered: &Gathered, now: Timestamp) -> Result<Option<figures::Change>, Fault> {
    let Some((more, people)) = gathered.get(&row.subject()) else { return Ok(None) };
    let mut counts = row.counts().clone();
    counts.merge(more);
    let before = sketch(app, row)?;
    let mut all = before.clone();
    all.merge(people);
    let people = match all == before {
        true => row.people.clone(),
        false => columns::seal(app, Column::Sketch, &all.to_bytes(), now)?,
    };
    Ok(Some(figures::Change { id: row.id, counts, people }))
}

/// Who signed in.
pub(super) fn sketch(app: &App, row: &Row) -> Result<Sketch, Fault> {
    if row.people.is_empty() {
        return Ok(Sketch::default());
    }
    let plain = columns::open(app, Column::Sketch, &row.people)?;
    Sketch::from_bytes(&plain).ok_or_else(|| Fault::broken("a sketch is of no form that this version knows"))
}
