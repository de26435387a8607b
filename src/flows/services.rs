//! Services that can be opened from here: OpenID Connect Core §4, where we are the third party that begins the sign-in.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::base::uri::with_query;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::client_metadata::ApplicationType;
use crate::store::grants;

/// Services of late that the start page shows.
const MOST: usize = 6;
/// Services that it shows at all: a state has more, and they have pages of their own.
const MOST_OPEN: i64 = 60;
/// Grants of late among which they are looked for.
const GRANTS: i64 = 50;
/// What is of late.
const LATE: Duration = Duration::from_secs(30 * 86_400);

/// The address that begins a sign-in at the client, with who begins it (`iss`); where it names none, its home page, for
/// whoever opens a service wants to be there. Clients that no agency stands behind are not opened: our address would lead
/// wherever a stranger likes.
pub async fn opening(app: &App, client_id: &str) -> Result<Option<String>, Fault> {
    let client = clients::find(app, client_id).await?.filter(|client| can_be_opened(client));
    Ok(client.and_then(|client| own_address(app, &client)))
}

fn own_address(app: &App, client: &Client) -> Option<String> {
    let begins = client.metadata.initiate_login_uri.as_ref();
    let begins = begins.map(|uri| with_query(uri, &[("iss", &app.config.server.issuer)]));
    begins.or_else(|| client.metadata.client_uri.clone())
}

/// The services that can be opened, one client for each.
pub async fn open(app: &App) -> Result<Vec<Arc<Client>>, Fault> {
    let mut found: Vec<Arc<Client>> = Vec::new();
    for id in app.cache.open_clients(&app.db, MOST_OPEN).await?.iter() {
        let client = clients::find(app, id).await?.filter(|client| can_be_opened(client));
        found.extend(client.filter(|client| !found.iter().any(|other| is_same_service(other, client))));
    }
    Ok(found)
}

/// Whether two clients are of one service: an app and a site, for instance.
pub fn is_same_service(one: &Client, other: &Client) -> bool {
    let service = |client: &Client| client.backing.as_ref().map(|backing| backing.service.id.clone());
    service(one) == service(other)
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
    client.backing.is_some() && (client.metadata.initiate_login_uri.is_some() || client.metadata.client_uri.is_some())
}

/// Where a person begins anew with the service from which a page of ours was reached: where its sign-in begins, else on
/// its home page, else on the site to which it wanted answers sent. `None` where no agency stands behind the client.
pub fn beginning(app: &App, client: &Client) -> Option<String> {
    client.backing.as_ref()?;
    own_address(app, client).or_else(|| site(client))
}

/// The site of a web client. A native client's loopback address is no place to go to.
fn site(client: &Client) -> Option<String> {
    let web = client.metadata.application_type == ApplicationType::Web;
    let mut urls = client.metadata.redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok()).filter(|_| web);
    urls.find(|url| url.has_host()).map(|url| format!("{}/", url.origin().ascii_serialization()))
}
