//! Models of authenticators: what the operator imports of them, and how each stands.

use uuid::Uuid;

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::base::zone::Zone;
use crate::config::passkeys::Policy;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
pub use crate::identity::credential::attestation::Model;
use crate::parts::record::Change;
use crate::protocol::fido::metadata::Metadata;
use crate::store::authenticator_models;
pub use crate::store::authenticator_models::Imported;
use crate::store::authenticators;
use crate::store::db::Db;

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It counts from now on, at every replica.
    Done,
    /// A file of this later number was imported before, and stays.
    Older(i64),
}

/// Puts what a file says in the place of what the former one said.
pub async fn import(app: &App, metadata: &Metadata, now: Timestamp) -> Result<Outcome, Fault> {
    let mut change = Change::begin(app).await?;
    let tx = &mut change.tx;
    if !authenticator_models::advance(tx, metadata.serial, metadata.next_update, now).await? {
        drop(change);
        let former = authenticator_models::imported(&app.db).await?;
        return Ok(Outcome::Older(former.map_or(metadata.serial, |former| former.serial)));
    }
    authenticator_models::clear(tx).await?;
    for model in &metadata.models {
        authenticator_models::insert(tx, model).await?;
    }
    let told = format!("number {}, {} models", metadata.serial, metadata.models.len());
    change.act(Event::new(Act::MetadataImported).detail(told));
    change.commit().await?;
    Ok(Outcome::Done)
}

/// What was imported last, and how many models it knows.
pub async fn imported(db: &Db) -> Result<Option<(Imported, i64)>, Fault> {
    let Some(imported) = authenticator_models::imported(db).await? else { return Ok(None) };
    Ok(Some((imported, authenticator_models::count(db).await?)))
}

/// Why no passkey can be made, or one that should not be may be: what there is to import.
pub async fn lacking(app: &App, now: Timestamp) -> Result<Option<String>, Fault> {
    if app.config.passkeys.attestation == Policy::None {
        return Ok(None);
    }
    let Some(imported) = authenticator_models::imported(&app.db).await? else {
        let mend = "`motcua passkeys import-metadata` does so, and before that no passkey can be made";
        return Ok(Some(format!("nothing was imported of the models in passkeys.authenticators: {mend}")));
    };
    Ok(imported.next_update().and_then(|day| overdue(&app.config.units.time_zone, day, now)))
}

/// What is late, in words.
pub fn overdue(zone: &Zone, next_update: Day, now: Timestamp) -> Option<String> {
    let late = "the metadata of authenticators are overdue";
    zone.end(next_update).is_some_and(|end| end <= now).then(|| {
        format!("{late}: the next file was to be there by {next_update}, and what was reported since is not known here")
    })
}

/// How a model stands.
pub struct Standing {
    /// Which.
    pub aaguid: Uuid,
    /// What is known of it.
    pub known: Option<Model>,
    /// So many passkeys its devices made, as far as attestations told.
    pub passkeys: i64,
}

/// How one stands.
pub async fn standing(db: &Db, aaguid: Uuid) -> Result<Standing, Fault> {
    let known = authenticator_models::find(db, aaguid).await?;
    Ok(Standing { aaguid, known, passkeys: authenticators::count_of_model(db, aaguid).await? })
}
