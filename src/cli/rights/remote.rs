//! `motcua rights`, through the API of a server.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Command;
use super::Desk;
use super::Failure;
use super::Holders;
use super::Out;
use super::Right;
use super::Verdict;
use super::leaving::Left;
use super::row::Row;
use super::row::listed;
use crate::cli::server::Server;
use crate::cli::server::reason;
use crate::flows::admin::rights::Given;
use crate::i18n::Lang;
use crate::identity::agency::Bilingual;

pub(super) async fn act(server: &Server, command: Command) -> Result<Out, Failure> {
    match command {
        Command::List { person, undecided, at } => {
            let at = at.map(|at| at.to_string());
            let query: Vec<(&str, &str)> = at.iter().map(|at| ("at", at.as_str())).collect();
            let mut all: Vec<Row> = server.all(&["rights"], &query).await?;
            all.retain(|right| person.as_deref().is_none_or(|person| right.is_of(person)));
            all.retain(|right| !undecided || right.undecided);
            Ok(listed(&all))
        }
        Command::Grant { holders, right, reason } => grant(server, &holders, *right, &reason.reason).await,
        Command::Revoke { id, reason } => {
            let path = ["rights", &id.to_string()];
            server.change::<Value>("DELETE", &path, &reason.reason, None).await?;
            Ok(super::ended(id))
        }
        Command::Settle { id, unit, reason } => {
            let path = ["rights", &id.to_string(), "settlement"];
            let became = server.change("POST", &path, &reason.reason, Some(&json!({ "units": unit }))).await?;
            Ok(given(became))
        }
        Command::End { person, dry_run, reason: why } => {
            let person = self::person(server, &person).await?;
            let body = json!({ "person": person.strip_prefix("person:"), "dry_run": dry_run });
            let left: Left = server.change("POST", &["rights", "end"], &reason(why)?, Some(&body)).await?;
            Ok(left.told(dry_run))
        }
        Command::Check { holder, act, target, office, at, language } => {
            let (holder, target) = (self::holder(server, &holder).await?, self::target(server, target).await?);
            let (office, at) = (office.map(|office| office.to_string()), at.map(|at| at.to_string()));
            let mut query = vec![("holder", &*holder), ("act", &*act), ("target", &*target)];
            query.extend(office.as_deref().map(|office| ("office", office)));
            query.extend(at.as_deref().map(|at| ("at", at)));
            let Answers { answers } = server.get(&["rights", "check"], &query).await?;
            let told = answers.into_iter().map(|Answer { act, allowed, words }| Verdict {
                act,
                allowed,
                words: if language == Lang::Vi { words.vi } else { words.en },
            });
            Ok(super::check(told.collect()))
        }
        Command::Offices { holder, at } => {
            let (holder, at) = (self::holder(server, &holder).await?, at.map(|at| at.to_string()));
            let mut query = vec![("holder", &*holder)];
            query.extend(at.as_deref().map(|at| ("at", at)));
            let Desks { offices } = server.get(&["rights", "offices"], &query).await?;
            Ok(super::offices(&offices))
        }
    }
}

/// Gives one right after the other: each waits for approval by itself.
async fn grant(server: &Server, holders: &Holders, right: Right, reason: &str) -> Result<Out, Failure> {
    let mut whose = Vec::new();
    for name in &holders.person {
        whose.push(person(server, name).await?);
    }
    whose.extend(holders.client.iter().map(|client| format!("client:{client}")));
    let Right { role, unit, branch, agency, subordinates, may_delegate, from, until } = right;
    let (from, until) = (from.map(|day| day.to_string()), until.map(|day| day.to_string()));
    let mut all = Became { rights: Vec::new(), pending: Vec::new() };
    for holder in whose {
        let new = json!({
            "holder": holder,
            "role": role,
            "unit": unit,
            "branch": branch,
            "agency": agency,
            "subordinates": subordinates,
            "may_delegate": may_delegate,
            "from": from,
            "until": until,
        });
        match server.change::<Became>("POST", &["rights"], reason, Some(&new)).await {
            Ok(became) => {
                all.rights.extend(became.rights);
                all.pending.extend(became.pending);
            }
            Err(Failure(why)) => {
                let before = given(all).text;
                return Err(Failure(format!("{holder}: {why}\n{before}").trim_end().to_owned()));
            }
        }
    }
    Ok(given(all))
}

fn given(Became { rights, pending }: Became) -> Out {
    super::given(&if pending.is_empty() { Given::Rights(rights) } else { Given::Pending(pending) })
}

/// A person, or `client:ID`.
async fn holder(server: &Server, name: &str) -> Result<String, Failure> {
    if name.starts_with("client:") { Ok(name.to_owned()) } else { person(server, name).await }
}

/// A target, in which a person is named by their id.
async fn target(server: &Server, target: String) -> Result<String, Failure> {
    match target.strip_prefix("person:") {
        Some(name) => person(server, name).await,
        None => Ok(target),
    }
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
struct Answers {
    answers: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    act: String,
    allowed: bool,
    words: Bilingual,
}

#[derive(Deserialize)]
struct Desks {
    offices: Vec<Desk>,
}

#[derive(Deserialize)]
struct Became {
    rights: Vec<Uuid>,
    pending: Vec<Uuid>,
}
