//! Tells again what could not be told at once.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::outbox;

/// Tries everything that is due.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    outbox::deliver_due(&app, app.clock.now()).await
}
