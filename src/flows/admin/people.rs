//! People as operators see them: who somebody is, and where they are signed in; signed out, disabled, enabled.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::parts::sessions as ending;
use crate::parts::sessions::Reach;
use crate::store::db::Db;
use crate::store::families;
use crate::store::grants::Grant;
use crate::store::people;
pub use crate::store::people::Count;
use crate::store::people::PersonRow;
use crate::store::sessions;
use crate::store::sessions::Session;

/// A person as operators see them.
pub struct ShownPerson {
    /// The row.
    pub row: PersonRow,
    /// What is known of them.
    pub data: PersonalData,
    /// Where they are signed in.
    pub sessions: Vec<Session>,
    /// What goes on while they are away, the latest first.
    pub away: Vec<Grant>,
}

/// Grants that are shown at most.
const MOST: i64 = 100;

/// Who signs in with this name, in any of its forms: user name, identity number, e-mail address.
async fn find(app: &App, name: &str) -> Result<Option<PersonRow>, Fault> {
    let Some(name) = SignInName::parse(name) else { return Ok(None) };
    people::find_by_name(&app.db, &name.digest(app.data_keys.lookup.expose())).await
}

/// What is known of a person; `None` where nobody has the name.
pub async fn show(app: &App, name: &str, now: Timestamp) -> Result<Option<ShownPerson>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    let data = sealed::open(app, &row.data)?;
    let sessions = sessions::all_open_of(&app.db, row.id, now).await?;
    let away = families::of_person(&app.db, row.id, MOST).await?;
    Ok(Some(ShownPerson { row, data, sessions, away }))
}

/// Ends every session of a person, and what goes on while they are away where `reach` says so; a job tells the services.
/// Returns how many sessions ended; `None` where nobody has the name.
pub async fn sign_out(app: &App, name: &str, reach: Reach, now: Timestamp) -> Result<Option<usize>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    let mut change = Change::begin(app).await?;
    let ended = ending::end_all_of(app, &mut change, row.id, reach, now).await?;
    change.act(Event::new(Act::PersonSignedOut).person(row.id).detail(reach.as_str()));
    change.commit().await?;
    if reach == Reach::Everything {
        ending::end_late(app, &[row.id], now).await?;
    }
    Ok(Some(ended))
}

/// Takes from a person the right to sign in, and ends all that they are signed in to. Returns whether they had it; `None`
/// where nobody has the name.
pub async fn disable(app: &App, name: &str, now: Timestamp) -> Result<Option<bool>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    let mut change = Change::begin(app).await?;
    if !people::disable(&mut change.tx, row.id, now).await? {
        return Ok(Some(false));
    }
    ending::end_all_of(app, &mut change, row.id, Reach::Everything, now).await?;
    change.act(Event::new(Act::PersonDisabled).person(row.id));
    change.commit().await?;
    ending::end_late(app, &[row.id], now).await?;
    Ok(Some(true))
}

/// Gives it back: to sign in anew, for nothing of before comes to life again. Returns whether they lacked it; `None` where
/// nobody has the name.
pub async fn enable(app: &App, name: &str, now: Timestamp) -> Result<Option<bool>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    let mut change = Change::begin(app).await?;
    if !people::enable(&mut change.tx, row.id).await? {
        return Ok(Some(false));
    }
    // A sign-in may have been under way while the person was disabled.
    ending::end_all_of(app, &mut change, row.id, Reach::Everything, now).await?;
    change.act(Event::new(Act::PersonEnabled).person(row.id));
    change.commit().await?;
    ending::end_late(app, &[row.id], now).await?;
    Ok(Some(true))
}

/// How many people there are.
pub async fn count(db: &Db) -> Result<Count, Fault> {
    people::count(db).await
}
