//! `motcua migrate`.

use super::ConfigFile;
use super::Failure;
use super::serve;
use crate::base::time::Clock;
use crate::base::time::SystemClock;

/// Brings the database up to date.
pub async fn run(options: ConfigFile) -> Result<(), Failure> {
    let db = serve::open_database(&options.load()?).await?;
    let applied = serve::bring_up_to_date(&db, SystemClock.now()).await;
    db.close().await;
    match applied?.as_slice() {
        [] => println!("the database is up to date"),
        versions => versions.iter().for_each(|version| println!("applied migration {version}")),
    }
    Ok(())
}
