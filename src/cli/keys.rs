//! `motcua keys`.

use clap::Args;
use clap::Subcommand;

use super::ConfigFile;
use super::Failure;
use super::serve;
use crate::app::App;
use crate::flows::admin::keys;
use crate::jose::jwa::Algorithm;

/// Options of the command.
#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// List every key that is not revoked: kid, algorithm, stage, and since when it signs.
    List,
    /// Give the current keys a successor, which signs after the lead time.
    Rotate {
        /// Of this algorithm alone (ES256, EdDSA, PS256, RS256).
        #[arg(long)]
        alg: Option<Algorithm>,
        /// Let the successor sign at once. Clients that keep the JWK set may have to read it again.
        #[arg(long)]
        now: bool,
    },
    /// Revoke a key in an emergency: no token that it signed is accepted any more; a successor signs at once.
    Revoke {
        /// Its kid, as `keys list` prints it.
        kid: String,
    },
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: Options) -> Result<(), Failure> {
    let app = serve::build(options.config.load()?, serve::World::default()).await?;
    let outcome = act(&app, options.command).await;
    app.db.close().await;
    outcome
}

async fn act(app: &App, command: Command) -> Result<(), Failure> {
    let now = app.clock.now();
    match command {
        Command::List => {
            for (key, stage) in app.keyring.list(now) {
                let stage = format!("{stage:?}").to_lowercase();
                println!("{} {:6} {:8} signs since {}", key.kid, key.alg, stage, key.active_at());
            }
        }
        Command::Rotate { alg, now: at_once } => {
            let algorithms = alg.map_or_else(|| app.config.keys.algorithms.clone(), |alg| vec![alg]);
            for algorithm in algorithms {
                let kid = keys::rotate(app, algorithm, at_once, now).await?;
                println!("{algorithm}: next key {kid}");
            }
        }
        Command::Revoke { kid } => {
            if !keys::revoke(app, &kid, now).await? {
                return Err(Failure(format!("no live key has the kid {kid}")));
            }
            println!("revoked {kid}");
        }
    }
    Ok(())
}
