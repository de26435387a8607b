//! `motcua passkeys`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use uuid::Uuid;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::serve::World;
use super::with_instance;
use crate::app::App;
use crate::config::Config;
use crate::config::passkeys::Policy;
use crate::flows::admin::authenticator_models;
use crate::flows::admin::authenticator_models::Outcome;
use crate::flows::admin::authenticator_models::Standing;
use crate::flows::admin::authenticator_models::overdue;
use crate::protocol::fido::metadata;
use crate::protocol::fido::metadata::Metadata;
use crate::protocol::fido::metadata::Trust;
use crate::protocol::fido::status::undesired;
use crate::protocol::fido::status::unknown;
use crate::store::db::Db;

/// Arguments of the command.
#[derive(Args)]
pub struct PasskeysArguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// Import a file of the FIDO Metadata Service (the BLOB at https://mds3.fidoalliance.org, which you fetch), once its
    /// signature and certificates are verified; it takes the place of the former one.
    ImportMetadata {
        /// The file.
        file: PathBuf,
        /// The root certificate (PEM) that its certificates must lead to. Default: the one of the FIDO Alliance's service.
        #[arg(long, value_name = "CERTIFICATE")]
        root: Option<PathBuf>,
        /// The host name that its signer's certificate must bear.
        #[arg(long, value_name = "NAME", default_value = metadata::SIGNER)]
        signer: String,
    },
    /// Show what is imported, and how the models of passkeys.authenticators stand in it; or one model.
    Metadata {
        /// Its AAGUID.
        aaguid: Option<Uuid>,
    },
}

/// Does what was asked. A running provider follows at once.
pub async fn run(options: PasskeysArguments) -> Result<(), Failure> {
    match options.command {
        Command::ImportMetadata { file, root, signer } => {
            let root = self::root(root.as_deref())?;
            let text = text(&file)?;
            let read = |now| {
                let read = metadata::read(&text, &Trust { root: &root, signer: &signer }, now);
                read.map_err(|why| Failure(format!("{}: {why}; nothing was imported", file.display())))
            };
            read(World::default().clock.now())?; // before a database is opened for it
            with_instance(&options.config, async |app| import(app, &read(app.clock.now())?).await).await?
        }
        Command::Metadata { aaguid } => {
            looking(&options.config, async |config, db| show(config, db, aaguid).await).await?
        }
    }
}

fn root(path: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let read = match path {
        Some(path) => CertificateDer::from_pem_file(path).map_err(|why| format!("{}: {why}", path.display())),
        None => CertificateDer::from_pem_slice(metadata::ROOT.as_bytes()).map_err(|why| why.to_string()),
    };
    let der = read.map_err(|why| Failure(format!("{why}; expected a certificate as PEM")))?;
    Ok(der.to_vec())
}

fn text(path: &Path) -> Result<String, Failure> {
    let wrong = |why: &dyn std::fmt::Display| Failure(format!("{}: {why}", path.display()));
    let most = u64::try_from(metadata::LONGEST).unwrap_or(u64::MAX);
    let mut text = String::new();
    let file = File::open(path).map_err(|why| wrong(&why))?;
    match file.take(most + 1).read_to_string(&mut text).map_err(|why| wrong(&why))? {
        read if read > metadata::LONGEST => Err(wrong(&"is longer than 64 MiB, and not read")),
        _ => Ok(text),
    }
}

async fn import(app: &App, metadata: &Metadata) -> Result<(), Failure> {
    let now = app.clock.now();
    match authenticator_models::import(app, metadata, now).await? {
        Outcome::Done => {}
        Outcome::Older(former) => {
            let why = format!("the file has the number {}, and number {former} was imported before", metadata.serial);
            return Err(Failure(format!("{why}: nothing was imported")));
        }
    }
    println!("imported number {} with {} models", metadata.serial, metadata.models.len());
    for what in &metadata.left_out {
        eprintln!("left out: {}", visible(what));
    }
    if let Some(overdue) = overdue(&app.config.units.time_zone, metadata.next_update, now) {
        eprintln!("{overdue}");
    }
    let statuses: BTreeSet<&str> = metadata.models.iter().flat_map(|model| unknown(&model.statuses)).collect();
    if let Some(told) = unread(statuses) {
        eprintln!("{told}");
    }
    listed(&app.config, &app.db).await
}

async fn show(config: &Config, db: &Db, aaguid: Option<Uuid>) -> Result<(), Failure> {
    let Some((imported, models)) = authenticator_models::imported(db).await? else {
        return Err(Failure("nothing was imported yet: `motcua passkeys import-metadata FILE` does so".into()));
    };
    if let Some(aaguid) = aaguid {
        let standing = authenticator_models::standing(db, aaguid).await?;
        print(config, &standing);
        return Ok(());
    }
    let next_update = imported.next_update();
    let day = next_update.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
    println!("number {}, {models} models, imported {}, next update {day}", imported.serial, imported.at());
    let now = World::default().clock.now();
    if let Some(overdue) = next_update.and_then(|day| overdue(&config.units.time_zone, day, now)) {
        println!("{overdue}");
    }
    listed(config, db).await
}

async fn listed(config: &Config, db: &Db) -> Result<(), Failure> {
    if config.passkeys.attestation == Policy::None {
        println!("passkeys.attestation = none: every device may make a passkey, and none is asked what it is");
    }
    for aaguid in &config.passkeys.authenticators {
        print(config, &authenticator_models::standing(db, *aaguid).await?);
    }
    Ok(())
}

/// One line: which, whether it is taken, what was reported, and how many passkeys there are.
fn print(config: &Config, standing: &Standing) {
    let Standing { aaguid, known, passkeys } = standing;
    let is_listed = config.passkeys.authenticators.contains(aaguid);
    let Some(model) = known else {
        println!("{aaguid} not taken: it is not in the metadata; passkeys: {passkeys}");
        return;
    };
    let taken = match undesired(&model.statuses) {
        Some(status) => format!("not taken: {status}"),
        None if !is_listed => "not taken: it is not listed in passkeys.authenticators".to_owned(),
        None if model.anchors.is_empty() => "not taken: the metadata have no certificate for it".to_owned(),
        None => "taken".to_owned(),
    };
    let (name, reported) = (visible(&model.description), visible(&model.statuses.join(", ")));
    let certificates = model.anchors.len();
    println!("{aaguid} {taken}; passkeys: {passkeys}; certificates: {certificates}; reported: {reported}; {name}");
    if let Some(told) = unread(unknown(&model.statuses).collect()) {
        println!("{aaguid} {told}");
    }
}

/// Whoever lists a model decides what is not decided here.
fn unread(statuses: BTreeSet<&str>) -> Option<String> {
    let named = statuses.iter().map(|status| visible(status)).collect::<Vec<_>>().join(", ");
    let what = "this version does not know what is reported and takes such models all the same";
    (!statuses.is_empty()).then(|| format!("{what}: {named}"))
}

/// What others wrote must not steer the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
