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
    /// It cannot be done, and waits no more: why.
    Void(String),
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
    let reform = match Reform::of(app, &deed).await? {
        Ok(reform) => reform,
        Err(why) => return void(app, by, (id, &deed), why, now).await,
    };
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    if hold(&mut change, [&by.actor, &Actor::Machine], [row.asked_right, None], now).await?.is_some()
        || !pending_acts::done(&mut change.tx, id, now).await?
    {
        return Ok(CarriedOut::No);
    }
    change.act(deed.event(Act::ActCarriedOut, id));
    if let Some(reform) = reform {
        let done = match reform.write(app, &mut change).await? {
            Ok((revision, report)) if deed.seen_at(revision)? == row.seen.as_slice() => Ok(report),
            Ok(_) => Err("the units are others than whoever asked saw".to_owned()),
            Err(why) => Err(why),
        };
        return match done {
            Ok(report) => {
                change.commit().await?;
                Ok(CarriedOut::Reform(serde_json::to_value(report).map_err(Fault::broken)?))
            }
            Err(why) => {
                drop(change);
                void(app, by, (id, &deed), why, now).await
            }
        };
    }
    perform(app, change, &deed, now).await
}

/// Nothing was done, and it is asked for anew or not at all.
async fn void(app: &App, by: &By, (id, deed): (Uuid, &Deed), why: String, now: Timestamp) -> Result<CarriedOut, Fault> {
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    if !pending_acts::fail(&mut change.tx, id, &why, now).await? {
        return Ok(CarriedOut::No);
    }
    change.act(deed.event(Act::ActVoided, id));
    change.commit().await?;
    Ok(CarriedOut::Void(why))
}

/// What becomes of units, read before anything is held.
struct Reform<'a> {
    prepared: succession::Prepared,
    options: succession::Options<'a>,
}

impl<'a> Reform<'a> {
    /// The one that a deed is about, if it is; else why it cannot be.
    async fn of(app: &App, deed: &'a Deed) -> Result<Result<Option<Self>, String>, Fault> {
        let Deed::Succeed { file, day, legal_basis, .. } = deed else { return Ok(Ok(None)) };
        let options = succession::Options { day: *day, legal_basis: legal_basis.as_deref(), dry_run: false };
        let prepared = match succession::read(file.as_bytes()) {
            Ok(rows) => succession::prepare(app, &rows, &options).await,
            Err(refused) => Err(refused),
        };
        told(prepared.map(|prepared| Some(Self { prepared, options })))
    }

    async fn write(
        &self,
        app: &App,
        change: &mut Change<'_>,
    ) -> Result<Result<(i64, succession::Report), String>, Fault> {
        told(succession::write(app, change, &self.prepared, &self.options, &mut |_, _| ()).await)
    }
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
        Deed::Succeed { .. } => CarriedOut::No, // it has what it was read from, and is written with that
    })
}

/// What would become of units by a file; else why it cannot be.
pub(super) async fn would_succeed(
    app: &App,
    file: &str,
    day: Day,
    legal_basis: Option<&str>,
) -> Result<Result<succession::Report, String>, Fault> {
    let options = succession::Options { day, legal_basis, dry_run: true };
    told(succession::of_text(app, file, &options).await)
}

fn told<T>(outcome: Result<T, units::Error>) -> Result<Result<T, String>, Fault> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(units::Error::Failed(fault)) => Err(fault),
        Err(refused) => Ok(Err(refused.to_string())),
    }
}
