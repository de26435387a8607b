//! Every change of a service or a client is a version: who, when, why, what changed, and what it was from then on. The two
//! writers write it in the transaction of the change, and nobody else changes either.
//!
//! Whoever changes what they read before says which version that was ([`How::on`]): where it is another by now, nothing is
//! changed, and the [`Conflict`] says what happened since. Numbers go on where something comes again under its id.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::agency::Bilingual;
use crate::identity::agency::LegalBasis;
use crate::identity::agency::Service;
use crate::identity::audit::By;
use crate::parts::record::Change;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::store::clients::Held;
use crate::store::versions as store;
pub use crate::store::versions::Kind;
pub use crate::store::versions::Version;
pub use crate::store::versions::What;

/// What differs where the digests of a client's secrets do.
pub const SECRETS: &str = "secrets";

/// A conflict names so many versions at most.
const TOLD: i64 = 100;

/// On what a change rests, and when it is made.
#[derive(Clone, Copy, Debug)]
pub struct How {
    pub(super) basis: Option<i64>,
    pub(super) restores: Option<i64>,
    pub(super) now: Timestamp,
}

impl How {
    /// Whatever is there.
    pub const fn at(now: Timestamp) -> Self {
        Self { basis: None, restores: None, now }
    }

    /// Where this version is there, and no other; 0: where there is nothing.
    pub const fn on(self, version: i64) -> Self {
        Self { basis: Some(version), ..self }
    }

    /// Whether it rests on nothing being there.
    pub const fn is_of_nothing(self) -> bool {
        matches!(self.basis, Some(0))
    }

    /// The version on which it rests, where it rests on one.
    pub const fn basis(self) -> Option<i64> {
        self.basis
    }

    /// By restoring this version.
    pub const fn restoring(self, version: i64) -> Self {
        Self { restores: Some(version), ..self }
    }
}

/// Somebody else was faster.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// On which version the change would rest.
    pub expected: i64,
    /// Which is there; 0: nothing is.
    pub there: i64,
    /// What happened since the expected one, the oldest first.
    pub since: Vec<Version>,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, there, since } = self;
        match there {
            0 => write!(f, "version {expected} is not there any more: it was removed")?,
            _ => write!(f, "version {there} is there, and not {expected}")?,
        }
        for version in since {
            let (number, what, members) = (version.number, version.what.as_str(), version.members.join(", "));
            let colon = if members.is_empty() { "" } else { ": " };
            write!(f, "; {number} {what}{colon}{members}")?;
        }
        Ok(())
    }
}

/// What a service is, as a version keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Service
pub struct ServiceState {
    pub agency: String,
    pub name: Bilingual,
    pub purpose: Bilingual,
    pub legal_basis: LegalBasis,
}

impl ServiceState {
    /// Of this service.
    pub fn of(service: &Service) -> Self {
        let Service { agency, name, purpose, legal_basis, .. } = service.clone();
        Self { agency, name, purpose, legal_basis }
    }

    /// The service of this id.
    pub fn service(self, id: &str) -> Service {
        let Self { agency, name, purpose, legal_basis } = self;
        Service { id: id.to_owned(), agency, name, purpose, legal_basis }
    }
}

/// What a client is, as a version keeps it; its secrets are not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Held
pub struct ClientState {
    pub service: Option<String>,
    pub sector: String,
    pub registered: bool,
    pub metadata: ClientMetadata,
}

impl ClientState {
    pub(super) fn of(held: &Held) -> Self {
        let Held { service, sector, registered, metadata, .. } = held;
        let (service, sector, metadata) = (service.clone(), sector.clone(), metadata.clone());
        Self { service, sector, registered: *registered, metadata }
    }
}

/// What something is.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum State {
    Service(ServiceState),
    Client(Box<ClientState>),
}

impl State {
    /// As a version keeps it; what later programs know besides is left out.
    pub fn read(kind: Kind, state: &Value) -> Result<Self, Fault> {
        let read = match kind {
            Kind::Service => ServiceState::deserialize(state).map(Self::Service),
            Kind::Client => ClientState::deserialize(state).map(|client| Self::Client(Box::new(client))),
        };
        read.map_err(|why| Fault::broken(format!("a version of a {} cannot be read: {why}", kind.as_str())))
    }

    fn value(&self) -> Value {
        match self {
            Self::Service(service) => Value::Object(members(service)),
            Self::Client(client) => Value::Object(members(client)),
        }
    }

    /// Its members, flat: of a client what it registers beside what stands behind it.
    pub fn members(&self) -> Map<String, Value> {
        match self {
            Self::Service(service) => members(service),
            Self::Client(client) => {
                let ClientState { service, sector, registered, metadata } = &**client;
                let mut all = members(metadata);
                all.extend(service.clone().map(|service| ("service".to_owned(), service.into())));
                all.insert("sector".to_owned(), sector.clone().into());
                all.extend(registered.then(|| ("registration".to_owned(), Value::Bool(true))));
                all
            }
        }
    }
}

/// The members of a value.
pub fn members(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The names of the members that differ.
pub fn differing<'a>(old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> Vec<&'a String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| old.get(*name) != new.get(*name)).collect()
}

