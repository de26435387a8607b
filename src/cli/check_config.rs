//! `motcua check-config`.

use clap::Args;

use super::ConfigFile;
use super::Failure;
use super::named;
use super::reference;

/// Arguments of the command.
#[derive(Args)]
pub struct CheckConfigArguments {
    /// Print the effective configuration, secrets as ***.
    #[arg(long)]
    print: bool,
    /// Try the database and Redis, too; nothing is made or changed there.
    #[arg(long)]
    connect: bool,
    /// Print every key with what it does, what it accepts, and its default: a configuration to begin with.
    #[arg(long, conflicts_with_all = ["print", "connect"])]
    reference: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Checks the configuration as `serve` does, what it names included.
pub async fn run(options: CheckConfigArguments) -> Result<(), Failure> {
    if options.reference {
        print!("{}", reference::of_configuration());
        return Ok(());
    }
    let config = options.config.load()?;
    if options.print {
        print!("{}", config.print());
        return Ok(());
    }
    named::check(&config)?;
    named::check_whole(&config)?;
    if options.connect {
        named::connect(&config).await?;
    }
    match options.config.path() {
        Some(path) => println!("{}: the configuration is valid", path.display()),
        None => println!("the configuration is valid; no file was read"),
    }
    Ok(())
}
