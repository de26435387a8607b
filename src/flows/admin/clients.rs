//! Clients as operators and officials see them: those that registered themselves too.

use std::collections::HashMap;

use super::listing;
use super::listing::Page;
use super::listing::Wanted;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::versions;
use crate::parts::versions::Kind;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::store::agencies;
use crate::store::clients;
use crate::store::db::Db;
use crate::store::registrations;
pub use crate::store::registrations::Listed;

/// Every client by its id.
pub async fn list(db: &Db) -> Result<Vec<Listed>, Fault> {
    registrations::list(db).await
}

/// A client, without its secrets.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in store::clients::Held
pub struct Seen {
    pub id: String,
    pub service: Option<String>,
    pub registered: bool,
    pub metadata: ClientMetadata,
}

/// What a list of clients is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Those of this service.
    pub service: Option<&'a str>,
}

/// Clients by their ids, as far as the office reaches: those that belong to no agency are seen by who is bound by nothing.
pub async fn page(
    app: &App,
    wanted: &Wanted<'_>,
    filter: Filter<'_>,
    now: Timestamp,
) -> Result<Result<Page<Seen>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::ClientsLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut after = after.unwrap_or_default();
    let services = agencies::services(&app.db).await?.into_iter();
    let agency_of: HashMap<String, String> = services.map(|service| (service.id, service.agency)).collect();
    let fits = |seen: &Seen| {
        let agency = seen.service.as_ref().and_then(|service| agency_of.get(service));
        filter.service.is_none_or(|service| seen.service.as_deref() == Some(service))
            && agency.map_or_else(|| sight.is_whole(), |agency| sight.agency(agency))
    };
    let mut found: Vec<Seen> = Vec::new();
    while found.len() <= wanted.limit {
        let rows = clients::page(&app.db, &after, listing::READ).await?;
        let Some((last, _)) = rows.last() else { break };
        after.clone_from(last);
        let seen = rows.into_iter().map(|(id, held)| Seen {
            id,
            service: held.service,
            registered: held.registered,
            metadata: held.metadata,
        });
        found.extend(seen.filter(fits));
    }
    listing::page(app, wanted, found, |seen| seen.id.clone(), now).map(Ok)
}

/// One client, and the version that it is.
pub async fn one(app: &App, id: &str, now: Timestamp) -> Result<Result<(Seen, i64), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::ClientsLook, &Subject::Client(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let Some(client) = clients::find(&app.db, id).await? else { return Ok(Err(Refusal::NotThere)) };
    let version = versions::number(app, Kind::Client, id).await?;
    let registered = registrations::find(&app.db, id).await?.is_some();
    let service = client.backing.map(|backing| backing.service.id);
    Ok(Ok((Seen { id: client.id, service, registered, metadata: client.metadata }, version)))
}
