//! The end of a recovery: another password, and nothing of what was before opens the account any more.

use std::sync::Arc;

use uuid::Uuid;

use super::Proven;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::new_password::Refusal;
use crate::identity::credential::new_password::Standing;
use crate::identity::credential::password::StoredPassword;
use crate::letters::Letter;
use crate::parts::authenticate::password;
use crate::parts::clock;
use crate::parts::hash_pool;
use crate::parts::new_password;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::repetition::Repetition;
use crate::parts::sessions;
use crate::parts::sessions::Reach;
use crate::parts::sessions::Visitor;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;
use crate::store::authenticators;
use crate::store::closing;
use crate::store::credentials;
use crate::store::people as rows;
use crate::store::proofings;
use crate::store::proofings::NewProofing;
use crate::store::recoveries;

/// How far a way back has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The person gets in at this time, unless somebody stops it.
    Waiting(Timestamp),
    /// Its time is over, but not every letter that tells the person of it was brought: they could not have stopped it.
    Untold,
    /// They choose another password.
    Ready,
    /// It was stopped, used, or is over.
    Over,
}

/// How far it has come.
pub async fn look(app: &App, proven: &Proven, now: Timestamp) -> Result<Stage, Fault> {
    let all = recoveries::of(&app.db, proven.person, now).await?;
    Ok(match all.into_iter().find(|recovery| recovery.id == proven.recovery) {
        None => Stage::Over,
        Some(recovery) if recovery.ready_at() > now => Stage::Waiting(recovery.ready_at()),
        Some(recovery) if !recovery.is_told() => Stage::Untold,
        Some(_) => Stage::Ready,
    })
}

/// A name that the person signs in with.
pub async fn sign_in_name(app: &App, proven: &Proven) -> Result<String, Fault> {
    let data = people::find(app, proven.person).await?;
    Ok(data.map(|data| data.sign_in_name().to_owned()).unwrap_or_default())
}

/// What came of a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completed {
    /// The account is theirs again.
    Done,
    /// The new one cannot be taken, for each of these reasons.
    Refused(Vec<Refusal>),
    /// The way back is not open any more.
    Over,
}

/// Sets the password. All else that opened the account is gone, sessions and grants end, and the state is no surer of the
/// person than of anybody until they are proofed again.
pub async fn complete(
    app: &Arc<App>,
    proven: &Proven,
    new: &Secret<String>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Completed, Fault> {
    clock::agrees(app)?;
    let person = proven.person;
    let Some(data) = people::find(app, person).await? else { return Ok(Completed::Over) };
    let repetition = Repetition::of(app, "recovery", proven.recovery, &[new]);
    if look(app, proven, now).await? != Stage::Ready {
        return is_done(app, person, &repetition, new).await;
    }
    let hashed = match new_password::check(app, new.expose(), &data, Standing::Alone) {
        Ok(new) => hash_pool::hash(app, new.into_secret()).await?,
        Err(refusals) => return Ok(Completed::Refused(refusals)),
    };
    repetition.remember(app).await;
    let (own, recovery) = (Arc::clone(app), proven.recovery);
    // Once begun it goes on to its end, whoever waits for it.
    let setting = tokio::spawn(async move {
        let is_set = set(&own, person, recovery, &hashed, now).await?;
        if is_set {
            sessions::end_late_in_any_case(&own, person, now).await;
        }
        Ok(is_set)
    });
    if !setting.await.unwrap_or_else(|error| Err(Fault::broken(error)))? {
        return is_done(app, person, &repetition, new).await;
    }
    throttle::forget(app, &Attempt::of(app, person, visitor).await, now).await;
    Ok(Completed::Done)
}

/// What came of a recovery that is not open any more: the same form may have completed it a moment ago.
async fn is_done(app: &App, person: Uuid, repetition: &Repetition, new: &Secret<String>) -> Result<Completed, Fault> {
    let is_done = repetition.is_known(app).await && password::is_stored(app, person, new).await?;
    Ok(if is_done { Completed::Done } else { Completed::Over })
}

/// Takes everything that opened the account, and sets the password; `false` where the recovery is not open any more.
async fn set(app: &App, person: Uuid, recovery: Uuid, hashed: &StoredPassword, now: Timestamp) -> Result<bool, Fault> {
    let fresh = || id::beside(person, now, &*app.entropy);
    let mut change = Change::begin(app).await?;
    let held = rows::hold(&mut change.tx, person).await?.is_some();
    if !held || !recoveries::take(&mut change.tx, person, recovery, now).await? {
        return Ok(false);
    }
    recoveries::stop_all(&mut change.tx, person).await?;
    credentials::put_password(&mut change.tx, fresh(), person, hashed, now).await?;
    authenticators::remove_all(&mut change.tx, person, None).await?;
    rows::forget_devices(&mut change.tx, person).await?; // whoever has the lost one is a stranger
    let (method, evidence, agency) = ("recovery", "none", app.config.server.issuer.as_str());
    let lowered = NewProofing { id: fresh(), person, level: Level::Zero, method, evidence, agency, at: now };
    proofings::insert(&mut change.tx, &lowered).await?;
    sessions::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
    if closing::keep(&mut change.tx, person).await? {
        change.act(Event::new(Act::AccountKept).person(person)); // who gets it back wants it
    }
    change.act(Event::new(Act::AccountRecovered).person(person));
    let letter = Letter::AccountRecovered { at: now, stop: stopping::link(app, person, Done::Password, now)? };
    telling::tell(app, &mut change, person, &letter, now).await?;
    change.commit().await?;
    Ok(true)
}
