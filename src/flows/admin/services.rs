//! Services as an official sees and writes them.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::declaration;
use super::declaration::file::Mistake;
use super::listing;
use super::listing::Page;
use super::listing::Wanted;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::agency::Service;
use crate::identity::audit;
use crate::identity::audit::Event;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::record::Change;
use crate::parts::service_writer;
use crate::parts::versions;
use crate::parts::versions::How;
use crate::parts::versions::Kind;
use crate::store::agencies;
use crate::store::clients;

/// What a list of services is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Those of this agency.
    pub agency: Option<&'a str>,
}

/// Services, as far as the office reaches: by their keys, and to an office that is bounded by agency and key.
pub async fn page(
    app: &App,
    wanted: &Wanted<'_>,
    filter: Filter<'_>,
    now: Timestamp,
) -> Result<Result<Page<Service>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::ServicesLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(agency) = filter.agency.filter(|agency| sight.hides_agency(agency)) {
        authority::tried(app, &format!("{} of agency:{agency}", Act::ServicesLook.as_str())).await?;
    }
    let (after, limit) = (after.unwrap_or_default(), listing::fitting(wanted));
    let found = if let Some(agency) = filter.agency {
        match sight.agency(agency) {
            true => agencies::services_of_agency(&app.db, agency, &after, limit).await?,
            false => Vec::new(),
        }
    } else if let Some(seen) = sight.agencies() {
        let found = of_agencies(app, &seen, &after, wanted.limit + 1).await?;
        let key = |service: &Service| format!("{} {}", service.agency, service.id); // no key has a space in it
        return listing::page(app, wanted, found, key, now).map(Ok);
    } else {
        agencies::services_after(&app.db, &after, limit).await?
    };
    listing::page(app, wanted, found, |service| service.id.clone(), now).map(Ok)
}

/// At most so many services of the agencies that are seen, after one of them.
async fn of_agencies(app: &App, seen: &BTreeSet<&str>, after: &str, limit: usize) -> Result<Vec<Service>, Fault> {
    let (last, after) = after.split_once(' ').unwrap_or_default();
    let agencies: Vec<&str> = seen.range::<str, _>((Bound::Included(last), Bound::Unbounded)).copied().collect();
    let mut found = Vec::new();
    for some in agencies.chunks(listing::GROUPS) {
        let mut offering = agencies::offering(&app.db, some).await?;
        offering.sort();
        for agency in offering {
            let after = if agency == last { after } else { "" };
            let left = i64::try_from(limit.saturating_sub(found.len())).map_err(Fault::broken)?;
            found.extend(agencies::services_of_agency(&app.db, &agency, after, left).await?);
            if found.len() >= limit {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// One service, and the version that it is.
pub async fn one(app: &App, id: &str, now: Timestamp) -> Result<Result<(Service, i64), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::ServicesLook, &Subject::Service(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let Some(service) = agencies::service(&app.db, id).await? else { return Ok(Err(Refusal::NotThere)) };
    Ok(Ok((service, versions::number(app, Kind::Service, id).await?)))
}

/// Writes a service, new where `how` says that nothing is there; returns the version that it is from now on.
pub async fn put(app: &App, service: &Service, how: How, now: Timestamp) -> Result<Result<i64, Refusal>, Fault> {
    let before = agencies::service(&app.db, &service.id).await?;
    let mut subjects = vec![Subject::Agency(service.agency.clone())];
    subjects.extend(before.as_ref().map(|before| Subject::Service(before.id.clone())));
    for subject in subjects {
        if let Err(refused) = authority::ask(app, Act::ServicesChange, &subject, now).await? {
            return Ok(Err(match subject {
                Subject::Agency(id) if matches!(refused, authority::Refused::NotThere) => {
                    Refusal::Mistake(format!("agency: there is no {id:?}"))
                }
                _ => refused.into(),
            }));
        }
    }
    if how.is_of_nothing() && before.is_some() {
        return Ok(Err(Refusal::There));
    }
    if let Err(Mistake(why)) = declaration::plain::check_service(service) {
        return Ok(Err(Refusal::Mistake(why)));
    }
    let mut change = Change::begin(app).await?;
    let number = match service_writer::put(&mut change, service, how).await? {
        Ok(number) => number,
        Err(conflict) => return Ok(Err(Refusal::Changed(conflict.to_string()))),
    };
    let verb = declaration::verb(before.is_some());
    change.act(Event::new(audit::Act::DeclarationApplied).detail(format!("{verb} service {}", service.id)));
    change.commit().await?;
    Ok(Ok(number))
}

/// Removes a service that no client belongs to.
pub async fn remove(app: &App, id: &str, how: How, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::ServicesChange, &Subject::Service(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let mut change = Change::begin(app).await?;
    let clients = clients::ids_of_service(&mut change.tx, id).await?;
    if !clients.is_empty() {
        return Ok(Err(Refusal::Stands(format!("clients belong to it still: {}", clients.join(", ")))));
    }
    if let Err(conflict) = service_writer::remove(&mut change, id, how).await? {
        return Ok(Err(Refusal::Changed(conflict.to_string())));
    }
    change.act(Event::new(audit::Act::DeclarationApplied).detail(format!("removed service {id}")));
    change.commit().await?;
    Ok(Ok(()))
}
