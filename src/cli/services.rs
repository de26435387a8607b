//! `motcua services`.

use clap::Args;
use clap::Subcommand;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::terminal::visible;
use super::versions;
use crate::flows::admin::versions::Kind;
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
            for service in &all {
                let (id, agency, basis) = (&service.id, &service.agency, service.legal_basis.as_str());
                println!("{id} {agency} {basis} {}", visible(&service.name.vi));
            }
        }
        Command::Versions(command) => versions::run(&options.config, Kind::Service, command).await?,
    }
    Ok(())
}
