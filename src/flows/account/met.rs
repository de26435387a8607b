//! Which services a person's history tells of, from its beginning on. What is over does not change any more: it is read once,
//! a month at a time, and kept; each reading goes on from there.

use std::time::Duration;

use uuid::Uuid;

use super::received::Receiver;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::parts::clients;
use crate::store::history as rows;
use crate::store::history::Met;
use crate::store::history::MetClients;

/// So much at least is new before it is kept: nobody writes at each look.
const WORTH: Duration = Duration::from_secs(86_400);

/// The services of the whole history, which is kept since `since`.
pub async fn services(app: &App, person: Uuid, [since, now]: [Timestamp; 2]) -> Result<Vec<Receiver>, Fault> {
    let [from, before] = rows::identifiers([since, now]);
    let mut all = rows::read_before(&app.db, person).await?.unwrap_or((id::made_at(from), MetClients::default()));
    all.1.retain(|_, met| met.last >= since.micros());
    // Nothing is added any more before this: what happens from now on is not older.
    let [settled, _] = rows::identifiers([now, now]).map(id::made_at);
    let begin = all.0.max(id::made_at(from));
    all.0 = begin;
    while begin + WORTH <= settled && all.0 < settled {
        let from = all.0;
        all.0 = app.config.units.time_zone.month_around(from).map_or(settled, |[_, end]| end.min(settled));
        read(app, person, [from, all.0], &mut all.1).await?;
        // Each month by itself: who is cut off goes on from there the next time. Who cannot write reads it once more.
        if let Err(fault) = rows::keep(&app.db, person, all.0, &all.1).await {
            tracing::warn!(target: "motcua::fault", %fault, "what was read of a history is not kept");
        }
    }
    read(app, person, [all.0, id::made_at(before)], &mut all.1).await?;
    named(app, all.1).await
}

/// Adds what was met in a span.
async fn read(app: &App, person: Uuid, span: [Timestamp; 2], all: &mut MetClients) -> Result<(), Fault> {
    for (client, met) in rows::met(&app.db, person, span.map(id::floor)).await? {
        let known = all.entry(client).or_insert(met);
        *known = Met { last: known.last.max(met.last), epoch: known.epoch.max(met.epoch) };
    }
    Ok(())
}

/// Who they are today: what received something is the same only as long as it is the same incarnation.
async fn named(app: &App, all: MetClients) -> Result<Vec<Receiver>, Fault> {
    let mut named = Vec::new();
    for (id, met) in all {
        let client = clients::of_epoch(app, &id, met.epoch).await?;
        named.push(Receiver { id, client });
    }
    Ok(named)
}
