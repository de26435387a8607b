//! `motcua export`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::whole_file::Part;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::declaration::export;
use crate::flows::admin::declaration::export::People;

/// Arguments of the command.
#[derive(Args)]
pub struct ExportArguments {
    /// Where to, in TOML, or in JSON where the name ends with .json; nobody but its owner may read it then. The standard
    /// output where none is named.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Write JSON, whatever the name.
    #[arg(long)]
    json: bool,
    /// With people, their claims, and the rights that they hold; passwords are not written. It is recorded.
    #[arg(long)]
    people: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Writes what there is.
pub async fn run(options: ExportArguments) -> Result<(), Failure> {
    let ExportArguments { file, json, people, config } = options;
    looking(&config, async |_, _| ()).await?; // none is made in order to look
    let with = if people { People::With } else { People::Without };
    let exported = with_instance(&config, async |app: &App| export::export(app, with).await).await??;
    let json = json || file.as_ref().is_some_and(|file| file.extension().is_some_and(|ending| ending == "json"));
    let text = match json {
        true => serde_json::to_string_pretty(&exported.json())? + "\n",
        false => exported.toml().map_err(Failure)?,
    };
    exported.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let Some(file) = file else {
        print!("{text}");
        return Ok(());
    };
    let (part, mut out) = Part::begin(&file)?;
    out.write_all(text.as_bytes())?;
    part.finish()?;
    Ok(())
}
