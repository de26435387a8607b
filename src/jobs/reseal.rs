//! Seals columns anew where a data key has a successor.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::data_keys;

/// One replica works for so long, then any.
const SHIFT: Duration = Duration::from_secs(10);

/// Goes on with it. Two replicas at once do no harm, and the same twice.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let begun = app.clock.now();
    if !data_keys::is_under_way(&app, begun) {
        return Ok(());
    }
    if !app.ephemeral.put_if_absent("sealing-anew", Vec::new(), SHIFT).await.unwrap_or(true) {
        return Ok(());
    }
    while app.clock.now() < begun + SHIFT && data_keys::go_on(&app, app.clock.now()).await? {}
    Ok(())
}
