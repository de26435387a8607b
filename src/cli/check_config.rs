//! `motcua check-config`.

use clap::Args;

use super::ConfigFile;
use super::Failure;

/// Arguments of the command.
#[derive(Args)]
pub struct CheckConfigArguments {
    /// Print the effective configuration, secrets as ***.
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Checks the configuration.
pub fn run(options: &CheckConfigArguments) -> Result<(), Failure> {
    let config = options.config.load()?;
    if options.print {
        print!("{}", config.print());
    } else {
        println!("the configuration is valid");
    }
    Ok(())
}
