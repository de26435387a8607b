//! `motcua apply`.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use super::ConfigFile;
use super::Failure;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::declaration;
use crate::flows::admin::declaration::file::Declaration;

/// Arguments of the command.
#[derive(Args)]
pub struct ApplyArguments {
    /// The declaration: TOML, or JSON where the name ends with .json.
    file: PathBuf,
    /// Remove clients, services and agencies, and disable people, that the file does not name.
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Applies the file. A running provider follows within a second.
pub async fn run(options: ApplyArguments) -> Result<(), Failure> {
    let at_file = |why: String| Failure(format!("{}: {why}", options.file.display()));
    let text = std::fs::read_to_string(&options.file).map_err(|error| at_file(error.to_string()))?;
    let declaration = Declaration::read(&options.file.to_string_lossy(), text)?;
    declaration.check().map_err(|mistake| at_file(mistake.to_string()))?;
    let directory = options.file.parent().unwrap_or(Path::new("."));
    let how = declaration::ApplyOptions { prune: options.prune, environment: &environment, directory };
    let apply = async |app: &App| declaration::apply(app, &declaration, &how).await;
    let outcome = with_instance(&options.config, apply).await?;
    let report = outcome.map_err(|error| at_file(error.to_string()))?;
    report.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    report.changes.iter().for_each(|change| println!("{change}"));
    if report.changes.is_empty() {
        println!("nothing to change");
    }
    Ok(())
}

#[allow(clippy::disallowed_methods)] // secrets may be given by reference to the environment
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
