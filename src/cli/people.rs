//! `motcua people`.

mod remote;

use std::fmt::Write;

use clap::Args;
use clap::Subcommand;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::people_export;
use super::people_export::ExportArguments;
use super::people_import;
use super::people_import::ImportArguments;
use super::server::Server;
use super::server::reason;
use super::terminal;
use super::with_instance;
use crate::app::App;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::flows::admin::claimed_number;
use crate::flows::admin::declaration::file::PersonDeclaration;
use crate::flows::admin::people;
use crate::flows::admin::people::Count;
use crate::flows::admin::people::ShownPerson;
use crate::flows::admin::proofing;
use crate::flows::admin::proofing::Seen;
use crate::flows::admin::recovery;
use crate::flows::admin::recovery::Opened;
use crate::identity::assurance::Level;
use crate::parts::sessions::Reach;

/// Arguments of the command.
#[derive(Args)]
pub struct PeopleArguments {
    #[command(subcommand)]
    command: Command,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    config: ConfigFile,
}

/// Why an official does it.
#[derive(Args)]
struct Because {
    /// Why, for the trail and for the person; needed with --server.
    #[arg(long, global = true, value_name = "TEXT")]
    reason: Option<String>,
    /// For what somebody is looked up, with --server: sign-in-help, recovery, proofing, correction, security or legal-duty.
    #[arg(long, global = true, value_name = "PURPOSE")]
    purpose: Option<String>,
}

/// Whom a command is about.
#[derive(Args)]
struct Who {
    /// Any name that the person signs in with: user name, identity number or e-mail address.
    name: String,
}

/// A person who is entered.
#[derive(Args)]
struct Entered {
    /// The user name.
    name: String,
    /// The number of the identity card, under which the person can sign in as well.
    #[arg(long, value_name = "NUMBER")]
    identity_number: Option<String>,
    /// A standard claim, such as `name=Nguyễn Thị Minh Khai` or `email=khai@songlam.example`; may be given again. What is
    /// no text is written in JSON: `email_verified=true`.
    #[arg(long = "claim", value_name = "CLAIM=VALUE", value_parser = claim)]
    claims: Vec<(String, Value)>,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Few(Few),
    /// Enter everybody of a file. Whoever is there already, exactly so, stays as they are: an import that was interrupted is
    /// begun again, and goes on. Whoever is there otherwise, or has another's name, is told with the line.
    Import(ImportArguments),
    /// Write everybody out, as `import` reads them.
    Export(ExportArguments),
}

/// What is about one person, or a number.
#[derive(Subcommand)]
enum Few {
    /// Enter a person. The password is asked for without being shown, or read from the standard input.
    Add(Entered),
    /// Give somebody another password, asked for or read in the same way; every session ends, and their services are told.
    SetPassword(Who),
    /// Print how many people there are, and how many of them may not sign in. Of many it is about so many: what the
    /// database's statistics say.
    Count {
        /// Read them all, however long that takes.
        #[arg(long)]
        exact: bool,
    },
    /// Print who somebody is, whether they may sign in, where they are signed in, and what goes on while they are away.
    Show(Who),
    /// Take from somebody the right to sign in; sessions and all that was granted end, and their services are told.
    Disable(Who),
    /// Let somebody sign in again. What ended before does not come back.
    Enable(Who),
    /// End every session of somebody; their services are told.
    SignOut {
        #[command(flatten)]
        who: Who,
        /// End what goes on while they are away (offline_access) as well.
        #[arg(long)]
        everything: bool,
    },
    /// Record that an agency verified who somebody is, or take back what was verified.
    Proof {
        #[command(flatten)]
        who: Who,
        /// The level that it gives: 1 by a document that was not looked at in person, 2 in person or by the chip of a
        /// card. 0 takes back what was given before, and ends the sessions that rest on it.
        #[arg(long, value_parser = clap::value_parser!(i64).range(0..=2))]
        level: i64,
        /// How: `in-person`, `chip`, `document`, for instance.
        #[arg(long)]
        method: String,
        /// What was looked at: the kind of a document, never its number.
        #[arg(long)]
        evidence: String,
        /// The agency that looked.
        #[arg(long)]
        agency: String,
        /// The identity number that was read, where the person has none yet: what they told of themselves is only a claim.
        #[arg(long)]
        identity_number: Option<String>,
    },
    /// Make a code by which somebody gets in again who lost what they sign in with, after looking at them in person. Their
    /// identity must have been verified before, and the level that it gave is gone until they are proofed again. Where they
    /// can be written to, they are told.
    Recover(Who),
    /// Remove somebody, with what they agreed to and may sign in by. What they did stays in the trail, of nobody; entered
    /// again, they are another person to every service.
    Remove {
        #[command(flatten)]
        who: Who,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// What was done, for a person and for a program.
struct Done(String, Value);

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: PeopleArguments) -> Result<(), Failure> {
    let PeopleArguments { command, json, because: Because { reason, purpose }, config } = options;
    if reason.is_some() || purpose.is_some() {
        return Err(Failure("--reason and --purpose are an official's, with --server".into()));
    }
    match command {
        Command::Import(arguments) => people_import::run(&config, &arguments, json).await,
        Command::Export(arguments) => people_export::run(&config, &arguments).await,
        Command::Few(command) => few(command, json, &config).await,
    }
}

async fn few(command: Few, json: bool, config: &ConfigFile) -> Result<(), Failure> {
    let password = match &command {
        Few::Add(_) | Few::SetPassword(_) => Some(terminal::new_password()?),
        _ => None,
    };
    let Done(text, value) = if let Few::Count { exact } = command {
        count(&looking(config, async |_, db| people::count(db, exact).await).await??)
    } else {
        // People are of a database that is there: none is made in order to look for one of them.
        looking(config, async |_, _| ()).await?;
        with_instance(config, async |app| act(app, command, password).await).await??
    };
    tell(&Done(text, value), json)
}

fn tell(Done(text, value): &Done, json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(value)?)
    } else {
        print!("{text}")
    }
    Ok(())
}

