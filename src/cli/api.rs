//! `motcua api`.

use clap::Args;
use clap::Subcommand;

use super::ConfigFile;
use super::Failure;
use super::with_instance;
use crate::app::App;
use crate::flows::token::client_credentials;
use crate::flows::token::client_credentials::Wish;
use crate::parts::clients;
use crate::protocol::error::Error;
use crate::protocol::oauth::protected_resource;
use crate::protocol::oauth::scope::Scope;

/// Arguments of the command.
#[derive(Args)]
pub struct ApiArguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// Print an access token for the API, of a client that acts by itself: what it would get at the token endpoint. For scripts
    /// of this machine; others ask there, with the client's own secret or key.
    Token {
        /// Its client_id.
        #[arg(long, allow_hyphen_values = true)]
        client: String,
        /// The office in which it acts, as `motcua rights offices` writes it; the only one that it has where absent.
        #[arg(long)]
        office: Option<String>,
        /// What it may do there, as `api:units.look api:services`; all that the client may where absent.
        #[arg(long)]
        scope: Option<String>,
    },
}

/// Does what was asked.
pub async fn run(options: ApiArguments) -> Result<(), Failure> {
    let Command::Token { client, office, scope } = options.command;
    let scope = scope.map(|text| Scope::parse(&text).map_err(|refusal| Failure(refusal.description.into_owned())));
    let scope = scope.transpose()?;
    let token = with_instance(&options.config, async |app| token(app, &client, office, scope).await).await??;
    println!("{token}");
    Ok(())
}

async fn token(app: &App, id: &str, office: Option<String>, scope: Option<Scope>) -> Result<String, Failure> {
    let client = clients::find(app, id).await?.ok_or_else(|| Failure(format!("there is no client {id}")))?;
    let resources = vec![protected_resource::api(&app.config.server.issuer)];
    match client_credentials::issue(app, &client, Wish { scope, resources, office }, app.clock.now()).await {
        Ok(tokens) => Ok(tokens.access_token),
        Err(Error::Refused(refusal)) => Err(Failure(refusal.description.into_owned())),
        Err(Error::Failed(fault)) => Err(fault.into()),
    }
}
