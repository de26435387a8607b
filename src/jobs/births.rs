//! Lets everybody be found by name and birth date, once.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::births;

/// Goes on from where it was left, to the end.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    while births::go_on(&app, app.clock.now()).await? {}
    Ok(())
}
