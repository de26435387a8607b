//! What is known of people, opened where it is needed.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
pub use crate::identity::person::PersonalData;
use crate::store::people;

const PURPOSE: Purpose = Purpose("person");

/// What is known of a person who may sign in.
pub async fn find(app: &App, person: Uuid) -> Result<Option<PersonalData>, Fault> {
    let row = people::find(&app.db, person).await?.filter(|row| !row.is_disabled());
    row.map(|row| open(app, &row.data)).transpose()
}

/// Opens the sealed column of `people`.
pub fn open(app: &App, sealed: &[u8]) -> Result<PersonalData, Fault> {
    let plain = app
        .data_keys
        .personal
        .open(PURPOSE, sealed)
        .ok_or_else(|| Fault::broken("a person's data do not open under the instance's data key"))?;
    serde_json::from_slice(&plain).map_err(Fault::broken)
}

/// Seals what [`open`] opens.
pub fn seal(app: &App, data: &PersonalData, now: Timestamp) -> Result<Vec<u8>, Fault> {
    let plain = serde_json::to_vec(data).map_err(Fault::broken)?;
    app.data_keys.personal.seal(PURPOSE, &plain, now, &*app.entropy)
}
