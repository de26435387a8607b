//! `motcua units`.

mod remote;
mod report;

use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::machine;
use super::server::Server;
use super::with_instance_for;
use crate::app::App;
use crate::base::day::Day;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::config::Config;
use crate::flows::admin::rights::Mode;
use crate::flows::admin::units::import;
use crate::flows::admin::units::succession;
use crate::flows::admin::units::tree;
use crate::identity::audit::By;
use crate::store::hierarchy;

/// Arguments of the command.
#[derive(Args)]
pub struct UnitsArguments {
    #[command(subcommand)]
    command: Command,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// Enter the units of a file as they are from a day on; all of them or, with one mistake, none.
    Import {
        /// CSV whose first line names the columns level, code, name, parent, and name_en and kind if you like; or JSON
        /// objects with these members. `-` for the standard input.
        file: PathBuf,
        /// The first day on which it is so; one that lies ahead takes effect at its midnight by itself.
        #[arg(long, value_name = "DATE", value_parser = day)]
        effective: Day,
        /// Say what would come of it, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Why, for the trail; needed with --server.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Say what became of the units of the eve: merged, divided, renamed, abolished. Agencies follow.
    Succeed {
        /// CSV whose first line names the columns level, from, to, share, and portion and legal_basis if you like; or JSON
        /// objects with these members. `-` for the standard input.
        file: PathBuf,
        /// The first day on which it is so.
        #[arg(long, value_name = "DATE", value_parser = day)]
        effective: Day,
        /// The act of law, where a row does not name another.
        #[arg(long, value_name = "TEXT")]
        legal_basis: Option<String>,
        /// Say what would become of what, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Why, for the trail; needed with --server.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Print the tree of a day, or what is below one unit.
    Tree {
        /// A code, or level and code: `province/01`.
        code: Option<String>,
        /// The day; today where none is named.
        #[arg(long, value_name = "DATE", value_parser = day)]
        at: Option<Day>,
        /// So many steps down at most.
        #[arg(long, value_name = "N")]
        depth: Option<usize>,
    },
}

/// A day as somebody types it.
pub(super) fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "expected a day, as 2025-07-01".to_owned())
}

/// The day that was named, or today.
pub(super) fn day_or_today(at: Option<Day>, config: &Config) -> Day {
    at.unwrap_or_else(|| config.units.time_zone.day(SystemClock.now()))
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: UnitsArguments) -> Result<(), Failure> {
    let UnitsArguments { command, json, config } = options;
    match command {
        Command::Import { file, effective, dry_run, reason } => {
            let mode = if dry_run { Mode::Look } else { Mode::Do };
            let report = import((&config, machine(reason)), &file, effective, mode).await?;
            report::imported(&report, dry_run, json)
        }
        Command::Succeed { file, effective, legal_basis, dry_run, reason } => {
            let options = succession::Options { day: effective, legal_basis: legal_basis.as_deref(), dry_run };
            let report = succeed((&config, machine(reason)), &file, &options).await?;
            report::succeeded(&report, dry_run, json)
        }
        Command::Tree { code, at, depth } => {
            let read = async |config: &Config, db: &_| (day_or_today(at, config), hierarchy::read(db).await);
            let (day, hierarchy) = looking(&config, read).await?;
            let lines = tree::tree(&hierarchy?, code.as_deref(), day, depth)?;
            print_tree(&lines, json)
        }
    }
}

/// Does it through the API of a server.
pub async fn there(options: UnitsArguments, server: &Server) -> Result<(), Failure> {
    remote::act(server, options.command, options.json).await
}

async fn import(
    (config, by): (&ConfigFile, By),
    file: &Path,
    effective: Day,
    mode: Mode,
) -> Result<import::Report, Failure> {
    let rows = import::read(&content(file)?).map_err(|error| at_file(file, &error))?;
    let act = async |app: &App, tell: &mut Tell<'_>| match mode {
        Mode::Do => import::import(app, &rows, effective, tell).await,
        Mode::Look => import::would_import(app, &rows, effective).await,
    };
    with_bar(config, by, act).await?.map_err(|error| at_file(file, &error))
}

async fn succeed(
    (config, by): (&ConfigFile, By),
    file: &Path,
    options: &succession::Options<'_>,
) -> Result<succession::Report, Failure> {
    let rows = succession::read(&content(file)?).map_err(|error| at_file(file, &error))?;
    let act = async |app: &App, tell: &mut Tell<'_>| succession::succeed(app, &rows, options, tell).await;
    with_bar(config, by, act).await?.map_err(|error| at_file(file, &error))
}

fn print_tree(lines: &[tree::Line], json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(lines)?);
        return Ok(());
    }
    for tree::Line { depth, level, code, name, .. } in lines {
        println!("{}{code} {name} ({level})", "  ".repeat(*depth));
    }
    Ok(())
}

/// What stands in a file, or comes by the standard input.
fn content(file: &Path) -> Result<Vec<u8>, Failure> {
    if file != Path::new("-") {
        return std::fs::read(file).map_err(|error| at_file(file, &error));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn at_file(file: &Path, why: &dyn std::fmt::Display) -> Failure {
    let why = why.to_string();
    let between = if why.contains('\n') { ":\n" } else { ": " };
    Failure(format!("{}{between}{why}", file.display()))
}

/// Hears how many rows are written, and of how many.
type Tell<'a> = dyn FnMut(usize, usize) + Send + 'a;

/// Does it under a progress bar, which is shown on a terminal alone, and on standard error.
async fn with_bar<T>(
    config: &ConfigFile,
    by: By,
    act: impl AsyncFnOnce(&App, &mut Tell<'_>) -> T,
) -> Result<T, Failure> {
    looking(config, async |_, _| ()).await?; // no database is made in order to enter units into it
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {percent}% of {len} rows, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let number = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
    let mut tell = |written, all| {
        bar.set_length(number(all));
        bar.set_position(number(written));
    };
    let outcome = with_instance_for(config, by, async |app: &App| act(app, &mut tell).await).await;
    bar.finish_and_clear();
    outcome
}
