//! `motcua rights`.

mod at;
mod leaving;
mod remote;
mod row;

use clap::Args;
use clap::Subcommand;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use self::at::At;
use self::at::instant;
use self::row::Row;
use self::row::listed;
use super::ConfigFile;
use super::Failure;
use super::looking;
use super::server::Server;
use super::with_instance;
use crate::app::App;
use crate::base::day::Day;
use crate::base::time::Timestamp;
use crate::flows::admin::rights;
use crate::flows::admin::rights::Given;
use crate::flows::admin::rights::Named;
use crate::flows::admin::rights::Refusal;
use crate::flows::admin::rights::look;
use crate::flows::admin::rights::look::OfficeOf;
use crate::i18n::Lang;
use crate::identity::audit::By;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;

/// Arguments of the command.
#[derive(Args)]
pub struct RightsArguments {
    #[command(subcommand)]
    command: Command,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Whose.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct Holders {
    /// A person, by any name that they sign in with; may be given again.
    #[arg(long, value_name = "NAME")]
    person: Vec<String>,
    /// A client that acts by itself; may be given again.
    #[arg(long, value_name = "CLIENT_ID", allow_hyphen_values = true)]
    client: Vec<String>,
}

/// Which right.
#[derive(Args)]
struct Right {
    /// The role: national-operator, unit-administrator, branch-administrator, registrar, approver, support-desk,
    /// proofing-official or auditor.
    #[arg(long)]
    role: String,
    /// A unit, and all beneath it: its code, or LEVEL/CODE. Everywhere where absent.
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// A branch of administration, and all beneath it. All where absent.
    #[arg(long, value_name = "CODE")]
    branch: Option<String>,
    /// An agency. All within the other bounds where absent.
    #[arg(long, value_name = "ID")]
    agency: Option<String>,
    /// The subordinates of the agency as well.
    #[arg(long, requires = "agency")]
    subordinates: bool,
    /// They may give it on, or less than it.
    #[arg(long)]
    may_delegate: bool,
    /// The first day; at once where absent.
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Day>,
    /// The last day; for good where absent.
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Day>,
}

/// Why.
#[derive(Args)]
struct Reason {
    /// Why, for the trail.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Subcommand)]
enum Command {
    /// List rights: id, holder, role, where, until when, and what became of the unit.
    List {
        /// Of one person alone.
        #[arg(long, value_name = "NAME")]
        person: Option<String>,
        /// Those alone whose unit was divided or abolished: somebody decides who has them.
        #[arg(long)]
        undecided: bool,
        /// As of a day (2025-06-30) or an instant (2025-06-30T09:00:00Z).
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<At>,
    },
    /// Give a right. The first national operators are two at least: name both.
    Grant {
        #[command(flatten)]
        holders: Holders,
        #[command(flatten)]
        right: Box<Right>,
        #[command(flatten)]
        reason: Reason,
    },
    /// Decide who has a right whose unit is gone: the same one, for these units, in its place.
    Settle {
        /// Its id.
        id: Uuid,
        /// A unit; may be given again.
        #[arg(long, value_name = "CODE", required = true)]
        unit: Vec<String>,
        #[command(flatten)]
        reason: Reason,
    },
    /// Take a right away.
    Revoke {
        /// Its id.
        id: Uuid,
        #[command(flatten)]
        reason: Reason,
    },
    /// End all rights of somebody who leaves, with sessions, tokens and what waits for approval; prints what nobody else can do.
    End {
        /// Any name that the person signs in with.
        #[arg(long, value_name = "NAME")]
        person: String,
        /// Change nothing: print what would end.
        #[arg(long)]
        dry_run: bool,
        /// Why, for the trail.
        #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
        reason: Option<String>,
    },
    /// Say whether somebody may do something, and why. Prints nothing else, changes nothing, and exits with 1 where they may not.
    Check {
        /// Any name that the person signs in with, or client:ID.
        holder: String,
        /// The act, such as clients.change; `every` for all that are about such a target.
        act: String,
        /// The target: country, unit:CODE, branch:CODE, agency:ID, service:ID, client:ID, person:NAME or right:ID.
        target: String,
        /// By the rights of one of their offices alone, as `offices` writes it.
        #[arg(long, value_parser = office)]
        office: Option<Office>,
        /// As of a day (2025-06-30) or an instant (2025-06-30T09:00:00Z).
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<At>,
        /// The language of the answer: vi or en.
        #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
        language: Lang,
    },
    /// List the offices in which somebody can act: each with the roles that he has there.
    Offices {
        /// Any name that the person signs in with, or client:ID.
        holder: String,
        /// As of a day (2025-06-30) or an instant (2025-06-30T09:00:00Z).
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<At>,
    },
}

/// Does what was asked.
pub async fn run(options: RightsArguments) -> Result<(), Failure> {
    let RightsArguments { command, json, config } = options;
    looking(&config, async |_, _| ()).await?; // none is made in order to look
    print(with_instance(&config, async |app| act(app, command).await).await??, json)
}

/// Does it through the API of a server.
pub async fn there(options: RightsArguments, server: &Server) -> Result<(), Failure> {
    print(remote::act(server, options.command).await?, options.json)
}

fn print(out: Out, json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(&out.value)?);
    } else {
        print!("{}", out.text);
    }
    out.failed.map_or(Ok(()), |why| Err(Failure(why)))
}

/// What was done, for a person and for a program.
struct Out {
    text: String,
    value: Value,
    failed: Option<String>,
}

impl Out {
    const fn new(text: String, value: Value) -> Self {
        Self { text, value, failed: None }
    }
}

