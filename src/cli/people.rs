//! `motcua people`.

use clap::Args;
use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::people;
use crate::flows::admin::people::Count;
use crate::flows::admin::people::ShownPerson;
use crate::parts::sessions::Reach;

/// Arguments of the command.
#[derive(Args)]
pub struct PeopleArguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

/// Whom a command is about.
#[derive(Args)]
struct Who {
    /// Any name that the person signs in with: user name, identity number or e-mail address.
    name: String,
}

#[derive(Subcommand)]
enum Command {
    /// Print who somebody is, whether they may sign in, where they are signed in, and what goes on while they are away.
    Show {
        #[command(flatten)]
        who: Who,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// End every session of somebody; their services are told.
    SignOut {
        #[command(flatten)]
        who: Who,
        /// End what goes on while they are away (offline_access) as well.
        #[arg(long)]
        everything: bool,
    },
    /// Take from somebody the right to sign in; sessions and all that was granted end, and their services are told.
    Disable(Who),
    /// Let somebody sign in again. What ended before does not come back.
    Enable(Who),
    /// Print how many people there are, and how many of them may not sign in.
    Count {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: PeopleArguments) -> Result<(), Failure> {
    if let Command::Count { json } = options.command {
        count(&looking(&options.config, async |_, db| people::count(db).await).await??, json);
        return Ok(());
    }
    // People are of a database that is there: none is made in order to look for one of them.
    looking(&options.config, async |_, _| ()).await?;
    with_instance(&options.config, async |app| act(app, options.command).await).await?
}

fn count(count: &Count, json: bool) {
    if json {
        println!("{}", json!({"all": count.all, "disabled": count.disabled}));
    } else {
        println!("{} people, {} of them disabled", count.all, count.disabled);
    }
}

async fn act(app: &App, command: Command) -> Result<(), Failure> {
    let now = app.clock.now();
    match command {
        Command::Show { who: Who { name }, json } => {
            let shown = people::show(app, &name, now).await?.ok_or_else(|| nobody(&name))?;
            if json { println!("{}", serde_json::to_string_pretty(&described(&shown))?) } else { print(&shown) }
        }
        Command::SignOut { who: Who { name }, everything } => {
            let reach = if everything { Reach::Everything } else { Reach::Sessions };
            let ended = people::sign_out(app, &name, reach, now).await?.ok_or_else(|| nobody(&name))?;
            println!("signed out {name}: {ended} sessions ended");
        }
        Command::Disable(Who { name }) => match people::disable(app, &name, now).await?.ok_or_else(|| nobody(&name))? {
            true => println!("disabled {name}"),
            false => println!("{name} was disabled before"),
        },
        Command::Enable(Who { name }) => match people::enable(app, &name, now).await?.ok_or_else(|| nobody(&name))? {
            true => println!("enabled {name}"),
            false => println!("{name} was not disabled"),
        },
        Command::Count { .. } => count(&people::count(&app.db).await?, false),
    }
    Ok(())
}

fn nobody(name: &str) -> Failure {
    Failure(format!("nobody signs in with the name {name}"))
}

fn print(shown: &ShownPerson) {
    let state = match shown.row.disabled_at() {
        Some(at) => format!("disabled {at}"),
        None => "may sign in".to_owned(),
    };
    let name = shown.data.user_name.as_deref().unwrap_or("-");
    println!("{} {name}, known since {}, {state}", shown.row.id, shown.row.created_at());
    for session in &shown.sessions {
        let (since, used, until) = (session.auth_time(), session.last_used_at(), session.expires_at());
        println!("session {} since {since}, used {used}, until {until} at the latest", session.id);
    }
    for grant in &shown.away {
        let (given, since, used) = (&grant.authorization, grant.created_at, grant.used_at);
        println!("while away {} since {since}, used {used}: {}", given.client, given.scope);
    }
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
        "sessions": sessions.collect::<Vec<_>>(),
        "offline_access": away.collect::<Vec<_>>(),
    })
}
