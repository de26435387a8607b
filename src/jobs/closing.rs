//! Closes the accounts whose people wanted it, and did not think again.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::leaving;
use crate::store::closing;

/// People of one batch.
const BATCH: i64 = 100;

/// Closes those whose time has come, each by itself: one that fails keeps no other from it.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let mut outcome = Ok(());
    loop {
        let now = app.clock.now();
        let due = closing::due(&app.db, now, BATCH).await?;
        let mut closed = false;
        for person in due {
            match leaving::finish(&app, person, now).await {
                Ok(done) => closed |= done,
                Err(fault) => outcome = Err(fault),
            }
        }
        if !closed {
            return outcome;
        }
    }
}
