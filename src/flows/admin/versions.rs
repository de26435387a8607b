//! What services and clients were: looked at, compared, restored.

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::fault::Fault;
use crate::identity::assurance;
use crate::identity::audit::Act;
use crate::identity::audit::By;
use crate::identity::audit::Event;
use crate::parts::client_writer;
use crate::parts::client_writer::Unfit;
use crate::parts::record::Change;
use crate::parts::service_writer;
use crate::parts::versions::ClientState;
use crate::parts::versions::Conflict;
use crate::parts::versions::How;
pub use crate::parts::versions::Kind;
use crate::parts::versions::SECRETS;
use crate::parts::versions::ServiceState;
use crate::parts::versions::State;
pub use crate::parts::versions::Version;
use crate::parts::versions::differing;
use crate::store::agencies;
use crate::store::db::Db;
use crate::store::versions as store;

/// Versions of one reading.
const PAGE: i64 = 500;

/// Why something does not become what it was.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// There is no such version.
    #[error("there is no version {0}; `versions` lists them")]
    Unknown(i64),
    /// In it nothing was there.
    #[error("version {0} is of its removal: there is nothing to restore")]
    Removal(i64),
    /// The client was removed.
    #[error("it was removed, and what comes under its id is another client: declare it with `motcua apply`")]
    Gone,
    /// The client was removed and declared again.
    #[error("version {0} is of a client that was removed; the one of today bears its id and is another")]
    Another(i64),
    /// It does not fit what is there today.
    #[error("version {0} does not fit any more: {1}")]
    Unfit(i64, String),
    /// Somebody else changed it.
    #[error("{0}")]
    Conflict(Conflict),
}

/// What differs between two versions.
#[derive(Debug, Default, PartialEq)]
pub struct Difference {
    /// Each member that differs: what it was, and what it became.
    pub members: Vec<(String, Option<Value>, Option<Value>)>,
    /// Whether secrets were changed in between.
    pub secrets: bool,
}

impl Difference {
    /// A line for what each member was, and one for what it became.
    pub fn lines(&self) -> Vec<String> {
        let line = |sign: char, name: &str, value: &Option<Value>| {
            value.as_ref().map(|value| format!("{sign} {name} = {value}"))
        };
        let both = self.members.iter().flat_map(|(name, was, is)| [line('-', name, was), line('+', name, is)]);
        both.flatten().chain(self.secrets.then(|| format!("~ {SECRETS}"))).collect()
    }
}

/// Every version, the latest first.
pub async fn list(db: &Db, kind: Kind, id: &str) -> Result<Vec<Version>, Fault> {
    let (mut all, mut before) = (Vec::new(), i64::MAX);
    loop {
        let page = store::page(db, (kind, id), before, PAGE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        before = last.number;
        all.extend(page);
    }
}

/// One version.
pub async fn find(db: &Db, kind: Kind, id: &str, number: i64) -> Result<Option<Version>, Fault> {
    store::find(db, kind, id, number).await
}

/// What became another from one version to the other.
pub async fn compare(
    db: &Db,
    kind: Kind,
    id: &str,
    [one, other]: [i64; 2],
) -> Result<Result<Difference, Refusal>, Fault> {
    let mut both: [Map<String, Value>; 2] = [Map::new(), Map::new()];
    for (number, members) in [one, other].into_iter().zip(&mut both) {
        let Some(version) = find(db, kind, id, number).await? else { return Ok(Err(Refusal::Unknown(number))) };
        if let Some(state) = &version.state {
            *members = State::read(kind, state)?.members();
        }
    }
    let [old, new] = &both;
    let differs = differing(old, new).into_iter();
    let members = differs.map(|name| (name.clone(), old.get(name).cloned(), new.get(name).cloned())).collect();
    let between = one.min(other) + 1..=one.max(other);
    let touches = |version: &Version| between.contains(&version.number) && version.members.iter().any(|m| m == SECRETS);
    let secrets = list(db, kind, id).await?.iter().any(touches);
    Ok(Ok(Difference { members, secrets }))
}

/// Makes something what it was, in a version of its own; returns its number. A service that is gone comes again, and a
/// client does not.
pub async fn restore(
    app: &App,
    by: &By,
    (kind, id): (Kind, &str),
    number: i64,
    how: How,
) -> Result<Result<i64, Refusal>, Fault> {
    let Some(version) = find(&app.db, kind, id, number).await? else { return Ok(Err(Refusal::Unknown(number))) };
    let Some(state) = &version.state else { return Ok(Err(Refusal::Removal(number))) };
    let state = State::read(kind, state)?;
    if let State::Service(ServiceState { agency, .. }) = &state
        && !agencies::all(&app.db).await?.iter().any(|known| known.id == *agency)
    {
        return Ok(Err(Refusal::Unfit(number, format!("its agency {agency:?} is gone"))));
    }
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    let (restored, event) = match state {
        State::Service(state) => {
            let event = Event::new(Act::VersionRestored).detail(format!("service {id}: version {number}"));
            (
                service_writer::put(&mut change, &state.service(id), how.restoring(number))
                    .await?
                    .map_err(Refusal::Conflict),
                event,
            )
        }
        State::Client(state) => {
            let event = Event::new(Act::VersionRestored).client(id).detail(format!("version {number}"));
            (client(app, &mut change, (id, &version), &state, how).await?, event)
        }
    };
    if restored.is_ok() {
        change.act(event);
        change.commit().await?;
    }
    Ok(restored)
}

async fn client(
    app: &App,
    change: &mut Change<'_>,
    (id, version): (&str, &Version),
    state: &ClientState,
    how: How,
) -> Result<Result<i64, Refusal>, Fault> {
    let number = version.number;
    if let Some(why) = unfit(app, change, state).await? {
        return Ok(Err(Refusal::Unfit(number, why)));
    }
    let restored = client_writer::restore(change, id, version, state, how).await?;
    Ok(restored.map_err(|why| match why {
        Unfit::Conflict(conflict) => Refusal::Conflict(conflict),
        Unfit::Gone => Refusal::Gone,
        Unfit::Another => Refusal::Another(number),
        Unfit::Sector => {
            let why = "its sector was another, and its people would have other subject identifiers";
            Refusal::Unfit(number, why.to_owned())
        }
        Unfit::Secret => {
            let why = "it authenticates with a secret, and has none now; give it one with `motcua apply`";
            Refusal::Unfit(number, why.to_owned())
        }
    }))
}

/// What of a client does not fit what is there today.
async fn unfit(app: &App, change: &mut Change<'_>, state: &ClientState) -> Result<Option<String>, Fault> {
    let metadata = &state.metadata;
    if let Some(service) = &state.service
        && agencies::service_in(&mut change.tx, service).await?.is_none()
    {
        return Ok(Some(format!("its service {service:?} is gone")));
    }
    if let Err((member, why)) = metadata.validate() {
        return Ok(Some(format!("{member}: {why}")));
    }
    if let Some(class) = metadata.min_acr.as_deref()
        && !assurance::can_reach(&[class], app.passkeys.is_some())
    {
        return Ok(Some(format!("min_acr: nobody reaches {class} here")));
    }
    let unsigned = metadata.signed_by_none_of(&app.config.keys.algorithms);
    Ok(unsigned.map(|member| format!("{member}: keys.algorithms has no such algorithm any more")))
}
