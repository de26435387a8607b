//! `motcua clients`.

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::terminal::visible;
use super::versions;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::clients;
use crate::flows::admin::clients::Listed;
use crate::flows::admin::versions::Kind;
use crate::flows::registration;

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
    },
    #[command(flatten)]
    Versions(versions::Command),
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: ClientsArguments) -> Result<(), Failure> {
    match options.command {
        Command::List { registered } => {
            let all = looking(&options.config, async |_, db| clients::list(db).await).await??;
            all.iter().filter(|client| !registered || client.registered_at.is_some()).for_each(print);
        }
        Command::Show { id } => {
            let all = looking(&options.config, async |_, db| clients::list(db).await).await??;
            let found = all.into_iter().find(|client| client.id == id);
            let client = found.ok_or_else(|| Failure(format!("there is no client {id}")))?;
            println!("{}", serde_json::to_string_pretty(&described(&client))?);
        }
        Command::Remove { id } => {
            let remove = async |app: &App| registration::remove_registered(app, &id).await;
            if !with_instance(&options.config, remove).await?? {
                return Err(Failure(format!("no client {id} registered itself")));
            }
            println!("removed client {id}");
        }
        Command::Versions(command) => versions::run(&options.config, Kind::Client, command).await?,
    }
    Ok(())
}

fn print(client: &Listed) {
    let origin = if client.registered_at.is_some() { "registered" } else { "declared" };
    let name = client.service.as_ref().or(client.metadata.client_name.as_ref()).map_or("-", String::as_str);
    let unused = client.registered_at.is_some() && client.updated_at == client.created_at;
    let note = if unused { "  (never used)" } else { "" };
    println!("{} {origin:10} {} {}{note}", client.id, client.created_at, visible(name));
}

fn described(client: &Listed) -> serde_json::Value {
    json!({
        "client_id": client.id,
        "service": client.service,
        "created_at": client.created_at.to_string(),
        "updated_at": client.updated_at.to_string(),
        "registered_at": client.registered_at.map(|at| at.to_string()),
        "metadata": client.metadata,
    })
}
