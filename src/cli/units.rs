//! `motcua units`.

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
use super::server::Server;
use super::server::not_there;
use super::with_instance;
use crate::app::App;
use crate::base::day::Day;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::config::Config;
use crate::flows::admin::units::Count;
use crate::flows::admin::units::Named;
use crate::flows::admin::units::import;
use crate::flows::admin::units::succession;
use crate::flows::admin::units::succession::Rights;
use crate::flows::admin::units::tree;
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
        Command::Import { file, effective } => import(&config, &file, effective, json).await,
        Command::Succeed { file, effective, legal_basis, dry_run } => {
            let options = succession::Options { day: effective, legal_basis: legal_basis.as_deref(), dry_run };
            succeed(&config, &file, &options, json).await
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
    match options.command {
        Command::Import { .. } => Err(not_there("units import", "whole files are read where the database is")),
        Command::Succeed { .. } => Err(not_there("units succeed", "whole files are read where the database is")),
        Command::Tree { code, at, depth } => {
            let at = at.map(|day| day.to_string());
            let named = [("at", at.as_deref()), ("within", code.as_deref())];
            let query: Vec<(&str, &str)> = named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            let units = server.all(&["units"], &query).await?;
            print_tree(&tree::grown(units, depth), options.json)
        }
    }
}

async fn import(config: &ConfigFile, file: &Path, effective: Day, json: bool) -> Result<(), Failure> {
    let rows = import::read(&content(file)?).map_err(|error| at_file(file, &error))?;
    let act = async |app: &App, tell: &mut Tell<'_>| import::import(app, &rows, effective, tell).await;
    let report = with_bar(config, act).await?.map_err(|error| at_file(file, &error))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    let import::Report { begun, replaced, moved, followed, corrected, unchanged, unnamed, .. } = &report;
    println!(
        "from {effective}: {begun} units begin, {moved} move, {corrected} are corrected, {unchanged} stay as they are"
    );
    if !replaced.is_empty() {
        println!("{} end, whose code another bears: `motcua units succeed` says what becomes of them", replaced.len());
    }
    if *followed > 0 {
        println!(
            "{followed} that the file does not name go over to what takes the place of the unit that they were a part of"
        );
    }
    if *unnamed > 0 {
        println!("{unnamed} that the file does not name stay");
    }
    print_counts(&report.counts);
    Ok(())
}

async fn succeed(
    config: &ConfigFile,
    file: &Path,
    options: &succession::Options<'_>,
    json: bool,
) -> Result<(), Failure> {
    let rows = succession::read(&content(file)?).map_err(|error| at_file(file, &error))?;
    let act = async |app: &App, tell: &mut Tell<'_>| succession::succeed(app, &rows, options, tell).await;
    let report = with_bar(config, act).await?.map_err(|error| at_file(file, &error))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    print_succession(&report);
    if options.dry_run {
        println!("nothing was changed: leave out --dry-run to have it so");
    }
    Ok(())
}

fn print_succession(report: &succession::Report) {
    let succession::Report { effective, merged, renamed, divided, abolished, kept, transferred, .. } = report;
    println!(
        "from {effective}: {merged} units merge, {} are divided, {renamed} are renamed, {abolished} are abolished, {kept} go on",
        divided.len()
    );
    if *transferred > 0 {
        println!("{transferred} parts go from units that go on to others");
    }
    if report.unchanged > 0 {
        println!("of {} the same was recorded before", report.unchanged);
    }
    let (moved, raised) = (report.agencies_moved, report.agencies_raised);
    println!("{moved} agencies go with their unit; {raised} go to what their abolished unit was a part of");
    let Rights { moved, raised, undecided } = report.rights;
    if moved + raised + undecided > 0 {
        println!("{moved} rights of officials go with their unit");
    }
    print_counts(&report.counts);
    for unit in &report.untold {
        println!("nobody says what became of {unit}");
    }
    if !report.to_decide.is_empty() {
        println!("to be decided, with `motcua agencies move AGENCY --unit UNIT --effective DATE`:");
    }
    for decision in &report.to_decide {
        let among: Vec<String> = decision.among.iter().map(Named::to_string).collect();
        let meanwhile = decision.meanwhile.as_ref().map(|unit| format!("; until then in {unit}")).unwrap_or_default();
        let (agency, was_in) = (&decision.agency, &decision.was_in);
        println!("  {agency}, of {was_in}, divided among {}{meanwhile}", among.join("; "));
    }
    if raised + undecided > 0 {
        println!(
            "{raised} rights of abolished units and {undecided} of divided ones: to be decided, with `motcua rights list \
             --undecided` and `motcua rights settle`; until then officials of what the unit was a part of have them"
        );
    }
}

fn print_counts(counts: &[Count]) {
    for Count { level, before, after } in counts {
        println!("  {level}: {before} -> {after}");
    }
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
async fn with_bar<T>(config: &ConfigFile, act: impl AsyncFnOnce(&App, &mut Tell<'_>) -> T) -> Result<T, Failure> {
    looking(config, async |_, _| ()).await?; // no database is made in order to enter units into it
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {percent}% of {len} rows, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let number = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
    let mut tell = |written, all| {
        bar.set_length(number(all));
        bar.set_position(number(written));
    };
    let outcome = with_instance(config, async |app: &App| act(app, &mut tell).await).await;
    bar.finish_and_clear();
    outcome
}
