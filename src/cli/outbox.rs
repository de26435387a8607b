//! `motcua outbox`.

use clap::Args;
use clap::Subcommand;
use uuid::Uuid;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::with_instance;
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
                print(notice.id, &notice.client_id, when, (notice.tries, notice.last_error.as_deref()));
            }
            for letter in letters? {
                let when = (letter.created_at(), letter.next_try_at(), letter.given_up_at());
                let whom = format!("somebody by {}", letter.channel());
                print(letter.id, &whom, when, (letter.tries, letter.last_error.as_deref()));
            }
        }
        Command::Retry { id } => {
            let retry = async |app: &App| outbox::again(app, id, app.clock.now()).await;
            if with_instance(&options.config, retry).await??.is_err() {
                return Err(Failure(format!("nothing waits under the id {id}")));
            }
            println!("{id} is tried again");
        }
    }
    Ok(())
}

/// One line: whom it is for, since when, and what is to come.
fn print(
    id: Uuid,
    whom: &str,
    (since, next, given_up): (Timestamp, Timestamp, Option<Timestamp>),
    (tries, error): (i64, Option<&str>),
) {
    let next = given_up.map_or_else(|| format!("next try {next}"), |at| format!("given up {at}"));
    println!("{id} {whom} since {since}, tries: {tries}, {next}: {}", error.unwrap_or("not tried to the end yet"));
}
