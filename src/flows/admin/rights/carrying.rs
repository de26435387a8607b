//! Whoever asked carries out what another approved, once.

use serde_json::Value;
use uuid::Uuid;

use super::deed::Deed;
use super::held::hold;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::flows::admin::keys;
use crate::flows::admin::keys::Rotated;
use crate::flows::admin::recovery;
use crate::flows::admin::units;
use crate::flows::admin::units::succession;
use crate::identity::audit::Act;
use crate::identity::audit::By;
use crate::identity::authority::Actor;
use crate::jose::jwa::KeyAlgorithm;
use crate::parts::authority as rights;
use crate::parts::authority::Asker;
use crate::parts::record::Change;
use crate::store::pending_acts;
use crate::store::pending_acts::State;

/// What carrying out gave.
pub enum CarriedOut {
    /// A code, which the person enters, and until when it works.
    Code(Secret<String>, Timestamp),
    /// A key that replaces another, by its `kid`.
    Key(String),
    /// A key that seals what is known of people, by its number.
    DataKey(u32),
    /// What became of units, as a report counts it.
    Reform(Value),
    /// It is done.
    Done,
    /// It is not approved, was carried out before, or cannot be any more.
    No,
}

/// Carries it out: a code that lets somebody in is shown to whoever asked, and to nobody else.
pub async fn carry_out(app: &App, by: &By, id: Uuid, now: Timestamp) -> Result<CarriedOut, Fault> {
    let Some(row) = pending_acts::find(&app.db, id).await? else { return Ok(CarriedOut::No) };
    let deed = Deed::read(&row.deed.0)?;
    let is_theirs = row.asked_by()? == by.actor && row.state() == State::Approved && row.done_at().is_none();
    if !is_theirs || row.expires_at() <= now || deed.seen(app, now).await?.is_none_or(|seen| row.seen != seen) {
        return Ok(CarriedOut::No);
    }
    let Actor::Official(holder) = &by.actor else { return Ok(CarriedOut::No) };
    let may = rights::may(app, Asker::of(by, holder), deed.act(), &deed.subject()?, now).await?;
    if may.is_none_or(|answer| !answer.verdict.is_allowed()) {
        return Ok(CarriedOut::No);
    }
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    if hold(&mut change, [&by.actor, &Actor::Machine], [row.asked_right, None], now).await?.is_some()
        || !pending_acts::done(&mut change.tx, id, now).await?
    {
        return Ok(CarriedOut::No);
    }
    change.act(deed.event(Act::ActCarriedOut, id));
    perform(app, change, &deed, now).await
}

/// What has a transaction of its own follows the one that says that it is done: it happens once or, where the machine stops
/// between the two, not at all, and is asked for anew.
async fn perform(app: &App, change: Change<'_>, deed: &Deed, now: Timestamp) -> Result<CarriedOut, Fault> {
    Ok(match deed {
        Deed::Grant(_) => CarriedOut::No, // its approval was its end
        Deed::Recover { person } => match recovery::begin_in(app, change, *person, now).await? {
            recovery::Opened::Code(code, until) => CarriedOut::Code(code, until),
            recovery::Opened::Nobody | recovery::Opened::NotProofed => CarriedOut::No,
        },
        Deed::RotateKey { algorithm, at_once } => {
            change.commit().await?;
            let algorithm = algorithm.parse::<KeyAlgorithm>().map_err(Fault::broken)?;
            CarriedOut::Key(keys::rotate(app, algorithm, *at_once, now).await?)
        }
        Deed::RotateDataKey => {
            change.commit().await?;
            match keys::rotate_data(app, now).await? {
                Rotated::Next(number) => CarriedOut::DataKey(number),
                Rotated::UnderWay(_) => CarriedOut::No,
            }
        }
        Deed::RevokeKey { kid } => {
            change.commit().await?;
            if keys::revoke(app, kid, now).await? { CarriedOut::Done } else { CarriedOut::No }
        }
        Deed::Succeed { file, day, legal_basis, .. } => {
            change.commit().await?;
            match succeed(app, file, (*day, false), legal_basis.as_deref()).await? {
                Ok(report) => CarriedOut::Reform(serde_json::to_value(report).map_err(Fault::broken)?),
                Err(_) => CarriedOut::No,
            }
        }
    })
}

/// Says what becomes of units by a file, or what would; else why it cannot be carried out.
pub(super) async fn succeed(
    app: &App,
    file: &str,
    (day, dry_run): (Day, bool),
    legal_basis: Option<&str>,
) -> Result<Result<succession::Report, String>, Fault> {
    let options = succession::Options { day, legal_basis, dry_run };
    match succession::of_text(app, file, &options).await {
        Ok(report) => Ok(Ok(report)),
        Err(units::Error::Failed(fault)) => Err(fault),
        Err(refused) => Ok(Err(refused.to_string())),
    }
}
