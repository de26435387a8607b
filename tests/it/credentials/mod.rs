//! What people prove themselves with.

mod codes;
mod foreign_hashes;
mod passkeys;
mod state_machine;
mod step_up;

use motcua::identity::assurance::Level;
use motcua::identity::person::SignInName;
use motcua::store::people;
use motcua::store::proofings;
use motcua::store::proofings::NewProofing;
use uuid::Uuid;

use crate::town::Town;

/// Our own id of somebody.
async fn id_of(town: &Town, name: &str) -> Uuid {
    let digest = SignInName::parse(name).unwrap().digest(town.app.data_keys.lookup.expose());
    people::find_by_name(&town.app.db, &digest).await.unwrap().unwrap().id
}

/// Somebody was looked at, and is known so surely from now on.
pub async fn proof(town: &Town, name: &str, level: Level) {
    let (person, at) = (id_of(town, name).await, town.app.clock.now());
    let id = motcua::base::id::beside(person, at, &*town.app.entropy);
    let (method, evidence, agency) = ("in-person", "chip card", "commune-1");
    let mut tx = town.app.db.begin().await.unwrap();
    let new = NewProofing { id, person, level, method, evidence, agency, at };
    proofings::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}
