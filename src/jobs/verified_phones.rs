//! Lets everybody be found by the telephone number that a register verified, once.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::verified_phones;

/// Goes on from where it was left, to the end.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    while verified_phones::go_on(&app, app.clock.now()).await? {}
    Ok(())
}
