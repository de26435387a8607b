//! What a process counted that is gone: it is counted again, from the grants.

use std::time::Duration;

use super::written::Account;
use super::written::End;
use super::written::settle;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::authorization::LONGEST_LOGIN;
use crate::identity::figures::Figure;
use crate::store::collector;
use crate::store::collector::Minutes;
use crate::store::collector::minute;
use crate::store::figures;
use crate::store::figures::Collector;
use crate::store::redemptions;
use crate::store::redemptions::Redemption;

/// Who wrote nothing for so long is taken for dead.
const SILENCE: Duration = Duration::from_secs(3 * 60);
/// Who wrote nothing for so long is dead: until then it may have been the database that did not let them.
const DEATH: Duration = Duration::from_secs(15 * 60);
/// What is redeemed is in the database after so long, whoever's clock is looked at.
const SETTLED: Duration = Duration::from_secs(2 * 60);
/// By how much the clocks of replicas may differ.
const CLOCKS: Duration = Duration::from_secs(60);
/// Interactions of so long are read at once.
const SLICE: Duration = Duration::from_secs(10);
/// The same of those that began long before: few end so late.
const EARLY_SLICE: Duration = Duration::from_secs(600);

/// Counts again what others counted who are gone, by the database's clock: by ours, if it is ahead, all would be. Of several who
/// do so at once, one counts.
pub async fn count_again(app: &App, now: Timestamp) -> Result<(), Fault> {
    let now = app.ledger.there(now);
    let own = app.figures.mark();
    for gone in figures::collectors(&app.db).await?.into_iter().filter(|gone| Some(gone.id) != own) {
        let silent = now.since(gone.seen_at());
        let end = if silent < DEATH { End::GoesOn } else { End::Ends };
        // Once when it falls silent, and once at the end.
        if silent < SILENCE || end == End::GoesOn && gone.counted_until() > gone.seen_at() {
            continue;
        }
        let until = now - SETTLED;
        let counted = redeemed(app, &gone, until).await?;
        let account = Account { mark: gone.id, until: minute(until), seen_at: gone.seen_at(), end };
        settle(app, &account, &counted).await?;
    }
    Ok(())
}

/// What was redeemed there and is not in the figures.
async fn redeemed(app: &App, gone: &Collector, until: Timestamp) -> Result<Minutes, Fault> {
    let (from, mut counted) = (gone.counted_until(), Minutes::new());
    let mut begun = from - LONGEST_LOGIN - CLOCKS;
    while begun < until {
        let early = begun + EARLY_SLICE;
        let next = if early < from { early } else { begun + SLICE };
        for row in redemptions::of_interactions(&app.db, [begun, next], from).await? {
            if Shard::of(row.redemption_id) == Shard::of(gone.id) {
                count(app, &mut counted, &row);
            }
        }
        begun = next;
    }
    counted.retain(|own, _| (minute(from)..minute(until)).contains(own));
    Ok(counted)
}

fn count(app: &App, counted: &mut Minutes, row: &Redemption) {
    let at = id::made_at(row.redemption_id);
    let figures = Figure::of_sign_in(row.acr(), &row.amr(), [id::made_at(row.id), at]);
    let person = app.data_keys.years.hash(row.person_id, at);
    collector::add(counted, (minute(at), &row.client_id), |cell| cell.add(&figures, person));
}
