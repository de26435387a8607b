//! Data keys that follow each other while the server runs. A successor is made, held by every replica for the lead time, and
//! seals from then on; what former keys sealed is sealed anew, row by row, and they are wiped when nothing is left of it.

use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::canonical_names;
use crate::parts::columns;
use crate::parts::columns::Column;
use crate::parts::record::Change;
use crate::signing::personal_keys::Stage;
use crate::signing::personal_keys::number_of;
use crate::store::cache::Kind;
use crate::store::data_keys;
use crate::store::reseals;
use crate::store::reseals::Place;
use crate::store::reseals::Progress;
use crate::store::reseals::SealedRow;

/// What came of the wish for a successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotated {
    /// It has this number, and seals after the lead time.
    Next(u32),
    /// The one of this number has not sealed everything anew yet.
    UnderWay(u32),
}

/// Rows of one batch.
const BATCH: i64 = 100;
/// By how much the clocks of replicas may differ: none seals under the former key any more.
const CLOCKS: Duration = Duration::from_secs(60);

/// Reads the keys anew: whoever runs for long without hearing does so now and then.
pub async fn refresh(app: &App) -> Result<(), Fault> {
    app.data_keys.personal.reload(&app.db).await
}

/// Gives the current key a successor, unless one waits already, or has not taken over yet.
pub async fn rotate(app: &App, now: Timestamp) -> Result<Rotated, Fault> {
    let keys = &app.data_keys.personal;
    refresh(app).await?;
    if let Some((number, _)) = keys.takes_over(now) {
        return Ok(Rotated::UnderWay(number));
    }
    if let Some((number, Stage::Next)) = keys.newest(now) {
        return Ok(Rotated::Next(number));
    }
    let new = keys.make(now, &*app.entropy)?;
    let mut change = Change::begin(app).await?;
    let times = (now, now + *app.config.keys.lead);
    if data_keys::insert(&mut change.tx, &new.purpose, &new.sealed, times).await? {
        change.act(Event::new(Act::KeyCreated).detail(format!("data key {}", new.number)));
        change.announce(Kind::Key, new.purpose);
        change.commit().await?;
    } else {
        drop(change); // another replica was faster: its key serves
    }
    refresh(app).await?;
    Ok(Rotated::Next(new.number))
}

/// Whether a key takes over from former ones.
pub fn is_under_way(app: &App, now: Timestamp) -> bool {
    app.data_keys.personal.takes_over(now).is_some()
}

/// Goes over the next rows; `false` when there is nothing to do for now.
pub async fn go_on(app: &App, now: Timestamp) -> Result<bool, Fault> {
    let Some((number, active_at)) = app.data_keys.personal.takes_over(now) else { return Ok(false) };
    // Whoever gives people their names anew knows them by what is sealed.
    if now < active_at + CLOCKS || !canonical_names::are_there(app).await? {
        return Ok(false);
    }
    let mut over = true;
    for place in Place::ALL {
        let progress = reseals::look(&app.db, i64::from(number), place, now).await?;
        if !progress.is_over() && progress.begun_at() <= now {
            batch(app, place, &progress, number, now).await?;
            return Ok(true);
        }
        over &= progress.is_over();
    }
    if over {
        retire(app, number, now).await?;
    }
    Ok(false)
}

/// Whoever dies in the middle is followed by another, who finds the rows sealed anew; of several at once one counts them.
async fn batch(app: &App, place: Place, before: &Progress, number: u32, now: Timestamp) -> Result<(), Fault> {
    let rows = reseals::rows(&app.db, place, before.reached, BATCH).await?;
    let (mut seen, mut stale) = (0, 0);
    for row in &rows {
        let Some(column) = Column::of_kind(&row.kind) else { continue };
        seen += 1;
        if number_of(&row.sealed) != number {
            stale += 1;
            seal_anew(app, (place, column), row, now).await?;
        }
    }
    let reached = rows.last().map_or(before.reached, |row| row.id);
    let after = before.further(reached, seen, stale);
    let after = match i64::try_from(rows.len()).is_ok_and(|rows| rows == BATCH) {
        true => after,
        // In a further round there is nothing to do, unless somebody sealed under a former key for longer than they should.
        false if after.round > 0 && after.stale == 0 => after.ended(now),
        false => after.once_more(now.max(after.begun_at() + *app.config.keys.lead)),
    };
    reseals::advance(&app.db, before, &after).await.map(drop)
}

/// What somebody changed meanwhile they sealed themselves. What does not open keeps no other from it, and its key lives on.
async fn seal_anew(app: &App, (place, column): (Place, Column), row: &SealedRow, now: Timestamp) -> Result<(), Fault> {
    match columns::open(app, column, &row.sealed) {
        Ok(plain) => {
            let anew = columns::seal(app, column, &plain, now)?;
            reseals::replace(&app.db, place, row, &anew).await.map(drop)
        }
        Err(fault) => {
            tracing::error!(target: "motcua::fault", place = place.as_str(), row = %row.id, %fault, "a row was not sealed anew");
            Ok(())
        }
    }
}

/// Wipes the keys before this one: no row names them.
async fn retire(app: &App, number: u32, now: Timestamp) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    for (former, purpose) in app.data_keys.personal.before(number) {
        if data_keys::retire(&mut change.tx, &purpose, now).await? {
            change.act(Event::new(Act::KeyRetired).detail(format!("data key {former}")));
            change.announce(Kind::Key, purpose);
        }
    }
    change.commit().await?;
    refresh(app).await
}
