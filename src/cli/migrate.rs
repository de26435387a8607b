//! `motcua migrate`.

use clap::Args;

use super::ConfigFile;
use super::Failure;
use super::serve;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::store::distribution;

/// What to do.
#[derive(Args)]
pub struct MigrateArguments {
    /// Spread the people over the machines of a Citus cluster, whose coordinator `database.url` names. No server may run
    /// meanwhile.
    #[arg(long)]
    distribute: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Brings the database up to date.
pub async fn run(options: MigrateArguments) -> Result<(), Failure> {
    let db = serve::open_database(&options.config.load()?).await?;
    let outcome = async {
        let applied = serve::bring_up_to_date(&db, SystemClock.now()).await?;
        let spread = if options.distribute { distribution::distribute(&db).await? } else { Vec::new() };
        Ok((applied, spread))
    };
    let outcome: Result<_, Failure> = outcome.await;
    db.close().await;
    let (applied, spread) = outcome?;
    applied.iter().for_each(|version| println!("applied migration {version}"));
    spread.iter().for_each(|table| println!("spread {table}"));
    if applied.is_empty() && spread.is_empty() {
        println!("the database is up to date");
    }
    Ok(())
}
