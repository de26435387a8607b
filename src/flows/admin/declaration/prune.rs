//! What the file does not name goes, where the operator wants that; a person is disabled, for their history stays.

use std::collections::BTreeSet;
use std::collections::HashSet;
use std::fmt;

use uuid::Uuid;

use super::Error;
use super::Known;
use super::Work;
use super::file::Declaration;
use super::file::Mistake;
use super::people::Prepared;
use crate::app::App;
use crate::base::fault::Fault;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::client_writer;
use crate::parts::people as sealed;
use crate::parts::service_writer;
use crate::parts::sessions as ending;
use crate::parts::sessions::Reach;
use crate::parts::versions::How;
use crate::store::agencies;
use crate::store::clients;
use crate::store::hierarchy;
use crate::store::people;

/// How much may go of what the file does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prune {
    /// Nothing.
    Nothing,
    /// All of it, unless that is more than a tenth of what there is of its kind.
    ATenth,
    /// All of it.
    Everything,
}

/// What would go, of each kind of which more than a tenth would.
#[derive(Debug)]
pub struct Much(Vec<(&'static str, usize, usize)>);

impl fmt::Display for Much {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = self.0.iter().map(|(kind, gone, all)| format!("{gone} of {all} {kind}"));
        f.write_str(&kinds.collect::<Vec<_>>().join(", "))
    }
}

/// What goes.
struct Gone {
    clients: Vec<String>,
    services: Vec<String>,
    agencies: Vec<String>,
    people: Vec<Uuid>,
}

/// Lets go what the file does not name.
pub(super) async fn prune(
    app: &App,
    declaration: &Declaration,
    known: &Known,
    kept: &[Prepared],
    work: &mut Work<'_>,
) -> Result<(), Error> {
    let gone = look(declaration, known, kept, work).await?;
    for id in &gone.clients {
        let gone = client_writer::remove(&mut work.change, id, How::at(work.now)).await?;
        gone.map_err(|conflict| Mistake(format!("client {id:?}: {conflict}")))?;
        work.changed_client(id, format!("removed client {id}"));
        work.report.diff.push(format!("- client {id}"));
    }
    for id in &gone.services {
        let gone = service_writer::remove(&mut work.change, id, How::at(work.now)).await?;
        gone.map_err(|conflict| Mistake(format!("service {id:?}: {conflict}")))?;
        work.changed(format!("removed service {id}"));
        work.report.diff.push(format!("- service {id}"));
    }
    for id in &gone.agencies {
        hierarchy::forget_agency(&mut work.change.tx, id).await?;
        agencies::remove(&mut work.change.tx, id).await?;
        work.changed(format!("removed agency {id}"));
        work.report.diff.push(format!("- agency {id}"));
    }
    disable(app, gone.people, work).await?;
    Ok(())
}

async fn look(declaration: &Declaration, known: &Known, kept: &[Prepared], work: &mut Work<'_>) -> Result<Gone, Error> {
    let registered: HashSet<String> = known.registered.iter().cloned().collect();
    if !registered.is_empty() {
        let count = registered.len();
        let warning = format!("{count} clients registered themselves and stay; look with `motcua clients list`");
        work.report.warnings.push(warning);
    }
    let declared: Vec<String> =
        clients::ids_in(&mut work.change.tx).await?.into_iter().filter(|id| !registered.contains(id)).collect();
    let people = people::enabled_ids(&mut work.change.tx).await?;
    let counts = [declared.len(), known.services.len(), known.agencies.len(), people.len()];
    let kept_people: HashSet<Uuid> = kept.iter().map(|person| person.id).collect();
    let kept: BTreeSet<&str> = declaration.clients.iter().map(|client| client.client_id.as_str()).collect();
    let clients = declared.into_iter().filter(|id| !kept.contains(id.as_str())).collect();
    let kept: BTreeSet<&str> = declaration.services.iter().map(|service| service.id.as_str()).collect();
    let services = known.services.iter().map(|service| service.id.clone()).filter(|id| !kept.contains(id.as_str()));
    let kept: BTreeSet<&str> = declaration.agencies.iter().map(|agency| agency.id.as_str()).collect();
    let agencies = known.agencies.iter().map(|agency| agency.id.clone()).filter(|id| !kept.contains(id.as_str()));
    let people = people.into_iter().filter(|id| !kept_people.contains(id)).collect();
    let gone = Gone { clients, services: services.collect(), agencies: agencies.collect(), people };
    if work.prune == Prune::ATenth {
        gone.check(counts)?
    }
    Ok(gone)
}

impl Gone {
    /// Refuses to let more than a tenth go.
    fn check(&self, all: [usize; 4]) -> Result<(), Error> {
        let gone = [self.clients.len(), self.services.len(), self.agencies.len(), self.people.len()];
        let kinds = ["clients", "services", "agencies", "people"].into_iter().zip(gone).zip(all);
        let much = kinds.map(|((kind, gone), all)| (kind, gone, all)).filter(|(_, gone, all)| gone * 10 > *all);
        let much: Vec<_> = much.collect();
        if much.is_empty() { Ok(()) } else { Err(Error::Much(Much(much))) }
    }
}

/// Disables people and ends their sessions.
async fn disable(app: &App, people: Vec<Uuid>, work: &mut Work<'_>) -> Result<(), Fault> {
    for id in people {
        let name = sealed::find_in(app, &mut work.change.tx, id)
            .await?
            .and_then(|data| data.user_name)
            .unwrap_or_else(|| id.to_string());
        people::disable(&mut work.change.tx, id, work.now).await?;
        ending::end_all_of(app, &mut work.change, id, Reach::Everything, work.now).await?;
        work.change.act(Event::new(Act::PersonDisabled).person(id));
        work.report.changes.push(format!("disabled person {name}"));
        work.report.diff.push(format!("- person {name} (disabled)"));
        work.ended.push(id);
    }
    Ok(())
}
