//! Clients as operators and officials see them: those that registered themselves too.

use std::collections::BTreeSet;
use std::ops::Bound;

use serde_json::Map;
use serde_json::Value;

use super::declaration;
use super::declaration::file::ClientDeclaration;
use super::declaration::file::Declaration;
use super::listing;
use super::listing::Page;
use super::listing::Wanted;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit;
use crate::identity::audit::Event;
use crate::identity::authority::Act;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::client_writer;
use crate::parts::record::Change;
use crate::parts::versions;
use crate::parts::versions::How;
use crate::parts::versions::Kind;
use crate::store::agencies;
use crate::store::clients;
use crate::store::db::Db;
use crate::store::registrations;
pub use crate::store::registrations::Listed;

/// Every client by its id.
pub async fn list(db: &Db) -> Result<Vec<Listed>, Fault> {
    registrations::list(db).await
}

/// What a list of clients is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Those of this service.
    pub service: Option<&'a str>,
}

/// Clients by their ids, as far as the office reaches: those that belong to no agency are seen by who is bound by nothing. To
/// an office that is bounded they come by agency, service and id.
pub async fn page(
    app: &App,
    wanted: &Wanted<'_>,
    filter: Filter<'_>,
    now: Timestamp,
) -> Result<Result<Page<Listed>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::ClientsLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (after, limit) = (after.unwrap_or_default(), listing::fitting(wanted));
    let found = if let Some(service) = filter.service {
        let agency = agencies::agency_of(&app.db, service).await?;
        if agency.as_deref().is_some_and(|agency| sight.hides_agency(agency)) {
            authority::tried(app, &format!("{} of service:{service}", Act::ClientsLook.as_str())).await?;
        }
        match agency.is_some_and(|agency| sight.agency(&agency)) {
            true => registrations::seen_of_service(&app.db, service, &after, limit).await?,
            false => Vec::new(),
        }
    } else if let Some(seen) = sight.agencies() {
        let found = of_agencies(app, &seen, &after, wanted.limit + 1).await?;
        let page = listing::page(app, wanted, found, |(agency, seen)| place(agency, seen), now)?;
        let items = page.items.into_iter().map(|(_, seen)| seen).collect();
        return Ok(Ok(Page { items, next: page.next }));
    } else {
        registrations::seen(&app.db, &after, limit).await?
    };
    listing::page(app, wanted, found, |seen| seen.id.clone(), now).map(Ok)
}

/// Where a client stands among those of all agencies: no key but the last has a space in it.
fn place(agency: &str, seen: &Listed) -> String {
    format!("{agency} {} {}", seen.service.as_deref().unwrap_or_default(), seen.id)
}

