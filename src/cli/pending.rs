//! `motcua pending`.

use clap::Args;
use clap::Subcommand;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::server::Server;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::rights::look;
use crate::flows::admin::rights::pending;
use crate::flows::admin::rights::pending::Decided;
use crate::flows::admin::rights::pending::State;
use crate::flows::admin::rights::waiting::Shown;
use crate::flows::admin::rights::waiting::Waiting;
use crate::flows::admin::units::succession;
use crate::i18n::Lang;
use crate::identity::audit::By;

/// Arguments of the command.
#[derive(Args)]
pub struct PendingArguments {
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
    /// List what waits for a second official: id, what, for whom, by whom, until when.
    List {
        /// What was decided or is over as well.
        #[arg(long)]
        all: bool,
    },
    /// Print all that is known of one.
    Show {
        /// Its id.
        id: Uuid,
    },
    /// Let it be done. What changed since it was asked makes it void.
    Approve {
        /// Its id.
        id: Uuid,
        /// Why, for the trail.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Carry out what you asked for and another official approved, once; with --server, for the machine asks nobody.
    CarryOut {
        /// Its id.
        id: Uuid,
        /// Why, for the trail.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Have it not done.
    Refuse {
        /// Its id.
        id: Uuid,
        /// Why, for the trail and for whoever asked.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Does what was asked.
pub async fn run(options: PendingArguments) -> Result<(), Failure> {
    let PendingArguments { command, json, config } = options;
    looking(&config, async |_, _| ()).await?; // none is made in order to look
    print(with_instance(&config, async |app| act(app, command).await).await??, json)
}

fn print((text, value): (String, Value), json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(&value)?);
    } else {
        print!("{text}");
    }
    Ok(())
}

/// Does it through the API of a server.
pub async fn there(options: PendingArguments, server: &Server) -> Result<(), Failure> {
    let told = match options.command {
        Command::List { all } => {
            let query: &[(&str, &str)] = if all { &[("every", "true")] } else { &[] };
            let all: Vec<Waiting> = server.all(&["pending"], query).await?;
            listed(all.into_iter().map(Waiting::shown).collect::<Result<_, _>>()?)
        }
        Command::Show { id } => {
            let one: Waiting = server.get(&["pending", &id.to_string()], &[]).await?;
            whole(one.shown()?)
        }
        Command::Approve { id, reason } => {
            let path = ["pending", &id.to_string(), "approval"];
            let one: Waiting = server.change("POST", &path, &reason, None).await?;
            told(id, one.right.map_or(Decided::Approved, |right| Decided::Done(Some(right))))?
        }
        Command::CarryOut { id, reason } => {
            let path = ["pending", &id.to_string(), "execution"];
            carried_out(id, server.change("POST", &path, &reason, None).await?)?
        }
        Command::Refuse { id, reason } => {
            let path = ["pending", &id.to_string(), "refusal"];
            server.change::<Waiting>("POST", &path, &reason, None).await?;
            told(id, Decided::Refused)?
        }
    };
    print(told, options.json)
}

fn listed(shown: Vec<Shown>) -> (String, Value) {
    let text: String = shown.iter().map(|one| format!("{}\n", one.line)).collect();
    let text = if text.is_empty() { "nothing waits\n".to_owned() } else { text };
    (text, shown.into_iter().map(|one| one.json).collect())
}

fn whole(shown: Shown) -> (String, Value) {
    (format!("{}\n{}", shown.line, shown.more), shown.json)
}

async fn act(app: &App, command: Command) -> Result<(String, Value), Failure> {
    let now = app.clock.now();
    match command {
        Command::List { all } => {
            let mut shown = Vec::new();
            for row in pending::list(app, all, now).await? {
                shown.push(look::pending(app, &row, now).await?.briefly().shown);
            }
            Ok(listed(shown))
        }
        Command::Show { id } => {
            let row = pending::find(app, id).await?.ok_or_else(|| not_there(id))?;
            Ok(whole(look::pending(app, &row, now).await?.shown))
        }
        Command::Approve { id, reason } => {
            told(id, pending::approve(app, &By::machine().because(reason), id, now).await?)
        }
        Command::CarryOut { id, .. } => {
            Err(Failure(format!("{id}: whoever has the machine asks nobody, and carries out nothing: --server URL")))
        }
        Command::Refuse { id, reason } => {
            told(id, pending::refuse(app, &By::machine().because(reason), id, now).await?)
        }
    }
}

fn told(id: Uuid, decided: Decided) -> Result<(String, Value), Failure> {
    match decided {
        Decided::Done(right) => {
            let given = right.map(|right| format!(": gave right {right}")).unwrap_or_default();
            Ok((
                format!("approved {id}{given}\n"),
                json!({ "id": id, "state": State::Approved.as_str(), "right": right }),
            ))
        }
        Decided::Approved => Ok((
            format!("approved {id}: whoever asked can carry it out\n"),
            json!({ "id": id, "state": State::Approved.as_str() }),
        )),
        Decided::Refused => Ok((format!("refused {id}\n"), json!({ "id": id, "state": State::Refused.as_str() }))),
        Decided::Void(why) => Err(Failure(format!("{id} is void: {why}"))),
        Decided::Over => Err(Failure(format!("{id} waits no more"))),
        Decided::Own => Err(Failure(format!("{id}: whoever asked does not approve"))),
        Decided::May(refusal) => Err(Failure(refusal.words(Lang::En))),
    }
}

/// What carrying out gave.
#[derive(Deserialize)]
struct Outcome {
    code: Option<String>,
    until: Option<String>,
    kid: Option<String>,
    data_key: Option<u32>,
    report: Option<succession::Report>,
}

fn carried_out(id: Uuid, outcome: Value) -> Result<(String, Value), Failure> {
    let Outcome { code, until, kid, data_key, report } = Outcome::deserialize(&outcome)?;
    let mut text = format!("carried out {id}\n");
    if let (Some(code), Some(until)) = (code, until) {
        text.push_str(&format!("code: {code}, until {until}\n"));
    }
    text.extend(kid.map(|kid| format!("key: {kid}\n")));
    text.extend(data_key.map(|number| format!("data key: {number}\n")));
    text.extend(report.map(|report| format!("{}\n", report.detail())));
    Ok((text, outcome))
}

fn not_there(id: Uuid) -> Failure {
    Failure(format!("nothing waits under the id {id}"))
}
