//! Everybody gone over once, batch by batch, for what was stored before it was looked up: each batch is a transaction, which
//! remembers how far the pass has come.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::people as sealed;
use crate::parts::people::PersonalData;
use crate::store::db::Tx;
use crate::store::passes;
use crate::store::people;
use crate::store::people::PersonRow;

/// People of one batch.
const BATCH: usize = 500;

/// Those who are next.
pub struct Batch {
    /// Their rows.
    pub people: Vec<PersonRow>,
    pass: &'static str,
    reached: Uuid,
    is_last: bool,
}

/// The next batch of a pass; `None` when nobody is left.
pub async fn next(app: &App, pass: &'static str) -> Result<Option<Batch>, Fault> {
    let known = passes::look(&app.db, pass).await?;
    if known.is_over() {
        return Ok(None);
    }
    let people = people::after(&app.db, known.reached, i64::try_from(BATCH).map_err(Fault::broken)?).await?;
    let is_last = people.len() < BATCH;
    let reached = people.last().map_or(known.reached, |row| row.id);
    Ok(Some(Batch { people, pass, reached, is_last }))
}

impl Batch {
    /// Those of whom something is known by which they are found, with its digest. One who cannot be read keeps nobody else from
    /// it: the pass over names says who.
    pub fn found(
        &self,
        app: &App,
        digest_of: fn(&App, &PersonalData) -> Option<[u8; 32]>,
    ) -> impl Iterator<Item = (&PersonRow, [u8; 32])> {
        let digest = move |row: &PersonRow| digest_of(app, &sealed::open(app, &row.data).ok()?);
        self.people.iter().filter_map(move |row| Some((row, digest(row)?)))
    }

    /// Commits what was written of them; `false` when nobody is left.
    pub async fn end(self, mut tx: Tx, now: Timestamp) -> Result<bool, Fault> {
        passes::advance(&mut tx, self.pass, self.reached, self.is_last.then_some(now)).await?;
        tx.commit().await?;
        Ok(!self.is_last)
    }
}
