//! `motcua man`.

use std::path::PathBuf;

use clap::Args;

use super::Failure;

/// Arguments of the command.
#[derive(Args)]
pub struct ManArguments {
    /// Where to write them, such as ~/.local/share/man/man1; made if it is not there.
    #[arg(value_name = "DIRECTORY")]
    directory: PathBuf,
}

/// Writes the pages.
pub fn run(options: &ManArguments, program: clap::Command) -> Result<(), Failure> {
    let at = |error: std::io::Error| Failure(format!("{}: {error}", options.directory.display()));
    std::fs::create_dir_all(&options.directory).map_err(at)?;
    clap_mangen::generate_to(program, &options.directory).map_err(at)
}
