//! Clients as flows and pages see them.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
pub use crate::store::clients::Client;

/// The client with this id.
pub async fn find(app: &App, id: &str) -> Result<Option<Arc<Client>>, Fault> {
    if id.len() > 255 || id.contains('\0') {
        return Ok(None);
    }
    app.cache.client(&app.db, id).await
}

/// Whether browser code of `origin` may call us: some client registered it (Fetch §3.2).
pub async fn allows_origin(app: &App, origin: &str) -> Result<bool, Fault> {
    if origin.len() > 255 || origin == "null" || origin.contains('\0') {
        return Ok(false);
    }
    app.cache.knows_origin(&app.db, origin).await
}
