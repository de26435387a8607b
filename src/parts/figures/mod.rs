//! How services are used: counted in memory where it happens, written each minute, and read for whoever may look.
//!
//! What a process counted and had not written when it died is counted again from the grants: the id of each attempt to redeem a
//! code says where it was counted. Refreshes, pages and refusals leave no row, and those of its last two minutes are lost.

mod keys;
mod lost;
mod people;
mod written;

use uuid::Uuid;

pub use self::keys::tend as tend_keys;
pub use self::lost::count_again;
pub use self::people::Bounds;
pub use self::people::Sum;
pub use self::people::by;
pub use self::people::of;
pub use self::written::leave;
pub use self::written::write;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::authorization::Authorization;
use crate::identity::figures::Figure;
use crate::store::figures;

/// Numbers that are tried before it is given up to find one that no other process has.
const TRIES: usize = 64;

/// Counts in this process from now on.
pub async fn begin(app: &App, now: Timestamp) -> Result<(), Fault> {
    keys::hold(app, now).await?;
    for _ in 0..TRIES {
        let mark = id::new(now, &*app.entropy);
        if figures::join(&app.db, mark, now, app.ledger.there(now)).await? {
            app.figures.begin(mark);
            return Ok(());
        }
    }
    Err(Fault::unavailable(format!("{} numbers for processes that count are not enough", Shard::COUNT)))
}

/// A code was redeemed in this attempt.
pub fn signed_in(app: &App, given: &Authorization, attempt: Uuid) {
    let at = id::made_at(attempt);
    let figures = Figure::of_sign_in(given.acr, &given.amr, [id::made_at(given.grant), at]);
    let person = app.data_keys.years.hash(given.person, at);
    app.figures.add(&given.client, at, given.person, &figures, person);
}

/// Something else happened at a client, to the interaction or the grant with this id.
pub fn happened(app: &App, client: &str, of: Uuid, figure: Figure, now: Timestamp) {
    app.figures.add(client, now, of, &[figure], None);
}