/// What is there, which nobody else changes until the transaction ends.
pub(super) struct Subject<'a> {
    kind: Kind,
    id: &'a str,
    /// The last version, be it of a removal.
    last: Option<Version>,
}

/// What a change makes of it.
pub(super) struct Turn {
    /// What it was, and which incarnation.
    pub(super) before: Option<(State, Option<i64>)>,
    /// What it is to be.
    pub(super) after: Option<(State, Option<i64>)>,
    /// Whether its secrets are others.
    pub(super) secrets: bool,
}

/// The version that is there, with what it is of, read at once; nothing where nothing is. A change that rests on what was
/// read here says so by its number.
pub async fn current(app: &App, kind: Kind, id: &str) -> Result<Option<Version>, Fault> {
    let last = store::page(&app.db, (kind, id), i64::MAX, 1).await?.pop();
    Ok(last.filter(|last| last.what != What::Removed))
}

/// The number of the version that is there; 0 where none is known.
pub async fn number(app: &App, kind: Kind, id: &str) -> Result<i64, Fault> {
    Ok(current(app, kind, id).await?.map_or(0, |version| version.number))
}

/// Keeps a service or a client from whoever else would change it, until the transaction ends.
pub(super) async fn hold<'a>(change: &mut Change<'_>, kind: Kind, id: &'a str) -> Result<Subject<'a>, Fault> {
    let last = store::hold(&mut change.tx, kind, id).await?;
    let last = store::after(&mut change.tx, (kind, id), last - 1, 1).await?.pop();
    Ok(Subject { kind, id, last })
}

impl Subject<'_> {
    /// Its id.
    pub(super) const fn id(&self) -> &str {
        self.id
    }

    /// The number of the version that is there; 0 where nothing is.
    fn there(&self) -> i64 {
        self.last.as_ref().filter(|last| last.what != What::Removed).map_or(0, |last| last.number)
    }

    /// Whether a change may rest on what is there.
    pub(super) async fn check(&self, change: &mut Change<'_>, how: How) -> Result<Result<(), Conflict>, Fault> {
        let there = self.there();
        let Some(expected) = how.basis.filter(|expected| *expected != there) else { return Ok(Ok(())) };
        let since = store::after(&mut change.tx, (self.kind, self.id), expected, TOLD).await?;
        Ok(Err(Conflict { expected, there, since }))
    }

    /// Writes what becomes of it, where that differs; returns the number of the version that is there from now on.
    /// `usual`: who does it where the change does not say.
    pub(super) async fn write(
        mut self,
        change: &mut Change<'_>,
        turn: Turn,
        how: How,
        usual: By,
    ) -> Result<i64, Fault> {
        let Turn { before, after, secrets } = turn;
        self.find(change, before.as_ref(), how.now).await?;
        let (old, new) = (state(before.as_ref()), state(after.as_ref()));
        let (old_members, new_members) = (old.map(State::members), new.map(State::members));
        let mut differs: Vec<String> = Vec::new();
        if let (Some(old), Some(new)) = (&old_members, &new_members) {
            differs.extend(differing(old, new).into_iter().cloned());
            differs.extend(secrets.then(|| SECRETS.to_owned()));
        }
        let what = match (old, new, how.restores) {
            (None, None, _) => return Ok(0),
            (Some(_), None, _) => What::Removed,
            (Some(_), Some(_), None) if differs.is_empty() => return Ok(self.there()),
            (_, Some(_), Some(_)) => What::Restored,
            (Some(_), Some(_), None) => What::Changed,
            (None, Some(_), None) => What::Created,
        };
        let version = Version {
            number: self.next(),
            epoch: after.as_ref().or(before.as_ref()).and_then(|(_, epoch)| *epoch),
            what,
            restored: how.restores,
            at: how.now,
            by: Some(change.by().cloned().unwrap_or(usual)),
            members: differs,
            state: new.map(State::value),
        };
        store::insert(&mut change.tx, self.kind, self.id, &version).await?;
        Ok(version.number)
    }

    /// What a former version of the program changed while this one began is a version as well.
    async fn find(
        &mut self,
        change: &mut Change<'_>,
        before: Option<&(State, Option<i64>)>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let known = self.last.as_ref().and_then(|last| last.state.as_ref());
        let known = known.map(|state| State::read(self.kind, state)).transpose()?;
        if state(before) == known.as_ref() {
            return Ok(());
        }
        let members = match (state(before), &known) {
            (Some(before), Some(known)) => {
                differing(&known.members(), &before.members()).into_iter().cloned().collect()
            }
            _ => Vec::new(),
        };
        let what = if before.is_some() { What::Found } else { What::Removed };
        let version = Version {
            number: self.next(),
            epoch: before.and_then(|(_, epoch)| *epoch),
            what,
            restored: None,
            at: now,
            by: None,
            members,
            state: state(before).map(State::value),
        };
        store::insert(&mut change.tx, self.kind, self.id, &version).await?;
        self.last = Some(version);
        Ok(())
    }

    fn next(&self) -> i64 {
        self.last.as_ref().map_or(1, |last| last.number + 1)
    }
}

fn state(of: Option<&(State, Option<i64>)>) -> Option<&State> {
    of.map(|(state, _)| state)
}
