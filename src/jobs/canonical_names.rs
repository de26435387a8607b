//! Lets everybody be found by their names as they are mapped today, once: who was stored before is found on every keyboard.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::canonical_names;

/// Goes on from where it was left, to the end.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    while canonical_names::go_on(&app, app.clock.now()).await? {}
    Ok(())
}
