//! Gives keys their successors.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;

/// Looks at every key once.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    app.keyring.tend(app.clock.now()).await
}