/// Does it through the API of a server.
pub async fn there(options: PeopleArguments, server: &Server) -> Result<(), Failure> {
    match options.command {
        Command::Import(arguments) => {
            people_import::there(server, &arguments, &reason(options.because.reason)?, options.json).await
        }
        Command::Export(arguments) => people_export::there(server, &arguments, &reason(options.because.reason)?).await,
        Command::Few(command) => tell(&remote::act(server, command, &options.because).await?, options.json),
    }
}

fn count(count: &Count) -> Done {
    let Count { all, disabled, about } = count;
    let (about_all, about_some) = if *about { ("about ", ", about") } else { ("", ",") };
    let text = format!("{about_all}{all} people{about_some} {disabled} of them disabled\n");
    Done(text, json!({ "all": all, "disabled": disabled, "about": about }))
}

async fn act(app: &App, command: Few, password: Option<Secret<String>>) -> Result<Done, Failure> {
    let now = app.clock.now();
    match command {
        Few::Add(entered) => add(app, entered, password, now).await,
        Few::SetPassword(Who { name }) => {
            let password = password.ok_or_else(|| Failure("a password is missing".into()))?;
            let set = people::set_password(app, &name, password, now).await?.ok_or_else(|| nobody(&name))?;
            let ended = set.map_err(Failure)?;
            let text = format!("gave {name} another password: {ended} sessions ended\n");
            Ok(Done(text, json!({ "name": name, "password": "set", "sessions_ended": ended })))
        }
        Few::Show(Who { name }) => {
            let shown = people::show(app, &name, now).await?.ok_or_else(|| nobody(&name))?;
            Ok(Done(print(&shown), described(&shown)))
        }
        Few::SignOut { who: Who { name }, everything } => {
            let reach = if everything { Reach::Everything } else { Reach::Sessions };
            let ended = people::sign_out(app, &name, reach, now).await?.ok_or_else(|| nobody(&name))?;
            let text = format!("signed out {name}: {ended} sessions ended\n");
            Ok(Done(text, json!({ "name": name, "sessions_ended": ended })))
        }
        Few::Disable(Who { name }) => {
            let changed = people::disable(app, &name, now).await?.ok_or_else(|| nobody(&name))?;
            let text = if changed { format!("disabled {name}\n") } else { format!("{name} was disabled before\n") };
            Ok(Done(text, json!({ "name": name, "disabled": true, "changed": changed })))
        }
        Few::Enable(Who { name }) => {
            let changed = people::enable(app, &name, now).await?.ok_or_else(|| nobody(&name))?;
            let text = if changed { format!("enabled {name}\n") } else { format!("{name} was not disabled\n") };
            Ok(Done(text, json!({ "name": name, "disabled": false, "changed": changed })))
        }
        Few::Proof { who: Who { name }, level, method, evidence, agency, identity_number } => {
            let seen = Seen { level: Level::stored(level), method, evidence, agency };
            proof(app, &name, (&seen, identity_number), now).await
        }
        Few::Recover(Who { name }) => recover(app, &name, now).await,
        Few::Remove { who: Who { name }, yes } => remove(app, &name, yes, now).await,
        Few::Count { exact } => Ok(count(&people::count(&app.db, exact).await?)),
    }
}

