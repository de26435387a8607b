//! Names that were stored before they were mapped (RFC 8265): everybody is gone over once, and found by the mapped form as
//! well. The digest of the former form stays beside it, for a former version and whoever types it so.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::going_over;
use crate::parts::people as sealed;
use crate::parts::people::PersonalData;
use crate::store::passes;
use crate::store::people;
use crate::store::people::PersonRow;

const PASS: &str = "canonical_names";

/// Whether nobody is left to go over.
pub async fn are_there(app: &App) -> Result<bool, Fault> {
    Ok(passes::look(&app.db, PASS).await?.is_over())
}

/// Goes over the next batch; `false` when nobody is left.
pub async fn go_on(app: &App, now: Timestamp) -> Result<bool, Fault> {
    let Some(batch) = going_over::next(app, PASS).await? else { return Ok(false) };
    let mut tx = app.db.begin().await?;
    for row in &batch.people {
        let Some(data) = opened(app, row) else { continue };
        if let Some(digests) = sealed::digests(app, &data).filter(|digests| *digests != row.digests()) {
            people::add_names(&mut tx, row, &digests).await?;
        }
    }
    batch.end(tx, now).await
}

/// One who cannot be read keeps nobody else from it.
fn opened(app: &App, row: &PersonRow) -> Option<PersonalData> {
    let opened = sealed::open(app, &row.data);
    if let Err(fault) = &opened {
        tracing::error!(target: "motcua::fault", person = %row.id, %fault, "a person's names were not looked at");
    }
    opened.ok()
}
