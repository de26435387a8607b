//! Whose a verified telephone number is, as far as a register says so: nobody signs in by it, but who opens an account with it
//! is told that there is one. People who were stored before numbers were looked up are gone over once.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::outbound::sms;
use crate::parts::going_over;
use crate::parts::people::PersonalData;
use crate::store::db::Tx;
use crate::store::people;
use crate::store::people::PersonRow;

const PASS: &str = "verified_phones";

/// The digest by which a person is found whose number was verified; it is no name to sign in with. Of several people with one
/// number it is of whom it was first.
pub fn digest_of(app: &App, data: &PersonalData) -> Option<[u8; 32]> {
    let number = data.verified_phone()?;
    sms::international(number, &app.config.sms.country_code).map(|number| digest(app, &number))
}

/// Keeps a person's, if they have one.
pub async fn put(app: &App, tx: &mut Tx, person: Uuid, data: &PersonalData) -> Result<(), Fault> {
    match digest_of(app, data) {
        Some(phone) => people::put_contact(tx, person, &phone).await,
        None => Ok(()),
    }
}

fn digest(app: &App, number: &str) -> [u8; 32] {
    hmac_sha256(app.data_keys.lookup.expose(), &[b"verified-phone", number.as_bytes()])
}

/// Whose this number is (E.164).
pub async fn whose(app: &App, number: &str) -> Result<Option<PersonRow>, Fault> {
    people::find_by_name(&app.db, &digest(app, number)).await
}

/// Goes over the next batch; `false` when nobody is left.
pub async fn go_on(app: &App, now: Timestamp) -> Result<bool, Fault> {
    let Some(batch) = going_over::next(app, PASS).await? else { return Ok(false) };
    let mut tx = app.db.begin().await?;
    for (row, digest) in batch.found(app, digest_of) {
        people::add_contact(&mut tx, row, &digest).await?;
    }
    batch.end(tx, now).await
}
