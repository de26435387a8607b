//! `motcua export`.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::machine;
use super::server::Server;
use super::server::reason;
use super::whole_file::Part;
use super::with_instance_for;
use crate::app::App;
use crate::flows::admin::declaration::export;
use crate::flows::admin::declaration::export::People;
use crate::outbound::api::Asked;

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
    /// Why, for the trail; needed for people with --server.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    config: ConfigFile,
}

/// Writes what there is.
pub async fn run(options: ExportArguments) -> Result<(), Failure> {
    let ExportArguments { file, json, people, reason, config } = options;
    looking(&config, async |_, _| ()).await?; // none is made in order to look
    let with = if people { People::With } else { People::Without };
    let exported =
        with_instance_for(&config, machine(reason), async |app: &App| export::export(app, with).await).await??;
    let text = match is_json(json, file.as_deref()) {
        true => serde_json::to_string_pretty(&exported.json())? + "\n",
        false => exported.toml().map_err(Failure)?,
    };
    exported.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    write(file.as_deref(), text.as_bytes())
}

/// Writes what a server has.
pub async fn there(options: ExportArguments, server: &Server) -> Result<(), Failure> {
    let ExportArguments { file, json, people, reason: given, .. } = options;
    let mut query = vec![("format", if is_json(json, file.as_deref()) { "json" } else { "toml" })];
    let why = if people { Some(reason(given)?) } else { None };
    query.extend(why.iter().flat_map(|why| [("people", "true"), ("reason", why.as_str())]));
    let asked = Asked { method: "GET", path: &["declaration"], query: &query, headers: &[], body: None };
    write(file.as_deref(), &server.ask(&asked).await?.body)
}

fn is_json(chosen: bool, file: Option<&Path>) -> bool {
    chosen || file.is_some_and(|file| file.extension().is_some_and(|ending| ending == "json"))
}

fn write(file: Option<&Path>, text: &[u8]) -> Result<(), Failure> {
    let Some(file) = file else {
        std::io::stdout().write_all(text)?;
        return Ok(());
    };
    let (part, mut out) = Part::begin(file)?;
    out.write_all(text)?;
    part.finish()?;
    Ok(())
}
