//! Rights and what waits, as an official sees and decides them.

use uuid::Uuid;

use super::Given;
use super::bounds::Named;
use super::carrying;
use super::carrying::CarriedOut;
use super::deed::Deed;
use super::look;
use super::look::Listed;
use super::look::Looked;
use super::pending;
use super::pending::Decided;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::listing;
use crate::flows::admin::listing::Gathering;
use crate::flows::admin::listing::Page;
use crate::flows::admin::listing::Wanted;
use crate::flows::admin::refusal::Refusal;
use crate::identity::authority::Act;
use crate::identity::authority::Holder;
use crate::jose::jwa::KeyAlgorithm;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::data_keys;
use crate::parts::keyring;
use crate::store::pending_acts;

/// One right.
pub async fn one(app: &App, id: Uuid, now: Timestamp) -> Result<Result<Listed, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::RightsLook, &Subject::Right(id), now).await? {
        return Ok(Err(refused.into()));
    }
    let Some(right) = authority::find(app, id, now).await? else { return Ok(Err(Refusal::NotThere)) };
    Ok(look::described(app, vec![right]).await?.pop().ok_or(Refusal::NotThere))
}

/// Whether whoever acts here gives rights anywhere.
pub async fn gives(app: &App, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    Ok(authority::sight(app, Act::RightsGrant, now).await?.map(drop).map_err(Refusal::from))
}

/// The one that is written so.
pub(super) fn holder(text: &str) -> Result<Holder, Refusal> {
    let wrong = || Refusal::Mistake(format!("holder: {text:?} is none; write person:ID or client:ID"));
    Holder::parse(text).ok_or_else(wrong)
}

/// Gives a right, or asks that another official approves it.
pub async fn give(app: &App, holder: &str, named: &Named, now: Timestamp) -> Result<Result<Given, Refusal>, Fault> {
    if let Err(refusal) = gives(app, now).await? {
        return Ok(Err(refusal));
    }
    let holder = match self::holder(holder) {
        Ok(holder) => holder,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let wanted = match look::wanted(app, named, vec![holder], now).await? {
        Ok(wanted) => wanted,
        Err(why) => return Ok(Err(Refusal::Mistake(why))),
    };
    let given = super::grant(app, authority::by(app)?, &wanted, None, now).await?;
    kept(app, given, Act::RightsGrant, "").await
}

/// Takes a right away.
pub async fn take(app: &App, id: Uuid, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    let taken = super::revoke(app, authority::by(app)?, id, now).await?;
    if matches!(taken, Err(Refusal::NotThere)) && authority::find(app, id, now).await?.is_some() {
        return Ok(taken); // it ended before: that is no try
    }
    kept(app, taken, Act::RightsRevoke, &format!(" right:{id}")).await
}

/// Asks that another official approves what nobody does alone; returns the id of what waits.
pub async fn ask(app: &App, deed: &Deed, now: Timestamp) -> Result<Result<Uuid, Refusal>, Fault> {
    // Before anything is said of how things stand.
    if deed.subject()? == Subject::Country
        && let Err(refused) = authority::ask(app, deed.act(), &Subject::Country, now).await?
    {
        return Ok(Err(refused.into()));
    }
    if let Deed::RotateKey { algorithm, .. } = deed {
        let kept = keyring::algorithms(app);
        if !algorithm.parse::<KeyAlgorithm>().is_ok_and(|algorithm| kept.contains(&algorithm)) {
            let kept = kept.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let why = format!("algorithm: no key is kept for {algorithm:?}; expected one of {kept}");
            return Ok(Err(Refusal::Mistake(why)));
        }
    }
    if *deed == Deed::RotateDataKey && data_keys::is_under_way(app, now) {
        let why = "the data key has not sealed everything anew yet: look at GET /api/v1/keys/data how far it is";
        return Ok(Err(Refusal::Stands(why.to_owned())));
    }
    let asked = pending::ask(app, authority::by(app)?, deed, now).await?;
    kept(app, asked, deed.act(), "").await
}

/// Whoever asked carries out what another approved, once; what nobody approved, or somebody else asked, stands.
pub async fn carry_out(app: &App, id: Uuid, now: Timestamp) -> Result<Result<CarriedOut, Refusal>, Fault> {
    let by = authority::by(app)?;
    Ok(match carrying::carry_out(app, by, id, now).await? {
        CarriedOut::No => {
            if pending::find(app, id)
                .await?
                .map(|row| row.asked_by())
                .transpose()?
                .is_some_and(|asked| asked != by.actor)
            {
                authority::tried(app, &format!("carrying out pending:{id}")).await?;
            }
            let why = "it is not approved, was asked by somebody else or carried out before, or cannot be any more";
            Err(Refusal::Stands(why.to_owned()))
        }
        CarriedOut::Void(why) => Err(Refusal::Stands(format!("it is void: {why}"))),
        done => Ok(done),
    })
}

/// What somebody tried and may not is in the trail.
pub(in crate::flows::admin) async fn kept<T>(
    app: &App,
    outcome: Result<T, Refusal>,
    act: Act,
    subject: &str,
) -> Result<Result<T, Refusal>, Fault> {
    if let Err(Refusal::May(_) | Refusal::Widens(_) | Refusal::NotThere) = &outcome {
        authority::tried(app, &format!("{}{subject}", act.as_str())).await?;
    }
    Ok(outcome)
}

/// What waits for a second official, or all that ever did, the latest first, as far as the office reaches.
pub async fn pending(
    app: &App,
    wanted: &Wanted<'_>,
    every: bool,
    now: Timestamp,
) -> Result<Result<Page<Looked>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::PendingLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut gathering = Gathering::new(wanted, after, sight.is_whole());
    while gathering.goes_on() {
        let before = gathering.after().and_then(|id| id.parse().ok()).unwrap_or(Uuid::max());
        let rows = pending_acts::page(&app.db, (!every).then_some(now), before, gathering.rows()).await?;
        let last = rows.last().map(|row| row.id.to_string());
        let mut fits = Vec::new();
        for row in rows {
            if sight.subject(app, &pending::place(&row, &Deed::read(&row.deed.0)?)?).await? {
                fits.push(row);
            }
        }
        gathering.add(last, fits);
    }
    let page = gathering.page(app, wanted, |row| row.id.to_string(), now)?;
    let mut items = Vec::new();
    for row in &page.items {
        items.push(look::pending(app, row, now).await?.briefly());
    }
    Ok(Ok(Page { items, next: page.next }))
}

