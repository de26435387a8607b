//! The one way in which services are written and removed, whoever asks. Each change is a version.

use super::versions;
use super::versions::Conflict;
use super::versions::How;
use super::versions::Kind as Of;
use super::versions::ServiceState;
use super::versions::State;
use super::versions::Turn;
use crate::base::fault::Fault;
use crate::identity::agency::Service;
use crate::identity::audit::By;
use crate::parts::record::Change;
use crate::store::agencies;
use crate::store::cache::Kind;
use crate::store::clients;
use crate::store::purposes;

/// Writes a service, new or known, whose agency is there; returns the number of the version that is there from now on.
pub async fn put(change: &mut Change<'_>, service: &Service, how: How) -> Result<Result<i64, Conflict>, Fault> {
    let subject = versions::hold(change, Of::Service, &service.id).await?;
    if let Err(conflict) = subject.check(change, how).await? {
        return Ok(Err(conflict));
    }
    let before = agencies::service_in(&mut change.tx, &service.id).await?;
    agencies::put_service(&mut change.tx, service).await?;
    purposes::say(&mut change.tx, service, how.now).await?;
    if before.is_some() {
        for client in clients::ids_of_service(&mut change.tx, &service.id).await? {
            change.announce(Kind::Client, client); // they show its names
        }
    }
    let turn = Turn { before: before.as_ref().map(state), after: Some(state(service)), secrets: false };
    subject.write(change, turn, how, By::machine()).await.map(Ok)
}

/// Removes a service that no client belongs to any more.
pub async fn remove(change: &mut Change<'_>, id: &str, how: How) -> Result<Result<(), Conflict>, Fault> {
    let subject = versions::hold(change, Of::Service, id).await?;
    if let Err(conflict) = subject.check(change, how).await? {
        return Ok(Err(conflict));
    }
    let before = agencies::service_in(&mut change.tx, id).await?;
    agencies::remove_service(&mut change.tx, id).await?;
    let turn = Turn { before: before.as_ref().map(state), after: None, secrets: false };
    subject.write(change, turn, how, By::machine()).await.map(|_| Ok(()))
}

fn state(service: &Service) -> (State, Option<i64>) {
    (State::Service(ServiceState::of(service)), None)
}
