//! Services that can be opened from here: OpenID Connect Core §4, where we are the third party that begins the sign-in.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::base::uri::with_query;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::store::grants;

/// Services that the home page shows.
const MOST: usize = 6;
/// Grants of late among which they are looked for.
const GRANTS: i64 = 50;
/// What is of late.
const LATE: Duration = Duration::from_secs(30 * 86_400);

/// The address that begins a sign-in at the client, with who begins it (`iss`). Clients that no agency stands behind are
/// not opened: our address would lead wherever a stranger likes.
pub async fn opening(app: &App, client_id: &str) -> Result<Option<String>, Fault> {
    let client = clients::find(app, client_id).await?.filter(|client| can_be_opened(client));
    let uri = client.and_then(|client| client.metadata.initiate_login_uri.clone());
    Ok(uri.map(|uri| with_query(&uri, &[("iss", &app.config.server.issuer)])))
}

/// The services that the visitor used of late and can be opened, the latest first; none where nobody is signed in.
pub async fn recent(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Vec<Arc<Client>>, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(Vec::new()) };
    let mut found: Vec<Arc<Client>> = Vec::new();
    for id in grants::clients_of_late(&app.db, live.session.person_id, [now - LATE, now], GRANTS).await? {
        if found.len() == MOST || found.iter().any(|client| client.id == id) {
            continue;
        }
        found.extend(clients::find(app, &id).await?.filter(|client| can_be_opened(client)));
    }
    Ok(found)
}

fn can_be_opened(client: &Client) -> bool {
    client.backing.is_some() && client.metadata.initiate_login_uri.is_some()
}
