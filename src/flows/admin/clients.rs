//! Clients as operators see them.

use crate::app::App;
use crate::base::fault::Fault;
use crate::store::registrations;
pub use crate::store::registrations::Listed;

/// Every client by its id.
pub async fn list(app: &App) -> Result<Vec<Listed>, Fault> {
    registrations::list(&app.db).await
}
