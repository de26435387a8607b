//! What is looked at once more after everything of a person ended.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::store::db::Db;
use crate::store::families;

/// After the commit of `sessions::end_all_of`: a code that was redeemed in that moment saw its session alive, and what it gave would
/// outlive it. Sign-ins of later are in other sessions.
pub async fn end_late(app: &App, people: &[Uuid], now: Timestamp) -> Result<(), Fault> {
    if people.is_empty() {
        return Ok(());
    }
    revoke_late(&app.db, people, now).await
}

/// The same for one person, who is told that it is done, for so it is: where the database fails meanwhile, this is tried until
/// it does not.
pub async fn end_late_in_any_case(app: &App, person: Uuid, now: Timestamp) {
    const TRIES: u32 = 60;
    const PAUSE: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(60);
    let db = app.db.clone();
    let at_once = tokio::spawn(async move { revoke_late(&db, &[person], now).await });
    let Err(fault) = at_once.await.unwrap_or_else(|error| Err(Fault::broken(error))) else { return };
    tracing::warn!(target: "motcua::fault", %person, %fault, "what ended sessions gave in that moment is revoked later");
    let db = app.db.clone();
    tokio::spawn(async move {
        for tries in 0..TRIES {
            tokio::time::sleep((PAUSE * 2_u32.pow(tries.min(6))).min(LONGEST)).await;
            if revoke_late(&db, &[person], now).await.is_ok() {
                return;
            }
        }
        tracing::error!(target: "motcua::fault", %person, "what ended sessions gave in that moment was not revoked");
    });
}

async fn revoke_late(db: &Db, people: &[Uuid], now: Timestamp) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    for person in people {
        families::revoke_of_ended(&mut tx, *person, now).await?;
    }
    tx.commit().await
}
