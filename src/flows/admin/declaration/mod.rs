//! Bringing levels, branches, units, agencies, services, clients and people in line with one declarative file: idempotent, whole or not at all.

mod beside;
pub mod clients;
pub mod desk;
mod diff;
pub mod export;
pub mod file;
pub mod hierarchy;
mod letters;
pub mod people;
pub mod plain;
mod prune;
pub mod right;
mod rights;
pub mod secret;
pub mod shape;
pub mod single;

use file::Declaration;
use file::Mistake;
use hierarchy::Standing;
pub use prune::Much;
pub use prune::Prune;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::agency::Agency;
use crate::identity::agency::Service;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::authority::Wanted;
use crate::parts::record::Change;
use crate::parts::service_writer;
use crate::parts::sessions;
use crate::parts::versions::How;
use crate::parts::versions::members;
use crate::store;
use crate::store::agencies;
use crate::store::cache::Kind;
use crate::store::registrations;

/// How to apply.
pub struct ApplyOptions<'a> {
    /// How much goes of what the file does not name.
    pub prune: Prune,
    /// Whether nothing is to change: the report says what would.
    pub dry_run: bool,
    /// Where references of secrets are read; none where whoever wrote the file does not have the machine.
    pub references: Option<References<'a>>,
}

/// Where references of secrets are read.
#[derive(Clone, Copy)]
pub struct References<'a> {
    /// Reads an environment variable.
    pub environment: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// The directory that files are relative to.
    pub directory: &'a std::path::Path,
}

/// What was done, in words for the operator.
#[derive(Debug, Default)]
pub struct Report {
    /// A line for each thing that changed.
    pub changes: Vec<String>,
    /// The same, member by member.
    pub diff: Vec<String>,
    /// What the operator should know besides.
    pub warnings: Vec<String>,
    /// Rights that an official does not give alone.
    pub(super) asked: Vec<Asked>,
}

/// A right that another official is to approve.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) wanted: Wanted,
    /// The right that it replaces.
    pub(super) former: Option<Uuid>,
    /// In words.
    pub(super) what: String,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is wrong.
    #[error("{0}")]
    Mistake(#[from] Mistake),
    /// More would go than the operator may have had in mind.
    #[error("--prune would let go {0}")]
    Much(Much),
    /// We failed.
    #[error("{0}")]
    Failed(#[from] Fault),
}

/// What one application gathers before it is committed.
pub(super) struct Work<'a> {
    change: Change<'a>,
    report: Report,
    prune: Prune,
    /// People whose access ended.
    ended: Vec<Uuid>,
    now: Timestamp,
}

/// Applies a declaration.
pub async fn apply(app: &App, declaration: &Declaration, options: &ApplyOptions<'_>) -> Result<Report, Error> {
    let now = app.clock.now();
    declaration.check()?;
    if options.prune != Prune::Nothing {
        declaration.check_closed()?;
    }
    // What takes time (passwords) or can go wrong (references) comes before the transaction.
    let mut report = Report::default();
    let people = people::prepare(app, declaration, &mut report).await?;
    let known = Known {
        agencies: agencies::all(&app.db).await?,
        services: agencies::services(&app.db).await?,
        registered: registrations::ids(&app.db).await?,
    };
    let clients = clients::prepare(app, declaration, (options, &known.registered), &mut report).await?;
    let rights = rights::prepare(app, declaration, &people, now).await?;
    let change = Change::begin(app).await?;
    let mut work = Work { change, report, prune: options.prune, ended: Vec::new(), now };
    if let Some(standing) = Standing::of(app, declaration, &mut work).await? {
        tree(app, standing, &known, &mut work).await?;
    }
    clients::write(app, &clients, &mut work).await?;
    people::write(app, &people, &mut work).await?;
    if options.prune != Prune::Nothing {
        prune::prune(app, declaration, &known, &people, &mut work).await?;
    }
    rights::write(app, declaration, &rights, &mut work).await?;
    let Work { change, report, ended, .. } = work;
    if options.dry_run {
        return Ok(report); // nothing of the change has happened
    }
    change.commit().await?; // a job tells the services of sessions that ended
    sessions::end_late(app, &ended, now).await?;
    Ok(report)
}

#[derive(Default)]
pub(super) struct Known {
    agencies: Vec<Agency>,
    services: Vec<Service>,
    /// Clients that registered themselves.
    registered: Vec<String>,
}

