//! Gives keys their successors.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::data_keys;
use crate::parts::keyring;

/// Looks at every key once.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let refreshed = data_keys::refresh(&app).await;
    keyring::tend(&app, app.clock.now()).await.and(refreshed)
}
