//! `motcua clients`.

use clap::Args;
use clap::Subcommand;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::machine;
use super::server::Server;
use super::server::reason;
use super::terminal::visible;
use super::versions;
use super::with_instance_for;
use crate::app::App;
use crate::flows::admin::clients;
use crate::flows::admin::clients::Listed;
use crate::flows::admin::versions::Kind;
use crate::flows::registration;
use crate::outbound::api::Asked;

/// Arguments of the command.
#[derive(Args)]
pub struct ClientsArguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// List every client: id, where it comes from, since when, and its service or the name that it registered.
    List {
        /// Only those that registered themselves.
        #[arg(long)]
        registered: bool,
    },
    /// Print all that is known of a client as JSON; secrets are not.
    Show {
        /// Its client_id.
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// Remove a client that registered itself; all that it was granted ends. Others leave by `apply --prune`.
    Remove {
        /// Its client_id.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Why, for the trail; needed with --server.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    #[command(flatten)]
    Versions(versions::Command),
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: ClientsArguments) -> Result<(), Failure> {
    match options.command {
        Command::List { registered } => {
            let all = looking(&options.config, async |_, db| clients::list(db).await).await??;
            print_list(&rows(&all)?, registered);
        }
        Command::Show { id } => {
            let all = looking(&options.config, async |_, db| clients::list(db).await).await??;
            let found = all.into_iter().find(|client| client.id == id);
            let client = found.ok_or_else(|| Failure(format!("there is no client {id}")))?;
            print_one(&Row::of(&client)?)?;
        }
        Command::Remove { id, reason } => {
            let by = machine(reason);
            let remove = async |app: &App| registration::remove_registered(app, &id).await;
            if !with_instance_for(&options.config, by, remove).await?? {
                return Err(Failure(format!("no client {id} registered itself")));
            }
            println!("removed client {id}");
        }
        Command::Versions(command) => versions::run(&options.config, Kind::Client, command).await?,
    }
    Ok(())
}

/// Does it through the API of a server.
pub async fn there(options: ClientsArguments, server: &Server) -> Result<(), Failure> {
    match options.command {
        Command::List { registered } => {
            print_list(&server.all::<Row>(&["clients"], &[]).await?, registered);
            Ok(())
        }
        Command::Show { id } => print_one(&server.get(&["clients", &id], &[]).await?),
        Command::Remove { id, reason: given } => {
            let given = reason(given)?;
            let (path, query) = (["clients", id.as_str()], [("reason", given.as_str())]);
            let (name, value) = server.basis(&path).await?;
            let headers = [(name, value.as_str())];
            server.ask(&Asked { method: "DELETE", path: &path, query: &query, headers: &headers, body: None }).await?;
            println!("removed client {id}");
            Ok(())
        }
        Command::Versions(command) => versions::there(server, Kind::Client, command).await,
    }
}

/// What is printed of a client.
#[derive(Serialize, Deserialize)]
struct Row {
    client_id: String,
    service: Option<String>,
    created_at: String,
    updated_at: String,
    registered_at: Option<String>,
    /// It registered itself, and nobody signed in at it yet.
    unused: bool,
    metadata: Value,
}

impl Row {
    fn of(client: &Listed) -> Result<Self, Failure> {
        Ok(Self {
            client_id: client.id.clone(),
            service: client.service.clone(),
            created_at: client.created_at.to_string(),
            updated_at: client.updated_at.to_string(),
            registered_at: client.registered_at.map(|at| at.to_string()),
            unused: client.is_unused(),
            metadata: serde_json::to_value(&client.metadata)?,
        })
    }
}

fn rows(all: &[Listed]) -> Result<Vec<Row>, Failure> {
    all.iter().map(Row::of).collect()
}

fn print_list(all: &[Row], registered: bool) {
    for client in all.iter().filter(|client| !registered || client.registered_at.is_some()) {
        let origin = if client.registered_at.is_some() { "registered" } else { "declared" };
        let own = client.metadata.pointer("/client_name").and_then(Value::as_str);
        let name = client.service.as_deref().or(own).unwrap_or("-");
        let note = if client.unused { "  (never used)" } else { "" };
        println!("{} {origin:10} {} {}{note}", client.client_id, client.created_at, visible(name));
    }
}

fn print_one(client: &Row) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(&serde_json::to_value(client)?)?);
    Ok(())
}
