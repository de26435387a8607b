//! Whether the instance can do its work.

use crate::app::App;
use crate::base::fault::Fault;

/// Whether what every sign-in needs answers: the database. Redis away slows nobody down but those who guess.
pub async fn ready(app: &App) -> Result<(), Fault> {
    let answer = app.db.ping().await;
    app.metrics.ready(answer.is_ok());
    answer
}