/// At most so many clients of the agencies that are seen, each with its agency, after one of them.
async fn of_agencies(
    app: &App,
    seen: &BTreeSet<&str>,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, Listed)>, Fault> {
    let (last, after) = after.split_once(' ').unwrap_or_default();
    let (begun, after) = after.split_once(' ').unwrap_or_default();
    let agencies: Vec<&str> = seen.range::<str, _>((Bound::Included(last), Bound::Unbounded)).copied().collect();
    let mut found = Vec::new();
    for some in agencies.chunks(listing::GROUPS) {
        let mut used = agencies::used(&app.db, some).await?;
        used.sort();
        used.retain(|(agency, service)| (agency.as_str(), service.as_str()) >= (last, begun));
        for (agency, service) in used {
            let after = if service == begun { after } else { "" };
            let left = i64::try_from(limit.saturating_sub(found.len())).map_err(Fault::broken)?;
            let own = registrations::seen_of_service(&app.db, &service, after, left).await?;
            found.extend(own.into_iter().map(|seen| (agency.clone(), seen)));
            if found.len() >= limit {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// One client, and the version that it is.
pub async fn one(app: &App, id: &str, now: Timestamp) -> Result<Result<(Listed, i64), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::ClientsLook, &Subject::Client(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let version = versions::number(app, Kind::Client, id).await?;
    Ok(written(app, id).await?.map(|seen| (seen, version)))
}

/// A client as whoever wrote it sees it.
pub async fn written(app: &App, id: &str) -> Result<Result<Listed, Refusal>, Fault> {
    Ok(registrations::listed_one(&app.db, id).await?.ok_or(Refusal::NotThere))
}

/// Writes a client, new where `how` says that nothing is there; returns the version that it is from now on. Secrets are those
/// that it has, where `members` says none.
pub async fn write(
    app: &App,
    id: &str,
    mut members: Map<String, Value>,
    how: How,
    now: Timestamp,
) -> Result<Result<i64, Refusal>, Fault> {
    let before = clients::find(&app.db, id).await?;
    members.insert("client_id".to_owned(), id.into());
    let client = match serde_path_to_error::deserialize::<_, ClientDeclaration>(Value::Object(members)) {
        Ok(client) => client,
        Err(why) => return Ok(Err(Refusal::Mistake(why.to_string()))),
    };
    if let Err(refusal) = may_write(app, id, before.is_some(), client.service.as_deref(), now).await? {
        return Ok(Err(refusal));
    }
    if how.is_of_nothing() && before.is_some() {
        return Ok(Err(Refusal::There));
    }
    let mut declaration = Declaration::default();
    declaration.clients.push(client);
    declaration::clients::keep_secrets(app, &mut declaration).await?;
    match declaration::clients::write_alone(app, &declaration, how).await {
        Ok(written) => Ok(written.map_err(|conflict| Refusal::Changed(conflict.to_string()))),
        Err(declaration::Error::Failed(fault)) => Err(fault),
        Err(mistake) => Ok(Err(Refusal::Mistake(mistake.to_string()))),
    }
}

/// Whether whoever acts here may write the client as it is, and as one of this service.
async fn may_write(
    app: &App,
    id: &str,
    is_there: bool,
    service: Option<&str>,
    now: Timestamp,
) -> Result<Result<(), Refusal>, Fault> {
    if is_there
        && let Err(refused) = authority::ask(app, Act::ClientsChange, &Subject::Client(id.to_owned()), now).await?
    {
        return Ok(Err(refused.into()));
    }
    let sight = match authority::sight(app, Act::ClientsChange, now).await? {
        Ok(sight) => sight,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let Some(service) = service else {
        let why = "service: name the one that it belongs to; a client of no agency is the whole country's";
        return Ok(if sight.is_whole() { Ok(()) } else { Err(Refusal::Mistake(why.to_owned())) });
    };
    let Some(agency) = agencies::agency_of(&app.db, service).await? else {
        return Ok(Err(Refusal::Mistake(format!("service: there is no {service:?}"))));
    };
    Ok(authority::ask(app, Act::ClientsChange, &Subject::Agency(agency), now).await?.map_err(Refusal::from))
}

/// What the client of this identifier may, or will.
async fn rights_of(app: &App, id: &str, now: Timestamp) -> Result<Vec<Authority>, Fault> {
    let mut rights = authority::of(app, &Holder::Client(id.to_owned()), now).await?;
    rights.retain(|right| right.counts_or_will(now));
    Ok(rights)
}

/// Removes a client, and ends what it may.
pub async fn withdraw(app: &App, id: &str, how: How, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::ClientsRemove, &Subject::Client(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let (rights, by) = (rights_of(app, id, now).await?, authority::by(app)?);
    let mut change = Change::begin(app).await?;
    for right in rights {
        authority::take_in(&mut change, right.id, by, now).await?;
    }
    if let Err(conflict) = client_writer::remove(&mut change, id, how).await? {
        return Ok(Err(Refusal::Changed(conflict.to_string())));
    }
    change.act(Event::new(audit::Act::DeclarationApplied).client(id).detail(format!("removed client {id}")));
    change.commit().await?;
    Ok(Ok(()))
}
