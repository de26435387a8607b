//! What services and clients were, as an official looks at it, compares it and has it again.

use super::listing;
use super::listing::Page;
use super::listing::Wanted;
use super::refusal::Refusal;
use super::versions;
use super::versions::Difference;
use super::versions::Kind;
use super::versions::Version;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::versions::ClientState;
use crate::parts::versions::How;
use crate::parts::versions::ServiceState;
use crate::parts::versions::State;
use crate::parts::versions::What;
use crate::store::agencies;
use crate::store::versions as store;

/// Every version, the latest first.
pub async fn page(
    app: &App,
    (kind, id): (Kind, &str),
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<Result<Page<Version>, Refusal>, Fault> {
    if let Err(refusal) = may(app, look(kind), (kind, id), now).await? {
        return Ok(Err(refusal));
    }
    let after = match listing::begin(app, look(kind), wanted, now).await? {
        Ok((_, after)) => after,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let before = after.and_then(|number| number.parse().ok()).unwrap_or(i64::MAX);
    let limit = i64::try_from(wanted.limit + 1).map_err(Fault::broken)?;
    let found = store::page(&app.db, (kind, id), before, limit).await?;
    listing::page(app, wanted, found, |version| version.number.to_string(), now).map(Ok)
}

/// One version.
pub async fn one(
    app: &App,
    (kind, id): (Kind, &str),
    number: i64,
    now: Timestamp,
) -> Result<Result<Version, Refusal>, Fault> {
    if let Err(refusal) = may(app, look(kind), (kind, id), now).await? {
        return Ok(Err(refusal));
    }
    Ok(versions::find(&app.db, kind, id, number).await?.ok_or(Refusal::NotThere))
}

/// The version that a restoration made, for whoever made it.
pub async fn became(app: &App, (kind, id): (Kind, &str), number: i64) -> Result<Result<Version, Refusal>, Fault> {
    Ok(versions::find(&app.db, kind, id, number).await?.ok_or(Refusal::NotThere))
}

/// What became another from one version to the other.
pub async fn compare(
    app: &App,
    (kind, id): (Kind, &str),
    both: [i64; 2],
    now: Timestamp,
) -> Result<Result<Difference, Refusal>, Fault> {
    if let Err(refusal) = may(app, look(kind), (kind, id), now).await? {
        return Ok(Err(refusal));
    }
    Ok(versions::compare(&app.db, kind, id, both).await?.map_err(Refusal::from))
}

/// Makes it what it was; returns the number of the version that it is from then on. Whoever does that may change what is
/// there, and what it was.
pub async fn restore(
    app: &App,
    (kind, id): (Kind, &str),
    number: i64,
    how: How,
    now: Timestamp,
) -> Result<Result<i64, Refusal>, Fault> {
    if let Err(refusal) = may(app, change(kind), (kind, id), now).await? {
        return Ok(Err(refusal));
    }
    let Some(version) = versions::find(&app.db, kind, id, number).await? else { return Ok(Err(Refusal::NotThere)) };
    if let Some(state) = &version.state
        && let Some(agency) = agency(app, &State::read(kind, state)?).await?
        && let Err(refused) = authority::ask(app, change(kind), &Subject::Agency(agency), now).await?
    {
        return Ok(Err(refused.into()));
    }
    let restored = versions::restore(app, authority::by(app)?, (kind, id), number, how).await?;
    Ok(restored.map_err(Refusal::from))
}

impl From<versions::Refusal> for Refusal {
    fn from(why: versions::Refusal) -> Self {
        match why {
            versions::Refusal::Unknown(_) => Self::NotThere,
            versions::Refusal::Conflict(conflict) => Self::Changed(conflict.to_string()),
            versions::Refusal::Removal(_)
            | versions::Refusal::Gone
            | versions::Refusal::Another(_)
            | versions::Refusal::Unfit(..) => Self::Stands(why.to_string()),
        }
    }
}

const fn look(kind: Kind) -> Act {
    match kind {
        Kind::Service => Act::ServicesLook,
        Kind::Client => Act::ClientsLook,
    }
}

const fn change(kind: Kind) -> Act {
    match kind {
        Kind::Service => Act::ServicesChange,
        Kind::Client => Act::ClientsChange,
    }
}

/// Whether whoever acts here may do it to what is there; or, where that went, to what the agency has that had it last.
async fn may(app: &App, act: Act, (kind, id): (Kind, &str), now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    let mut subject = match kind {
        Kind::Service => Subject::Service(id.to_owned()),
        Kind::Client => Subject::Client(id.to_owned()),
    };
    let Some(last) = store::page(&app.db, (kind, id), i64::MAX, 1).await?.pop() else {
        authority::tried(app, &format!("{} {subject}", act.as_str())).await?;
        return Ok(Err(Refusal::NotThere));
    };
    if last.what == What::Removed {
        let before = store::page(&app.db, (kind, id), last.number, 1).await?.pop();
        let state = before.and_then(|before| before.state).map(|state| State::read(kind, &state)).transpose()?;
        subject = match state {
            Some(state) => agency(app, &state).await?.map_or(Subject::Country, Subject::Agency),
            None => Subject::Country,
        };
    }
    Ok(authority::ask(app, act, &subject, now).await?.map_err(Refusal::from))
}

/// The agency that has what is so.
async fn agency(app: &App, state: &State) -> Result<Option<String>, Fault> {
    match state {
        State::Service(ServiceState { agency, .. }) => Ok(Some(agency.clone())),
        State::Client(client) => match &**client {
            ClientState { service: Some(service), .. } => agencies::agency_of(&app.db, service).await,
            ClientState { service: None, .. } => Ok(None),
        },
    }
}
