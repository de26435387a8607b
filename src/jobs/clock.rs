//! Compares our clock with the database's. Rows lie where the time in their ids says: one that a clock far ahead made would
//! outlive its day.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;

/// Compares once.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let Some(there) = app.db.clock().await? else { return Ok(()) };
    let here = app.clock.now();
    app.ledger.compare_clocks(here, there);
    app.metrics.clock_ahead(here.micros() - there.micros());
    Ok(())
}
