//! `motcua agencies`.

use clap::Args;
use clap::Subcommand;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::machine;
use super::server::Server;
use super::server::reason;
use super::units::day;
use super::units::day_or_today;
use super::with_instance;
use super::with_instance_for;
use crate::app::App;
use crate::base::day::Day;
use crate::config::Config;
use crate::flows::admin::units::Named;
use crate::flows::admin::units::ending;
use crate::flows::admin::units::moving;
use crate::flows::admin::units::moving::Move;
use crate::flows::admin::units::tree;
use crate::flows::admin::units::tree::Since;
use crate::flows::admin::units::tree::Standing;
use crate::identity::audit::By;
use crate::outbound::api::Asked;
use crate::outbound::api::Body;
use crate::store::hierarchy;

/// Arguments of the command.
#[derive(Args)]
pub struct AgenciesArguments {
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
    /// List the agencies of a day: key, kind, name, unit, branch, and to whom each answers.
    List {
        /// Only those in this unit and what is below it: a code, or level and code.
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// Only those of which somebody has yet to decide where they go.
        #[arg(long)]
        undecided: bool,
        /// The day; today where none is named.
        #[arg(long, value_name = "DATE", value_parser = day)]
        at: Option<Day>,
    },
    /// Print where an agency stands on a day, and where it stood before.
    Show {
        /// Its key.
        agency: String,
        /// The day; today where none is named.
        #[arg(long, value_name = "DATE", value_parser = day)]
        at: Option<Day>,
    },
    /// Have an agency stand somewhere else from a day on; what is not named stays.
    Move {
        /// Its key.
        agency: String,
        /// The unit: a code, or level and code.
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// The branch.
        #[arg(long, value_name = "CODE")]
        branch: Option<String>,
        /// The agency to which it answers.
        #[arg(long, value_name = "AGENCY")]
        parent: Option<String>,
        /// The first day on which it is so; today where none is named.
        #[arg(long, value_name = "DATE", value_parser = day)]
        effective: Option<Day>,
        /// Why, for the trail; needed with --server.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// End an agency: from a day on it is not there. Refused while it offers services or others answer to it.
    End {
        /// Its key.
        agency: String,
        /// The first day on which it is not there.
        #[arg(long, value_name = "DATE", value_parser = day)]
        effective: Day,
        /// Why, for the trail.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: AgenciesArguments) -> Result<(), Failure> {
    let AgenciesArguments { command, json, config } = options;
    let read = async |at: Option<Day>| {
        let read = async |config: &Config, db: &_| (day_or_today(at, config), hierarchy::read(db).await);
        looking(&config, read).await
    };
    match command {
        Command::List { unit, undecided, at } => {
            let (day, hierarchy) = read(at).await?;
            print_list(tree::agencies(&hierarchy?, unit.as_deref(), day)?, undecided, json)?;
        }
        Command::Show { agency, at } => {
            let (day, hierarchy) = read(at).await?;
            let found = tree::agency(&hierarchy?, &agency, day);
            let (standing, history) = found.ok_or_else(|| Failure(format!("there is no agency {agency}")))?;
            print_one(&standing, &history)?;
        }
        Command::Move { agency, unit, branch, parent, effective, reason } => {
            let (unit, branch, parent) = (unit.as_deref(), branch.as_deref(), parent.as_deref());
            let to = Move { unit, branch, parent, basis: None };
            let day = day_or_today(effective, &config.load()?);
            let act = async |app: &App| moving::move_agency(app, &agency, &to, day).await;
            print_move(&agency, &day.to_string(), with_instance_for(&config, machine(reason), act).await??);
        }
        Command::End { agency, effective, reason } => {
            let by = By::machine().because(reason);
            let act = async |app: &App| ending::end_agency(app, &agency, effective, None, &by).await;
            print_end(&agency, &effective.to_string(), with_instance(&config, act).await??);
        }
    }
    Ok(())
}

/// Does it through the API of a server.
pub async fn there(options: AgenciesArguments, server: &Server) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct One {
        #[serde(flatten)]
        agency: Standing,
        history: Vec<Since>,
    }
    match options.command {
        Command::List { unit, undecided, at } => {
            let at = at.map(|day| day.to_string());
            let named = [("at", at.as_deref()), ("within", unit.as_deref())];
            let query: Vec<(&str, &str)> = named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            print_list(server.all(&["agencies"], &query).await?, undecided, options.json)
        }
        Command::Show { agency, at } => {
            let at = at.map(|day| day.to_string());
            let query: Vec<(&str, &str)> = at.iter().map(|day| ("at", day.as_str())).collect();
            let One { agency, history } = server.get(&["agencies", &agency], &query).await?;
            print_one(&agency, &history)
        }
        Command::Move { agency, unit, branch, parent, effective, reason: given } => {
            let effective = effective.map(|day| day.to_string());
            let body = json!({ "unit": unit, "branch": branch, "parent": parent, "effective": effective });
            let is_other = change(server, [&agency, "move"], &reason(given)?, &body).await?;
            print_move(&agency, effective.as_deref().unwrap_or("today"), is_other);
            Ok(())
        }
        Command::End { agency, effective, reason } => {
            let effective = effective.to_string();
            let is_other = change(server, [&agency, "end"], &reason, &json!({ "effective": effective })).await?;
            print_end(&agency, &effective, is_other);
            Ok(())
        }
    }
}

/// Has an agency changed as it was read; returns whether it is another.
async fn change(server: &Server, [agency, verb]: [&str; 2], reason: &str, body: &Value) -> Result<bool, Failure> {
    let (name, version) = server.basis(&["agencies", agency]).await?;
    let (path, headers) = (["agencies", agency, verb], [(name, version.as_str())]);
    let (query, body) = ([("reason", reason)], Some(Body::Json(body)));
    let asked = Asked { method: "POST", path: &path, query: &query, headers: &headers, body };
    Ok(server.ask(&asked).await?.etag.is_none_or(|after| after != version))
}

fn print_move(agency: &str, day: &str, is_other: bool) {
    match is_other {
        true => println!("moved agency {agency} from {day} on"),
        false => println!("agency {agency} stands there already"),
    }
}

fn print_end(agency: &str, day: &str, is_other: bool) {
    match is_other {
        true => println!("ended agency {agency} from {day} on"),
        false => println!("agency {agency} ends on {day} already"),
    }
}

fn print_list(mut found: Vec<Standing>, undecided: bool, json: bool) -> Result<(), Failure> {
    found.retain(|one| !undecided || one.undecided_since_division_of.is_some());
    if json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        found.iter().for_each(print);
    }
    Ok(())
}

fn print_one(standing: &Standing, history: &[Since]) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(&json!({ "agency": standing, "stood": history }))?);
    Ok(())
}

fn print(one: &Standing) {
    let unit = one.unit.as_ref().map_or_else(|| "-".to_owned(), Named::to_string);
    let (branch, parent) = (one.branch.as_deref().unwrap_or("-"), one.parent.as_deref().unwrap_or("-"));
    let note = one.undecided_since_division_of.as_ref();
    let note = note.map(|unit| format!("  (undecided: {unit} was divided)")).unwrap_or_default();
    println!("{} {} {}  in {unit}  branch {branch}  below {parent}{note}", one.id, one.kind, one.name);
}