async fn act(app: &App, command: Command) -> Result<Out, Failure> {
    let now = app.clock.now();
    match command {
        Command::List { person, undecided, at } => {
            let person = match &person {
                Some(name) => Some(look::person(app, name).await?.ok_or_else(|| nobody(name))?),
                None => None,
            };
            let at = At::of(at, app)?;
            let mut all = look::list(app, person, at).await?;
            all.retain(|listed| !undecided || listed.is_undecided());
            Ok(listed(&all.iter().map(Row::of).collect::<Result<Vec<_>, _>>()?))
        }
        Command::Grant { holders, right, reason } => grant(app, &holders, *right, &reason.reason, now).await,
        Command::Settle { id, unit, reason } => {
            let by = By::machine().because(reason.reason);
            let given = look::settle(app, &by, id, &unit, now).await?.map_err(refused)?;
            done(app, &given, now).await
        }
        Command::Revoke { id, reason } => {
            rights::revoke(app, &By::machine().because(reason.reason), id, now).await?.map_err(refused)?;
            let mut out = ended(id);
            warn_of_one(app, &mut out, now).await?;
            Ok(out)
        }
        Command::End { person, dry_run, reason } => leaving::end(app, &person, dry_run, (reason, now)).await,
        Command::Check { holder, act, target, office, at, language } => {
            let at = At::of(at, app)?;
            let holder = look::holder(app, &holder).await?.ok_or_else(|| nobody(&holder))?;
            let asker = look::Asker { holder: &holder, office: office.as_ref() };
            let asked = look::Asked { asker, act: &act, target: &target };
            let answers = look::check(app, &asked, at).await?.map_err(Failure)?;
            Ok(check(answers.iter().map(|answer| Verdict::of(answer, language)).collect()))
        }
        Command::Offices { holder, at } => {
            let at = At::of(at, app)?;
            let holder = look::holder(app, &holder).await?.ok_or_else(|| nobody(&holder))?;
            let all = look::offices(app, &holder, at, Lang::En).await?;
            Ok(offices(&all.iter().map(Desk::of).collect::<Vec<_>>()))
        }
    }
}

fn office(text: &str) -> Result<Office, String> {
    Office::parse(text)
        .ok_or_else(|| "expected everywhere, or bounds as `motcua rights offices` writes them".to_owned())
}

/// An office of somebody, wherever it was read.
#[derive(Serialize, Deserialize)]
struct Desk {
    office: String,
    name: String,
    roles: Vec<String>,
}

impl Desk {
    fn of(one: &OfficeOf) -> Self {
        let roles = one.rights.iter().map(|right| right.role.as_str().to_owned()).collect();
        Self { office: one.office.to_string(), name: one.called.clone(), roles }
    }
}

fn offices(all: &[Desk]) -> Out {
    let lines = all.iter().map(|one| format!("{}  {}: {}\n", one.office, one.name, one.roles.join(", ")));
    Out::new(lines.collect(), json!(all))
}

async fn grant(app: &App, holders: &Holders, right: Right, reason: &str, now: Timestamp) -> Result<Out, Failure> {
    let Right { role, unit, branch, agency, subordinates, may_delegate, from, until } = right;
    let named = Named { role, unit, branch, agency, subordinates, may_delegate, from, until };
    let mut whose = Vec::new();
    for name in &holders.person {
        whose.push(Holder::Person(look::person(app, name).await?.ok_or_else(|| nobody(name))?));
    }
    whose.extend(holders.client.iter().cloned().map(Holder::Client));
    let wanted = look::wanted(app, &named, whose, now).await?.map_err(Failure)?;
    let by = By::machine().because(reason);
    let given = rights::grant(app, &by, &wanted, None, now).await?.map_err(refused)?;
    done(app, &given, now).await
}

fn given(given: &Given) -> Out {
    let (verb, ids) = match given {
        Given::Rights(ids) => ("gave right", ids),
        Given::Pending(ids) => ("asked for approval:", ids),
    };
    let text = ids.iter().map(|id| format!("{verb} {id}\n")).collect();
    Out::new(text, json!({ "rights": ids }))
}

fn ended(id: Uuid) -> Out {
    Out::new(format!("ended right {id}\n"), json!({ "ended": [id] }))
}

async fn done(app: &App, became: &Given, now: Timestamp) -> Result<Out, Failure> {
    let mut out = given(became);
    warn_of_one(app, &mut out, now).await?;
    Ok(out)
}

/// One national operator alone can have nothing approved.
async fn warn_of_one(app: &App, out: &mut Out, now: Timestamp) -> Result<(), Failure> {
    if rights::first::count(app, now).await? == 1 {
        out.text
            .push_str("warning: one national operator is left, who can have nothing approved; give that to another\n");
    }
    Ok(())
}

/// An answer, wherever it was given.
#[derive(Serialize)]
struct Verdict {
    act: String,
    allowed: bool,
    words: String,
}

impl Verdict {
    fn of(answer: &look::Answered, lang: Lang) -> Self {
        let (act, words) = (answer.act.as_str().to_owned(), answer.words(lang));
        Self { act, allowed: answer.verdict.is_allowed(), words }
    }
}

fn check(answers: Vec<Verdict>) -> Out {
    let alone = answers.len() == 1;
    let told = answers.iter().map(
        |Verdict { act, words, .. }| {
            if alone { format!("{words}\n") } else { format!("{act:22} {words}\n") }
        },
    );
    let mut out = Out::new(told.collect(), json!(answers));
    if answers.iter().all(|answer| !answer.allowed) {
        out.failed = Some("no".to_owned());
    }
    out
}

fn refused(refusal: Refusal) -> Failure {
    Failure(refusal.words(Lang::En))
}

fn nobody(name: &str) -> Failure {
    Failure(format!("nobody signs in with the name {name}"))
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "expected a day: 2025-06-30".to_owned())
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::from_tag(text).ok_or_else(|| "expected vi or en".to_owned())
}
