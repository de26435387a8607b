//! `motcua apply`.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::machine;
use super::reference;
use super::server::Server;
use super::server::not_there;
use super::server::reason;
use super::terminal;
use super::with_instance_for;
use crate::app::App;
use crate::flows::admin::declaration;
use crate::flows::admin::declaration::ApplyOptions;
use crate::flows::admin::declaration::Prune;
use crate::flows::admin::declaration::References;
use crate::flows::admin::declaration::file::Declaration;
use crate::outbound::api::Asked;
use crate::outbound::api::Body;

/// Arguments of the command.
#[derive(Args)]
pub struct ApplyArguments {
    /// The declaration: TOML, or JSON where the name ends with .json.
    #[arg(required_unless_present = "reference")]
    file: Option<PathBuf>,
    /// Print every key of a declaration with what it does and what it accepts.
    #[arg(long, conflicts_with = "file")]
    reference: bool,
    /// Remove clients, services and agencies, and disable people, that the file does not name.
    #[arg(long)]
    prune: bool,
    /// Print what would change, as a diff, and change nothing. Of people it names what differs, and not what it is.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask when --prune lets go of more than a tenth of the clients, services, agencies or people.
    #[arg(long)]
    yes: bool,
    /// Why, for the trail and for the versions of what changes.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    config: ConfigFile,
}

/// Applies the file. A running provider follows within a second.
pub async fn run(options: ApplyArguments) -> Result<(), Failure> {
    let Some(file) = &options.file else {
        print!("{}", reference::of_declaration());
        return Ok(());
    };
    let at_file = |why: String| Failure(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| at_file(error.to_string()))?;
    let declaration = Declaration::read(&file.to_string_lossy(), text)?;
    declaration.check().map_err(|mistake| at_file(mistake.to_string()))?;
    let directory = file.parent().unwrap_or(Path::new("."));
    let prune = match (options.prune, options.yes || options.dry_run) {
        (false, _) => Prune::Nothing,
        (true, false) => Prune::ATenth,
        (true, true) => Prune::Everything,
    };
    if options.dry_run {
        looking(&options.config, async |_, _| ()).await?; // no database is made in order to change nothing in it
    }
    let apply = async |app: &App| {
        let references = Some(References { environment: &environment, directory });
        let how = |prune| ApplyOptions { prune, dry_run: options.dry_run, references };
        match declaration::apply(app, &declaration, &how(prune)).await {
            Err(declaration::Error::Much(much))
                if terminal::confirm(&format!("--prune would let go {much}. Go on?")) =>
            {
                declaration::apply(app, &declaration, &how(Prune::Everything)).await
            }
            outcome => outcome,
        }
    };
    let by = machine(options.reason.clone());
    let report = match with_instance_for(&options.config, by, apply).await? {
        Err(error @ declaration::Error::Much(_)) => {
            return Err(at_file(format!("{error}: look with --dry-run, and say --yes where that is meant")));
        }
        outcome => outcome.map_err(|error| at_file(error.to_string()))?,
    };
    print(&report.warnings, if options.dry_run { &report.diff } else { &report.changes }, report.changes.is_empty());
    Ok(())
}

/// Has a server apply the file, whose secrets refer to nothing of this machine or that one.
pub async fn there(options: ApplyArguments, server: &Server) -> Result<(), Failure> {
    let (Some(file), false) = (&options.file, options.prune) else {
        return Err(not_there("apply --prune and --reference", "a server lets go of nothing, and needs no reference"));
    };
    let text = std::fs::read_to_string(file).map_err(|error| Failure(format!("{}: {error}", file.display())))?;
    let is_json = file.extension().is_some_and(|ending| ending == "json");
    let kind = if is_json { "application/json" } else { "application/toml" };
    let (given, dry_run) = (reason(options.reason)?, options.dry_run.to_string());
    let query = [("reason", given.as_str()), ("dry_run", dry_run.as_str())];
    let body = Some(Body::Text(kind, &text));
    let asked = Asked { method: "POST", path: &["declaration"], query: &query, headers: &[], body };
    let report: Applied = server.read(&asked).await?;
    print(&report.warnings, if options.dry_run { &report.diff } else { &report.changes }, report.changes.is_empty());
    Ok(())
}

/// What came of it there.
#[derive(Deserialize)]
struct Applied {
    changes: Vec<String>,
    diff: Vec<String>,
    warnings: Vec<String>,
}

fn print(warnings: &[String], lines: &[String], is_nothing: bool) {
    warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    lines.iter().for_each(|line| println!("{line}"));
    if is_nothing {
        println!("nothing to change");
    }
}

#[allow(clippy::disallowed_methods)] // secrets may be given by reference to the environment
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
