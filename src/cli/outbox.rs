//! `motcua outbox`.

use clap::Args;
use clap::Subcommand;
use uuid::Uuid;

use super::ConfigFile;
use super::Failure;
use super::with_instance;
use crate::app::App;
use crate::flows::admin::outbox;

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
    /// List what services were not told yet: id, client, since when, tries, and when the next one is or why none is.
    List,
    /// Have it tried once more, given up or not; a running provider does so within seconds.
    Retry {
        /// Its id, as `outbox list` prints it.
        id: Uuid,
    },
}

/// Does what was asked.
pub async fn run(options: OutboxArguments) -> Result<(), Failure> {
    with_instance(&options.config, async |app| act(app, options.command).await).await?
}

async fn act(app: &App, command: Command) -> Result<(), Failure> {
    match command {
        Command::List => {
            for notice in outbox::list(app).await? {
                let next = match notice.given_up_at() {
                    Some(at) => format!("given up {at}"),
                    None => format!("next try {}", notice.next_try_at()),
                };
                let (id, client, since, tries) = (notice.id, &notice.client_id, notice.created_at(), notice.tries);
                let error = notice.last_error.as_deref().unwrap_or("not tried to the end yet");
                println!("{id} {client} since {since}, tries: {tries}, {next}: {error}");
            }
        }
        Command::Retry { id } => {
            if !outbox::retry(app, id, app.clock.now()).await? {
                return Err(Failure(format!("nothing waits under the id {id}")));
            }
            println!("{id} is tried again");
        }
    }
    Ok(())
}
