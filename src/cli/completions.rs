//! `motcua completions`.

use clap::Args;
use clap_complete::Shell;

use super::Failure;

/// Arguments of the command.
#[derive(Args)]
pub struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

/// Prints what the shell is to read.
#[allow(clippy::unnecessary_wraps)] // as every command
pub fn run(options: &CompletionsArguments, program: &mut clap::Command) -> Result<(), Failure> {
    clap_complete::generate(options.shell, program, "motcua", &mut std::io::stdout());
    Ok(())
}
