//! What `motcua clients` and `motcua services` share: what something was, and what becomes of that.

use clap::Subcommand;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::server::Doer;
use super::server::Server;
use super::terminal::visible;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::versions;
use crate::flows::admin::versions::Difference;
use crate::flows::admin::versions::Kind;
use crate::flows::admin::versions::Version;
use crate::identity::audit::By;
use crate::outbound::api::Asked;
use crate::parts::versions::How;

/// What is asked.
#[derive(Subcommand)]
pub(super) enum Command {
    /// List every version, the latest first: number, what happened, when, by whom, why, and what changed.
    Versions {
        /// Its id.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print one version as JSON, whole; secrets are in none.
    Version {
        /// Its id.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The version.
        number: i64,
    },
    /// Print what became another from one version to the other, as a diff.
    Compare {
        /// Its id.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The one version.
        one: i64,
        /// The other.
        other: i64,
    },
    /// Make it again what it was, which is a version as well. Secrets stay what they are.
    Restore {
        /// Its id.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The version.
        number: i64,
        /// Why, for the trail.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Does what was asked.
pub(super) async fn run(config: &ConfigFile, kind: Kind, command: Command) -> Result<(), Failure> {
    match command {
        Command::Versions { id, json } => {
            let all = looking(config, async |_, db| versions::list(db, kind, &id).await).await??;
            if all.is_empty() {
                return Err(Failure(format!("there is no {} {id}", kind.as_str())));
            }
            print_all(&all.into_iter().map(Row::from).collect::<Vec<_>>(), json)?;
        }
        Command::Version { id, number } => {
            let found = looking(config, async |_, db| versions::find(db, kind, &id, number).await).await??;
            let version = found.ok_or_else(|| refused(kind, &id, &versions::Refusal::Unknown(number)))?;
            print_one(kind, id, version.into())?;
        }
        Command::Compare { id, one, other } => {
            let compare = async |_: &_, db: &_| versions::compare(db, kind, &id, [one, other]).await;
            let outcome = looking(config, compare).await??;
            print_difference(&outcome.map_err(|why| refused(kind, &id, &why))?);
        }
        Command::Restore { id, number, reason } => {
            looking(config, async |_, _| ()).await?; // none is made in order to look
            let by = By::machine().because(reason);
            let restore =
                async |app: &App| versions::restore(app, &by, (kind, &id), number, How::at(app.clock.now())).await;
            let number = with_instance(config, restore).await??.map_err(|why| refused(kind, &id, &why))?;
            println!("restored {} {id}: version {number}", kind.as_str());
        }
    }
    Ok(())
}

/// Does it through the API of a server.
pub(super) async fn there(server: &Server, kind: Kind, command: Command) -> Result<(), Failure> {
    let kinds = format!("{}s", kind.as_str());
    match command {
        Command::Versions { id, json } => {
            let all = server.all::<There>(&[&kinds, &id, "versions"], &[]).await?;
            print_all(&all.into_iter().map(Row::from).collect::<Vec<_>>(), json)
        }
        Command::Version { id, number } => {
            let path = [kinds.as_str(), &id, "versions", &number.to_string()];
            print_one(kind, id.clone(), server.get::<There>(&path, &[]).await?.into())
        }
        Command::Compare { id, one, other } => {
            let path = [kinds.as_str(), &id, "versions", &one.to_string(), "comparison"];
            let Comparison { members, secrets } = server.get(&path, &[("with", &other.to_string())]).await?;
            let members = members.into_iter().map(|Differing { member, was, became }| (member, was, became)).collect();
            print_difference(&Difference { members, secrets });
            Ok(())
        }
        Command::Restore { id, number, reason } => {
            let (name, value) = server.basis(&[&kinds, &id]).await?;
            let path = [kinds.as_str(), &id, "versions", &number.to_string(), "restoration"];
            let (query, headers) = ([("reason", reason.as_str())], [(name, value.as_str())]);
            let asked = Asked { method: "POST", path: &path, query: &query, headers: &headers, body: None };
            let restored: There = server.read(&asked).await?;
            println!("restored {} {id}: version {}", kind.as_str(), restored.version);
            Ok(())
        }
    }
}

/// A version as the API gives it.
#[derive(Deserialize)]
struct There {
    version: i64,
    what: String,
    restored: Option<i64>,
    at: String,
    by: Option<Doer>,
    changed: Vec<String>,
    state: Option<Value>,
}

#[derive(Deserialize)]
struct Comparison {
    members: Vec<Differing>,
    secrets: bool,
}

#[derive(Deserialize)]
struct Differing {
    member: String,
    was: Option<Value>,
    became: Option<Value>,
}

/// A version as it is printed.
#[derive(Serialize)]
struct Row {
    version: i64,
    what: String,
    restored: Option<i64>,
    at: String,
    #[serde(flatten)]
    by: Doer,
    changed: Vec<String>,
    #[serde(skip)]
    state: Option<Value>,
}

impl From<There> for Row {
    fn from(there: There) -> Self {
        let There { version, what, restored, at, by, changed, state } = there;
        Self { version, what, restored, at, by: by.unwrap_or_default(), changed, state }
    }
}

impl From<Version> for Row {
    fn from(version: Version) -> Self {
        let Version { number, what, at, by, members, restored, state, .. } = version;
        Self {
            version: number,
            what: what.as_str().to_owned(),
            restored,
            at: at.to_string(),
            by: Doer::of(by),
            changed: members,
            state,
        }
    }
}

fn refused(kind: Kind, id: &str, why: &versions::Refusal) -> Failure {
    Failure(format!("{} {id}: {why}", kind.as_str()))
}

fn print_all(all: &[Row], json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(&serde_json::to_value(all)?)?);
    } else {
        all.iter().for_each(print);
    }
    Ok(())
}

fn print_one(kind: Kind, id: String, version: Row) -> Result<(), Failure> {
    let mut shown = serde_json::to_value(&version)?;
    if let Some(shown) = shown.as_object_mut() {
        shown.insert(kind.as_str().to_owned(), id.into());
        shown.insert("state".to_owned(), version.state.into());
    }
    println!("{}", serde_json::to_string_pretty(&shown)?);
    Ok(())
}

fn print_difference(difference: &Difference) {
    let lines = difference.lines();
    lines.iter().for_each(|line| println!("{line}"));
    if lines.is_empty() {
        println!("nothing differs");
    }
}

fn print(version: &Row) {
    let Row { version: number, what, restored, at, by: Doer { actor, office, reason }, changed, .. } = version;
    let restored = restored.map(|number| format!(" version {number}")).unwrap_or_default();
    let by = actor.as_ref().map(|actor| {
        let office = office.as_ref().map(|office| format!(" in {office}")).unwrap_or_default();
        let reason = reason.as_ref().map(|reason| format!(" because {}", visible(reason))).unwrap_or_default();
        format!(" by {}{office}{reason}", visible(actor))
    });
    let changed = if changed.is_empty() { String::new() } else { format!(": {}", changed.join(", ")) };
    println!("{number} {at} {what}{restored}{}{changed}", by.unwrap_or_default());
}
