//! Clients as flows and pages see them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use url::Url;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::uri::registered_domain;
use crate::outbound::Lane;
pub use crate::store::clients::Client;

/// The client with this id.
pub async fn find(app: &App, id: &str) -> Result<Option<Arc<Client>>, Fault> {
    if id.len() > 255 || id.contains('\0') {
        return Ok(None);
    }
    app.cache.client(&app.db, id).await
}

/// The same, as long as it is the same incarnation, where it is known which.
pub async fn of_epoch(app: &App, id: &str, epoch: Option<i64>) -> Result<Option<Arc<Client>>, Fault> {
    Ok(find(app, id).await?.filter(|client| epoch.is_none_or(|epoch| client.epoch == epoch)))
}

/// The registered domain of the first of the client's redirect URIs that has a host; its id where none has.
pub fn domain(client: &Client) -> String {
    let hosts = client.metadata.redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok());
    let host = hosts.filter_map(|url| url.host_str().map(str::to_owned)).next();
    host.map_or_else(|| client.id.clone(), |host| registered_domain(&host).to_owned())
}

/// The lane of requests to places that `client` named.
pub fn lane(client: &Client) -> Lane {
    if client.registered { Lane::Strangers } else { Lane::Declared }
}

/// The lane of notices to `client`.
pub fn lane_of_notices(client: &Client) -> Lane {
    if client.registered { Lane::StrangersNotices } else { Lane::Notices }
}

/// A database that is away says nothing of origins: for so long it is asked, then what is remembered counts.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether browser code of `origin` may read our answers: some client registered it (Fetch §3.2).
pub async fn allows_origin(app: &App, origin: &str) -> bool {
    if origin.len() > 255 || origin == "null" || origin.contains('\0') {
        return false;
    }
    match timeout(PATIENCE, app.cache.knows_origin(&app.db, origin)).await {
        Ok(Ok(known)) => known,
        Ok(Err(_)) | Err(_) => app.cache.remembers_origin(origin),
    }
}
