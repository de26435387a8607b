//! `motcua check-config`.

use clap::Args;

use super::ConfigFile;
use super::Failure;

/// Options of the command.
#[derive(Args)]
pub struct Options {
    /// Print the effective configuration, secrets as ***.
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Checks the configuration.
pub fn run(options: &Options) -> Result<(), Failure> {
    let config = options.config.load()?;
    if options.print {
        print!("{}", config.print());
    } else {
        println!("the configuration is valid");
    }
    Ok(())
}
