//! `motcua rights`, through the API of a server.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Command;
use super::Failure;
use super::Holders;
use super::Out;
use super::Right;
use super::row::Row;
use super::row::listed;
use crate::cli::server::Server;
use crate::cli::server::not_there;
use crate::flows::admin::rights::Given;

pub(super) async fn act(server: &Server, command: Command) -> Result<Out, Failure> {
    match command {
        Command::List { person, undecided, at: None } => {
            let mut all: Vec<Row> = server.all(&["rights"], &[]).await?;
            all.retain(|right| person.as_deref().is_none_or(|person| right.is_of(person)));
            all.retain(|right| !undecided || right.undecided);
            Ok(listed(&all))
        }
        Command::List { at: Some(_), .. } => {
            Err(not_there("rights list --at", "the API lists the rights that count now"))
        }
        Command::Grant { holders, right, reason } => grant(server, &holders, *right, &reason.reason).await,
        Command::Revoke { id, reason } => {
            let path = ["rights", &id.to_string()];
            server.change::<Value>("DELETE", &path, &reason.reason, None).await?;
            Ok(super::ended(id))
        }
        Command::Settle { .. } => {
            Err(not_there("rights settle", "give the right for each unit, and take the former one away"))
        }
        Command::End { .. } => Err(not_there("rights end", "take each right away: `motcua rights revoke`")),
        Command::Check { .. } => {
            Err(not_there("rights check", "the API answers for the office of the access token alone: ask, and it says"))
        }
        Command::Offices { .. } => Err(not_there("rights offices", "the access token names one")),
    }
}

async fn grant(server: &Server, holders: &Holders, right: Right, reason: &str) -> Result<Out, Failure> {
    let holder = match (holders.person.as_slice(), holders.client.as_slice()) {
        ([name], []) => person(server, name).await?,
        ([], [client]) => format!("client:{client}"),
        _ => return Err(not_there("rights grant of several", "give one after the other")),
    };
    let Right { role, unit, branch, agency, subordinates, may_delegate, from, until } = right;
    let new = json!({
        "holder": holder,
        "role": role,
        "unit": unit,
        "branch": branch,
        "agency": agency,
        "subordinates": subordinates,
        "may_delegate": may_delegate,
        "from": from.map(|day| day.to_string()),
        "until": until.map(|day| day.to_string()),
    });
    let Became { rights, pending } = server.change("POST", &["rights"], reason, Some(&new)).await?;
    Ok(super::given(&if pending.is_empty() { Given::Rights(rights) } else { Given::Pending(pending) }))
}

/// A person by their id, or by the name that stands at a right which they have already: nobody is searched for.
async fn person(server: &Server, name: &str) -> Result<String, Failure> {
    if name.parse::<Uuid>().is_ok() {
        return Ok(format!("person:{name}"));
    }
    let all: Vec<Row> = server.all(&["rights"], &[]).await?;
    let known = all.iter().find(|right| right.is_of(name)).map(|right| right.holder().to_owned());
    let unknown = || {
        let mend = "name the person by their id, which whoever may find people learns";
        Failure(format!("no official whom this office sees is called {name}: {mend}"))
    };
    known.ok_or_else(unknown)
}

#[derive(Deserialize)]
struct Became {
    rights: Vec<Uuid>,
    pending: Vec<Uuid>,
}