async fn add(app: &App, entered: Entered, password: Option<Secret<String>>, now: Timestamp) -> Result<Done, Failure> {
    let Entered { name, identity_number, claims } = entered;
    let claims: Map<String, Value> = claims.into_iter().collect();
    let person = PersonDeclaration { user_name: name.clone(), identity_number, password, password_hash: None, claims };
    let id = people::add(app, &person, now).await?.map_err(|why| Failure(format!("person {name:?}: {why}")))?;
    Ok(Done(format!("added {name} ({id})\n"), json!({ "name": name, "id": id })))
}

async fn proof(
    app: &App,
    name: &str,
    (seen, number): (&Seen, Option<String>),
    now: Timestamp,
) -> Result<Done, Failure> {
    seen.check().map_err(Failure)?;
    if let Some(number) = number {
        let told = claimed_number::confirm(app, name, &number, now).await?.ok_or_else(|| nobody(name))?;
        told.map_err(|why| Failure(format!("person {name:?}: {why}")))?;
    }
    let level = proofing::record(app, name, seen, now).await?.ok_or_else(|| nobody(name))?.number();
    Ok(Done(format!("{name} is known at level {level}\n"), json!({ "name": name, "level": level })))
}

async fn recover(app: &App, name: &str, now: Timestamp) -> Result<Done, Failure> {
    let (code, until) = match recovery::open(app, name, now).await? {
        Opened::Code(code, until) => (code, until),
        Opened::Nobody => return Err(nobody(name)),
        Opened::NotProofed => {
            let what = "nobody verified who they are; once an agency has, record it by `motcua people proof`";
            return Err(Failure(format!("person {name:?}: {what}")));
        }
    };
    let (code, until, page) = (code.expose(), until.to_string(), format!("{}/recovery", app.config.server.issuer));
    let said = format!("{code}\n\nThe person enters it at {page}, once, before {until}.\n");
    Ok(Done(said, json!({ "code": code, "until": until, "page": page })))
}

async fn remove(app: &App, name: &str, yes: bool, now: Timestamp) -> Result<Done, Failure> {
    let shown = people::show(app, name, now).await?.ok_or_else(|| nobody(name))?;
    let user_name = shown.data.user_name.as_deref().unwrap_or(name);
    if !yes && !terminal::confirm(&format!("This removes {user_name} ({}) for good. Go on?", shown.row.id)) {
        return Err(Failure(format!("{name} stays: say --yes where nobody can be asked")));
    }
    let id = people::remove(app, name, now).await?.ok_or_else(|| nobody(name))?;
    Ok(Done(format!("removed {name} ({id})\n"), json!({ "name": name, "id": id })))
}

/// `name=value`: a text, or JSON that is something else.
fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("expected CLAIM=VALUE")?;
    let parsed = serde_json::from_str(value).ok().filter(|value: &Value| !value.is_number() || name == "updated_at");
    Ok((name.to_owned(), parsed.unwrap_or_else(|| value.into())))
}

fn nobody(name: &str) -> Failure {
    Failure(format!("nobody signs in with the name {name}"))
}

fn print(shown: &ShownPerson) -> String {
    let state = match (shown.row.disabled_at(), shown.row.closes_at()) {
        (Some(at), _) => format!("disabled {at}"),
        (None, Some(at)) => format!("closes {at}"),
        (None, None) => "may sign in".to_owned(),
    };
    let name = shown.data.user_name.as_deref().unwrap_or("-");
    let mut text = format!("{} {name}, known since {}, {state}\n", shown.row.id, shown.row.created_at());
    for session in &shown.sessions {
        let (since, used, until) = (session.auth_time(), session.last_used_at(), session.expires_at());
        let _ = writeln!(text, "session {} since {since}, used {used}, until {until} at the latest", session.id);
    }
    for grant in &shown.away {
        let (given, since, used) = (&grant.authorization, grant.created_at, grant.used_at);
        let _ = writeln!(text, "while away {} since {since}, used {used}: {}", given.client, given.scope);
    }
    text
}

fn described(shown: &ShownPerson) -> Value {
    let sessions = shown.sessions.iter().map(|session| {
        json!({
            "id": session.id,
            "auth_time": session.auth_time().to_string(),
            "last_used_at": session.last_used_at().to_string(),
            "expires_at": session.expires_at().to_string(),
        })
    });
    let away = shown.away.iter().map(|grant| {
        json!({
            "client_id": grant.authorization.client,
            "scope": grant.authorization.scope,
            "created_at": grant.created_at.to_string(),
            "used_at": grant.used_at.to_string(),
        })
    });
    json!({
        "id": shown.row.id,
        "user_name": shown.data.user_name,
        "created_at": shown.row.created_at().to_string(),
        "disabled_at": shown.row.disabled_at().map(|at| at.to_string()),
        "closes_at": shown.row.closes_at().map(|at| at.to_string()),
        "sessions": sessions.collect::<Vec<_>>(),
        "offline_access": away.collect::<Vec<_>>(),
    })
}
