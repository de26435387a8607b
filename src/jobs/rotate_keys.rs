//! Gives keys their successors.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::keyring;

/// Looks at every key once.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    keyring::tend(&app, app.clock.now()).await
}
