//! What `motcua clients` and `motcua services` share: what something was, and what becomes of that.

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::server::Server;
use super::server::not_there;
use super::terminal::visible;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::versions;
use crate::flows::admin::versions::Kind;
use crate::flows::admin::versions::Version;
use crate::identity::audit::By;
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
            if json {
                let all: Vec<Value> = all.iter().map(described).collect();
                println!("{}", serde_json::to_string_pretty(&all)?);
            } else {
                all.iter().for_each(print);
            }
        }
        Command::Version { id, number } => {
            let found = looking(config, async |_, db| versions::find(db, kind, &id, number).await).await??;
            let version = found.ok_or_else(|| refused(kind, &id, &versions::Refusal::Unknown(number)))?;
            let mut shown = described(&version);
            if let Some(shown) = shown.as_object_mut() {
                shown.insert(kind.as_str().to_owned(), id.into());
                shown.insert("state".to_owned(), version.state.into());
            }
            println!("{}", serde_json::to_string_pretty(&shown)?);
        }
        Command::Compare { id, one, other } => {
            let compare = async |_: &_, db: &_| versions::compare(db, kind, &id, [one, other]).await;
            let outcome = looking(config, compare).await??;
            let difference = outcome.map_err(|why| refused(kind, &id, &why))?;
            let lines = difference.lines();
            lines.iter().for_each(|line| println!("{line}"));
            if lines.is_empty() {
                println!("nothing differs");
            }
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
pub(super) fn there(_: &Server, kind: Kind, command: Command) -> Result<(), Failure> {
    let name = match command {
        Command::Versions { .. } => "versions",
        Command::Version { .. } => "version",
        Command::Compare { .. } => "compare",
        Command::Restore { .. } => "restore",
    };
    Err(not_there(&format!("{}s {name}", kind.as_str()), "versions are looked at where the database is"))
}

fn refused(kind: Kind, id: &str, why: &versions::Refusal) -> Failure {
    Failure(format!("{} {id}: {why}", kind.as_str()))
}

fn print(version: &Version) {
    let Version { number, what, at, by, members, restored, .. } = version;
    let restored = restored.map(|number| format!(" version {number}")).unwrap_or_default();
    let by = by.as_ref().map(|by| {
        let office = by.office.as_ref().map(|office| format!(" in {office}")).unwrap_or_default();
        let reason = by.reason.as_ref().map(|reason| format!(" because {}", visible(reason))).unwrap_or_default();
        format!(" by {}{office}{reason}", visible(&by.actor.stored()))
    });
    let members = if members.is_empty() { String::new() } else { format!(": {}", members.join(", ")) };
    println!("{number} {at} {}{restored}{}{members}", what.as_str(), by.unwrap_or_default());
}

fn described(version: &Version) -> Value {
    let by = version.by.as_ref();
    json!({
        "version": version.number,
        "what": version.what.as_str(),
        "restored": version.restored,
        "at": version.at.to_string(),
        "actor": by.map(|by| by.actor.stored()),
        "office": by.and_then(|by| by.office.as_ref()).map(ToString::to_string),
        "reason": by.and_then(|by| by.reason.as_deref()),
        "changed": version.members,
    })
}
