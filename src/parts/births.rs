//! Who is called so and was born then: by that an official finds somebody who has no number with them. People who were stored
//! before are gone over once.

use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::identity::person;
use crate::identity::precis;
use crate::parts::going_over;
use crate::parts::people::PersonalData;
use crate::store::births;
use crate::store::db::Tx;

const PASS: &str = "births";

/// A name and a birth date in the form in which they are compared; else what is wrong with them.
pub fn form(name: &str, birth_date: &str) -> Result<[String; 2], String> {
    person::check_claim("birthdate", &birth_date.into())?;
    let name = precis::any_name(name);
    if name.is_empty() || name.len() > LONGEST {
        return Err(format!("name: expected 1 to {LONGEST} bytes"));
    }
    Ok([name, birth_date.to_owned()])
}

/// Of a name, in bytes.
const LONGEST: usize = 256;

/// That of a person, where both are known.
pub fn of(data: &PersonalData) -> Option<[String; 2]> {
    let claim = |name: &str| data.claims.get(name).and_then(Value::as_str);
    form(claim("name")?, claim("birthdate")?).ok()
}

/// The digest by which people of a name and a birth date are found.
pub fn digest(app: &App, [name, date]: &[String; 2]) -> [u8; 32] {
    hmac_sha256(app.data_keys.lookup.expose(), &[b"birth", name.as_bytes(), b" ", date.as_bytes()])
}

/// That of a person.
pub fn digest_of(app: &App, data: &PersonalData) -> Option<[u8; 32]> {
    of(data).map(|birth| digest(app, &birth))
}

/// A person is found by what is known of them from now on, and no more by what was.
pub async fn replace(
    app: &App,
    tx: &mut Tx,
    person: Uuid,
    [before, after]: [Option<&PersonalData>; 2],
) -> Result<(), Fault> {
    let [before, after] = [before, after].map(|data| data.and_then(|data| digest_of(app, data)));
    if let Some(former) = before.filter(|former| Some(former) != after.as_ref()) {
        births::take(tx, person, &former).await?;
    }
    match after {
        Some(digest) => births::put(tx, person, &digest).await,
        None => Ok(()),
    }
}

/// Goes over the next batch; `false` when nobody is left.
pub async fn go_on(app: &App, now: Timestamp) -> Result<bool, Fault> {
    let Some(batch) = going_over::next(app, PASS).await? else { return Ok(false) };
    let mut tx = app.db.begin().await?;
    for (row, digest) in batch.found(app, digest_of) {
        births::add(&mut tx, row, &digest).await?;
    }
    batch.end(tx, now).await
}
