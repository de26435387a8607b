//! Closes the accounts whose people wanted it, and did not think again.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::leaving;
use crate::store::closing;

/// People of one batch.
const BATCH: i64 = 100;

/// Closes those whose time has come, each by itself: one that fails keeps no other from it. By a clock that is ahead of the
/// database's nobody's has: what is removed does not come again.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    if app.ledger.is_ahead() {
        return Err(Fault::unavailable("our clock is over a minute ahead of the database's: no account is closed"));
    }
    let mut failed = 0;
    loop {
        let now = app.clock.now();
        let due = closing::due(&app.db, now, failed, BATCH).await?;
        if due.is_empty() {
            return Ok(());
        }
        for person in due {
            if let Err(fault) = leaving::finish(&app, person, now).await {
                failed += 1;
                tracing::error!(target: "motcua::fault", %person, %fault, "an account was not closed");
            }
        }
    }
}
