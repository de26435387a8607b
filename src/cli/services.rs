//! `motcua services`.

use clap::Args;
use clap::Subcommand;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::server::Server;
use super::terminal::visible;
use super::versions;
use crate::flows::admin::versions::Kind;
use crate::identity::agency::Service;
use crate::store::agencies;

/// Arguments of the command.
#[derive(Args)]
pub struct ServicesArguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// List every service: id, agency, why it may have people's data, and its name.
    List,
    #[command(flatten)]
    Versions(versions::Command),
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: ServicesArguments) -> Result<(), Failure> {
    match options.command {
        Command::List => {
            let all = looking(&options.config, async |_, db| agencies::services(db).await).await??;
            all.iter().for_each(print);
        }
        Command::Versions(command) => versions::run(&options.config, Kind::Service, command).await?,
    }
    Ok(())
}

/// Does it through the API of a server.
pub async fn there(options: ServicesArguments, server: &Server) -> Result<(), Failure> {
    match options.command {
        Command::List => {
            let all: Vec<Service> = server.all(&["services"], &[]).await?;
            all.iter().for_each(print);
            Ok(())
        }
        Command::Versions(command) => versions::there(server, Kind::Service, command).await,
    }
}

fn print(service: &Service) {
    let (id, agency, basis) = (&service.id, &service.agency, service.legal_basis.as_str());
    println!("{id} {agency} {basis} {}", visible(&service.name.vi));
}
