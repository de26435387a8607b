//! Looks whether commits last: what counts once counts once only if the database does not forget it.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;

/// Looks once. Whoever serves goes on: that everybody is refused would be worse than what a crash could lose.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let durable = app.db.is_durable().await?;
    app.metrics.durable(durable);
    if !durable {
        tracing::error!(
            target: "motcua::fault",
            "synchronous_commit is off: after a crash of PostgreSQL a code or a refresh token may count twice, and what was \
             taken away may be back; set it to on"
        );
    }
    Ok(())
}
