//! Tells again what could not be told at once.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::flows::logout::back_channel;

/// Tries everything that is due.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    back_channel::deliver_due(&app, app.clock.now()).await
}
