//! What people prove themselves with.

mod assurance;
mod attestation;
mod clocks;
mod codes;
mod foreign_hashes;
mod guessing;
mod last_way;
pub mod leads;
mod new_passwords;
mod passkeys;
mod password_change;
mod recovery;
mod related_origins;
mod repeated;
mod shut;
mod state_machine;
mod step_up;
mod stopping;
pub mod texts;
mod told;
mod ways_out;

use motcua::flows::admin::proofing;
use motcua::flows::admin::proofing::Seen;
use motcua::identity::assurance::Level;

use crate::letters::KHAI;
use crate::letters::NUMBER;
use crate::town::Town;

/// So many tries are free that none waits for its turn.
fn unthrottled(config: &mut motcua::config::Config) {
    config.throttle.account = 1_000_000;
    config.throttle.account_and_network = 1_000_000;
    config.throttle.network = 1_000_000;
}

/// Somebody was looked at, and is known so surely from now on.
pub async fn proof(town: &Town, name: &str, level: Level) {
    let seen = Seen { level, method: "in-person".into(), evidence: "chip card".into(), agency: "commune-1".into() };
    seen.check().unwrap();
    let now = town.app.clock.now();
    assert_eq!(proofing::record(&town.app, name, &seen, now).await.unwrap(), Some(level));
    if name == "khai" && town.config.mail.host.is_some() {
        // The letters that tell of it.
        town.mailbox().next_for(KHAI).await;
        town.phone().next_for(NUMBER).await;
    }
}
