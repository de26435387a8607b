//! Writes what was counted, counts again what was lost, and tends the keys of the years.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::figures;

/// Does so once; the first failure is told when all had their turn.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let now = app.clock.now();
    let outcomes =
        [figures::write(&app, now).await, figures::count_again(&app, now).await, figures::tend_keys(&app, now).await];
    outcomes.into_iter().collect()
}