/// One act that waits, or did.
pub async fn pending_one(app: &App, id: Uuid, now: Timestamp) -> Result<Result<Looked, Refusal>, Fault> {
    match pending_row(app, id, now).await? {
        Ok((row, _)) => look::pending(app, &row, now).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// What it would do.
pub async fn act_of(app: &App, id: Uuid, now: Timestamp) -> Result<Result<Act, Refusal>, Fault> {
    Ok(pending_row(app, id, now).await?.map(|(_, deed)| deed.act()))
}

async fn pending_row(app: &App, id: Uuid, now: Timestamp) -> Result<Result<(pending::Row, Deed), Refusal>, Fault> {
    let Some(row) = pending::find(app, id).await? else {
        authority::tried(app, &format!("{} pending:{id}", Act::PendingLook.as_str())).await?;
        return Ok(Err(Refusal::NotThere));
    };
    let deed = Deed::read(&row.deed.0)?;
    if let Err(refused) = authority::ask(app, Act::PendingLook, &pending::place(&row, &deed)?, now).await? {
        return Ok(Err(refused.into()));
    }
    Ok(Ok((row, deed)))
}

/// A second official decides what waits; returns what it is then.
pub async fn decide(app: &App, id: Uuid, approves: bool, now: Timestamp) -> Result<Result<Looked, Refusal>, Fault> {
    let by = authority::by(app)?;
    let decided =
        if approves { pending::approve(app, by, id, now).await? } else { pending::refuse(app, by, id, now).await? };
    let mut given = None;
    let stands = |why: &str| Ok(Err(Refusal::Stands(why.to_owned())));
    match decided {
        Decided::Done(right) => given = right,
        Decided::Approved | Decided::Refused => {}
        Decided::Void(why) => return stands(&format!("it is void: {why}")),
        Decided::Over => return stands("somebody decided before, or its time is over"),
        Decided::Own => {
            authority::tried(app, &format!("{} pending:{id}, which is his own", Act::PendingDecide.as_str())).await?;
            return stands("neither whoever asked decides, nor whom it is for");
        }
        Decided::May(refusal) => {
            return kept(app, Err(refusal), Act::PendingDecide, &format!(" pending:{id}")).await;
        }
    }
    let Some(row) = pending::find(app, id).await? else { return Ok(Err(Refusal::NotThere)) };
    let mut looked = look::pending(app, &row, now).await?;
    if let (Some(right), Some(members)) = (given, looked.shown.json.as_object_mut()) {
        members.insert("right".to_owned(), right.to_string().into());
    }
    Ok(Ok(looked))
}
