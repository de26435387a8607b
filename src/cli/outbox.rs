//! `motcua outbox`.

use clap::Args;
use clap::Subcommand;
use serde::Deserialize;
use uuid::Uuid;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::machine;
use super::server::Server;
use super::server::reason;
use super::with_instance_for;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::config::Config;
use crate::flows::admin::outbox;
use crate::store::db::Db;

/// Arguments of the command.
#[derive(Args)]
pub struct OutboxArguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// List what services and people were not told yet: id, client or way, since when, tries, and when the next one is or why
    /// none is.
    List,
    /// Have it tried once more, given up or not; a running provider does so within seconds.
    Retry {
        /// Its id, as `outbox list` prints it.
        id: Uuid,
        /// Why, for the trail; needed with --server.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

/// Does what was asked.
pub async fn run(options: OutboxArguments) -> Result<(), Failure> {
    match options.command {
        Command::List => {
            let look = async |_: &Config, db: &Db| (outbox::list(db).await, outbox::letters(db).await);
            let (notices, letters) = looking(&options.config, look).await?;
            for notice in notices? {
                let when = (notice.created_at(), notice.next_try_at(), notice.given_up_at());
                print(&Row::of(notice.id, ("logout", Some(notice.client_id)), when, (notice.tries, notice.last_error)));
            }
            for letter in letters? {
                let when = (letter.created_at(), letter.next_try_at(), letter.given_up_at());
                let channel = letter.channel().to_string();
                print(&Row::of(letter.id, (&channel, None), when, (letter.tries, letter.last_error)));
            }
        }
        Command::Retry { id, reason } => {
            let by = machine(reason);
            let retry = async |app: &App| outbox::again(app, id, app.clock.now()).await;
            if with_instance_for(&options.config, by, retry).await??.is_err() {
                return Err(Failure(format!("nothing waits under the id {id}")));
            }
            println!("{id} is tried again");
        }
    }
    Ok(())
}

/// Does it through the API of a server.
pub async fn there(options: OutboxArguments, server: &Server) -> Result<(), Failure> {
    match options.command {
        Command::List => server.all::<Row>(&["outbox"], &[]).await?.iter().for_each(print),
        Command::Retry { id, reason: given } => {
            let path = ["outbox", &id.to_string(), "retry"];
            server.change::<()>("POST", &path, &reason(given)?, None).await?;
            println!("{id} is tried again");
        }
    }
    Ok(())
}

/// What waits, as it is printed.
#[derive(Deserialize)]
struct Row {
    id: Uuid,
    way: String,
    client: Option<String>,
    since: String,
    tries: i64,
    next_try_at: Option<String>,
    given_up_at: Option<String>,
    last_error: Option<String>,
}

impl Row {
    fn of(
        id: Uuid,
        (way, client): (&str, Option<String>),
        (since, next, given_up): (Timestamp, Timestamp, Option<Timestamp>),
        (tries, last_error): (i64, Option<String>),
    ) -> Self {
        Self {
            id,
            way: way.to_owned(),
            client,
            since: since.to_string(),
            tries,
            next_try_at: Some(next.to_string()),
            given_up_at: given_up.map(|at| at.to_string()),
            last_error,
        }
    }
}

/// One line: whom it is for, since when, and what is to come.
fn print(row: &Row) {
    let Row { id, way, client, since, tries, next_try_at, given_up_at, last_error } = row;
    let whom = client.clone().unwrap_or_else(|| format!("somebody by {way}"));
    let next = match given_up_at {
        Some(at) => format!("given up {at}"),
        None => format!("next try {}", next_try_at.as_deref().unwrap_or_default()),
    };
    println!(
        "{id} {whom} since {since}, tries: {tries}, {next}: {}",
        last_error.as_deref().unwrap_or("not tried to the end yet")
    );
}
