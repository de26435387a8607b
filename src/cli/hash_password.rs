//! `motcua hash-password`.

use clap::Args;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::terminal;
use crate::base::random::Entropy;
use crate::base::random::SystemEntropy;
use crate::config::passwords::Passwords;
use crate::identity::credential::new_password;
use crate::identity::credential::new_password::Own;
use crate::identity::credential::new_password::Standing;
use crate::identity::credential::password;
use crate::identity::credential::workspace::Workspace;

/// Arguments of the command.
#[derive(Args)]
pub struct HashPasswordArguments {
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// Prints the hash of a password for a declaration, at the configured cost, without pepper: it fits any instance, which
/// hashes it anew with its own at the first sign-in. Where there is no configuration, the default cost is taken.
pub fn run(options: &HashPasswordArguments) -> Result<(), Failure> {
    let passwords =
        if options.config.path().is_some() { options.config.load()?.passwords } else { Passwords::default() };
    let cost = passwords.cost();
    let typed = terminal::new_password()?;
    let typed = new_password::check(typed.expose(), &Own::default(), Standing::Alone, &passwords.blocklist()?)
        .map_err(|refusals| Failure(new_password::told(&refusals)))?
        .into_secret();
    let entropy: &dyn Entropy = &SystemEntropy::default();
    let hashed = password::hash(typed.expose(), entropy.bytes(), cost, None, &mut Workspace::default());
    let phc = hashed.ok_or_else(|| Failure("passwords: the configured cost is impossible".into()))?.phc;
    if options.json {
        println!("{}", json!({ "password_hash": phc }))
    } else {
        println!("{phc}")
    }
    Ok(())
}