/// Writes levels, branches, units, agencies and services.
async fn tree(app: &App, mut standing: Standing<'_>, known: &Known, work: &mut Work<'_>) -> Result<(), Error> {
    standing.places(app, work).await?;
    let mut is_other = !work.report.changes.is_empty() || work.prune != Prune::Nothing;
    is_other |= offices(app, standing.declaration(), known, work).await?;
    let before = work.report.changes.len();
    standing.agencies(work).await?;
    standing.services()?;
    if is_other || work.report.changes.len() > before {
        store::hierarchy::hold(&mut work.change.tx).await?; // a succession that waits was asked for another one
    }
    Ok(())
}

/// Writes agencies and services; whether any agency is another.
async fn offices(app: &App, declaration: &Declaration, known: &Known, work: &mut Work<'_>) -> Result<bool, Error> {
    let (mut concerned, mut renamed) = (false, Vec::new());
    for agency in declaration.agencies.iter().map(shape::AgencyDeclaration::agency) {
        let before = known.agencies.iter().find(|other| other.id == agency.id);
        if before == Some(&agency) {
            continue;
        }
        agencies::ensure_sector(&mut work.change.tx, &agency.sector, fresh_sector(app)).await?;
        agencies::put(&mut work.change.tx, &agency).await?;
        concerned = true;
        renamed.extend(before.map(|before| before.id.clone()));
        work.changed(format!("{} agency {}", verb(before.is_some()), agency.id));
        work.differs("agency", &agency.id, before, &agency);
    }
    for service in declaration.services.iter().map(file::ServiceDeclaration::service) {
        let before = known.services.iter().find(|other| other.id == service.id);
        let agency_known = known.agencies.iter().any(|agency| agency.id == service.agency)
            || declaration.agencies.iter().any(|agency| agency.id == service.agency);
        if !agency_known {
            let why = format!("names the agency {:?}, which is neither here nor in the database", service.agency);
            return Err(declaration.mistake("id", &service.id, "service", &why).into());
        }
        if before != Some(&service) {
            let written = service_writer::put(&mut work.change, &service, How::at(work.now)).await?;
            written.map_err(|conflict| declaration.mistake("id", &service.id, "service", &conflict.to_string()))?;
            work.changed(format!("{} service {}", verb(before.is_some()), service.id));
            work.differs("service", &service.id, before, &service);
        }
    }
    // Clients show the names of their service's agency.
    for agency in renamed {
        for service in agencies::services_of(&mut work.change.tx, &agency).await? {
            for client in store::clients::ids_of_service(&mut work.change.tx, &service).await? {
                work.change.announce(Kind::Client, client);
            }
        }
    }
    Ok(concerned)
}

impl Work<'_> {
    /// Something was done: the operator reads it, and so does whoever reads the audit trail.
    fn changed(&mut self, what: String) {
        self.change.act(Event::new(Act::DeclarationApplied).detail(&*what));
        self.report.changes.push(what);
    }

    /// What differs, for who looks before it is done.
    pub(super) fn differs<T: Serialize>(&mut self, kind: &str, id: &str, before: Option<&T>, after: &T) {
        let sign = if before.is_some() { '~' } else { '+' };
        let before = before.map(members).unwrap_or_default();
        self.report.diff.push(format!("{sign} {kind} {id}"));
        self.report.diff.extend(diff::values(&before, &members(after)));
    }

    /// Something was done to a client.
    pub(super) fn changed_client(&mut self, id: &str, what: String) {
        self.change.act(Event::new(Act::DeclarationApplied).client(id).detail(&*what));
        self.report.changes.push(what);
    }

    /// Something was done to a person, whom the trail knows by the identifier alone.
    pub(super) fn changed_person(&mut self, person: Uuid, verb: &str, name: &str, what: &str) {
        let colon = if what.is_empty() { "" } else { ": " };
        self.change
            .act(Event::new(Act::DeclarationApplied).person(person).detail(format!("{verb} person{colon}{what}")));
        self.report.changes.push(format!("{verb} person {name}{colon}{what}"));
    }
}

pub(super) const fn verb(known: bool) -> &'static str {
    if known { "changed" } else { "created" }
}

/// A random identifier (not ordered by time: it says nothing about when a sector came).
pub(super) fn fresh_sector(app: &App) -> Uuid {
    uuid::Builder::from_random_bytes(app.entropy.bytes()).into_uuid()
}

/// A fresh identifier of this moment.
pub(super) fn fresh_id(app: &App, now: Timestamp) -> Uuid {
    id::new(now, &*app.entropy)
}
