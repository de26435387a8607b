//! Letting somebody in again whom an official looked at.

use uuid::Uuid;

use super::people;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;
use crate::identity::credential::recovery_code;
use crate::parts::record::Change;
use crate::parts::recovery;
use crate::store::people as rows;
use crate::store::proofings;

/// What came of it.
pub enum Opened {
    /// The code to give them, and until when it works.
    Code(Secret<String>, Timestamp),
    /// Nobody has the name, or they may not sign in.
    Nobody,
    /// Nobody verified who they are: an official cannot know that the account is theirs.
    NotProofed,
}

/// Makes a code by which a person whose identity was verified gets in again. It replaces one that was made before, and the
/// person is told.
pub async fn open(app: &App, name: &str, now: Timestamp) -> Result<Opened, Fault> {
    let person = people::find(app, name).await?.filter(|row| !row.is_disabled()).map(|row| row.id);
    let Some(person) = person else { return Ok(Opened::Nobody) };
    if proofings::level(&app.db, person).await? < Level::Two {
        return Ok(Opened::NotProofed);
    }
    begin_in(app, Change::begin(app).await?, person, now).await
}

/// The same as the end of a change, of somebody who was found before.
pub(super) async fn begin_in(app: &App, mut change: Change<'_>, person: Uuid, now: Timestamp) -> Result<Opened, Fault> {
    let code = recovery_code::derive(&app.entropy.bytes::<32>()).swap_remove(0);
    let digest = recovery_code::digest(app.data_keys.lookup.expose(), code.expose());
    if rows::hold(&mut change.tx, person).await?.is_none() {
        return Ok(Opened::Nobody);
    }
    let begun = recovery::begin(app, &mut change, person, Some(&digest), now).await?;
    change.commit().await?;
    Ok(Opened::Code(code, begun.expires_at()))
}
