//! Compares our clock with the database's. Rows lie where the time in their ids says: one that a clock far ahead made would
//! outlive its day, so nothing is redeemed meanwhile.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;

/// By how much our clock may be ahead.
const AHEAD: Duration = Duration::from_secs(60);

/// Compares once.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let there = app.db.clock().await?;
    let wrong = there.is_some_and(|there| app.clock.now() > there + AHEAD);
    if wrong {
        tracing::error!(target: "motcua::fault", "this machine's clock is over a minute ahead of the database's");
    }
    app.ledger.refuse_new_ids(wrong);
    Ok(())
}
