//! `motcua migrate`.

use std::time::Duration;

use clap::Args;

use super::ConfigFile;
use super::Failure;
use super::open_database;
use super::serve;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::config::Config;
use crate::signing::data_keys::DataKeys;
use crate::store::distribution;

/// What to do.
#[derive(Args)]
pub struct MigrateArguments {
    /// Spread the people over the machines of a Citus cluster, whose coordinator `database.url` names. No server may run
    /// meanwhile.
    #[arg(long)]
    distribute: bool,
    /// Begin a new instance: make its first keys as well where there are none yet, as `serve --init` does.
    #[arg(long)]
    init: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Brings the database up to date.
pub async fn run(options: MigrateArguments) -> Result<(), Failure> {
    let config = options.config.load()?;
    let db = open_database(&config).await?;
    if options.distribute {
        distribution::check(&db).await?;
    }
    let applied = serve::bring_up_to_date(&db, SystemClock.now()).await;
    let begun = DataKeys::exist(&db).await;
    db.close().await;
    let applied = applied?;
    applied.iter().for_each(|version| println!("applied migration {version}"));
    let spread = if options.distribute { distribute(&config).await? } else { Vec::new() };
    spread.iter().for_each(|table| println!("spread {table}"));
    if options.init && !begun? {
        let directory = config.keys.directory.display().to_string();
        serve::build(config, serve::World::default(), serve::OnEmpty::Begin).await?.db.close().await;
        println!("made first keys in {directory}: every replica needs them, and a backup of its own");
    } else if applied.is_empty() && spread.is_empty() {
        println!("the database is up to date");
    }
    Ok(())
}

/// On a connection of its own: whoever else is connected is a server.
async fn distribute(config: &Config) -> Result<Vec<String>, Failure> {
    let db = open_database(config).await?;
    let spread = async {
        // Our own former connections may end a moment later.
        for _ in 0..20 {
            if distribution::is_alone(&db).await? {
                let spread = distribution::distribute(&db).await?;
                distribution::clear(&db).await?;
                return Ok(spread);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Failure("a server, or another command, is connected to the database: stop it first".into()))
    };
    let spread = spread.await;
    db.close().await;
    spread
}
