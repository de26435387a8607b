//! `motcua keys`.

use std::sync::Arc;

use clap::Args;
use clap::Subcommand;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::machine;
use super::serve;
use super::serve::World;
use super::server::Server;
use super::server::Waits;
use super::server::not_there;
use super::server::reason;
use super::with_instance_for;
use crate::app::App;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::base::time::Timestamp;
use crate::config::Config;
use crate::flows::admin::keys;
use crate::flows::admin::keys::Rotated;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::KeyAlgorithm;
use crate::parts::keyring;
use crate::signing::custody::unopened::Unopened;
use crate::signing::data_keys::DataKeys;
use crate::signing::keyring::Keyring;
use crate::signing::roots::Missing;
use crate::signing::roots::Replaceable;
use crate::signing::roots::Roots;
use crate::store::db::Db;

/// Arguments of the command.
#[derive(Args)]
pub struct KeysArguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Command {
    /// List every key that is not revoked: kid, algorithm, stage, and since when it signs or decrypts; and the keys that seal
    /// what is known of people, with how far one has come that takes over.
    List,
    /// Give the current keys a successor, which signs after the lead time. One that decrypts does so at once.
    Rotate {
        /// Of this algorithm alone (ES256, EdDSA, PS256, RS256, RSA-OAEP-256, ECDH-ES).
        #[arg(long)]
        alg: Option<KeyAlgorithm>,
        /// Let the successor sign at once. Clients that keep the JWK set may have to read it again.
        #[arg(long)]
        now: bool,
        /// The key that seals what is known of people, instead of those that sign and decrypt: it gets a successor, which
        /// seals after the lead time; the server then seals everything anew while it runs, and wipes the former key.
        #[arg(long, conflicts_with_all = ["alg", "now"])]
        data: bool,
        /// Why, for the trail; needed with --server.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Revoke a key in an emergency: nothing that it signed or that was encrypted to it is accepted any more; a successor
    /// follows at once.
    Revoke {
        /// Its kid, as `keys list` prints it.
        #[arg(allow_hyphen_values = true)]
        kid: String,
        /// Why, for the trail; needed with --server.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Accept the file of a root secret in the place of one that is lost for good, and make it where it is not there. Restore
    /// the backup instead where there is one.
    Adopt {
        /// sealing.key: whoever is just signing in begins again. pepper.key: no password matches any more, and each is to be
        /// set anew.
        file: Adoptable,
    },
}

/// A root secret that can be lost without losing the instance.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Adoptable {
    #[value(name = "sealing.key")]
    Sealing,
    #[value(name = "pepper.key")]
    Pepper,
}

/// Does what was asked. A running provider follows within a second.
pub async fn run(options: KeysArguments) -> Result<(), Failure> {
    match options.command {
        Command::List => looking(&options.config, list).await?,
        Command::Rotate { data: true, reason, .. } => {
            with_instance_for(&options.config, machine(reason), rotate_data).await?
        }
        Command::Rotate { alg, now: at_once, reason, .. } => {
            with_instance_for(&options.config, machine(reason), async |app| rotate(app, alg, at_once).await).await?
        }
        Command::Adopt { file } => looking(&options.config, async |config, db| adopt(config, db, file).await).await?,
        Command::Revoke { kid, reason } => {
            with_instance_for(&options.config, machine(reason), async |app| revoke(app, &kid).await).await?
        }
    }
}

/// Does it through the API of a server, where another official approves it.
pub async fn there(options: KeysArguments, server: &Server) -> Result<(), Failure> {
    match options.command {
        Command::List => {
            for key in server.all::<Row>(&["keys"], &[]).await? {
                key.print();
            }
            server.get::<Data>(&["keys", "data"], &[]).await?.print(SystemClock.now());
            Ok(())
        }
        Command::Rotate { data: true, reason: given, .. } => {
            ask(server, &["keys", "data", "rotation"], given, None).await
        }
        Command::Adopt { .. } => Err(not_there("keys adopt", "it is about files of the machine's operator")),
        Command::Rotate { alg: None, .. } => Err(Failure("an official names the key that is followed: --alg".into())),
        Command::Rotate { alg: Some(alg), now, reason: given, .. } => {
            let body = json!({ "algorithm": alg.to_string(), "at_once": now });
            ask(server, &["keys", "rotation"], given, Some(&body)).await
        }
        Command::Revoke { kid, reason: given } => ask(server, &["keys", &kid, "revocation"], given, None).await,
    }
}

async fn ask(server: &Server, path: &[&str], given: Option<String>, body: Option<&Value>) -> Result<(), Failure> {
    let Waits { pending } = server.change("POST", path, &reason(given)?, body).await?;
    println!("asked for approval: {pending}");
    Ok(())
}

/// A key, as it is printed.
#[derive(Deserialize)]
struct Row {
    kid: String,
    algorithm: String,
    does: String,
    stage: String,
    active_at: String,
}

impl Row {
    fn print(&self) {
        let Self { kid, algorithm, does, stage, active_at } = self;
        println!("{kid} {algorithm:12} {stage:8} {does} since {active_at}");
    }
}

async fn adopt(config: &Config, db: &Db, file: Adoptable) -> Result<(), Failure> {
    let file = match file {
        Adoptable::Sealing => Replaceable::Sealing,
        Adoptable::Pepper => Replaceable::Pepper,
    };
    let (world, directory) = (World::default(), &config.keys.directory);
    file.make(directory, &*world.entropy)?;
    let roots = Roots::load(directory, Missing::Refuse, &*world.entropy)?;
    DataKeys::adopt(db, &roots, file, world.clock.now(), &*world.entropy).await?;
    println!("{} belongs to this database now: copy it to every replica, and restart them", file.name());
    Ok(())
}

/// No private key is opened: what is wrong with one does not hide the others.
async fn list(config: &Config, db: &Db) -> Result<(), Failure> {
    let world = World::default();
    let ring = Keyring::load(db.clone(), Arc::new(Unopened), serve::schedule(config)).await?;
    for (key, stage) in ring.list(world.clock.now()) {
        let (stage, active_at) = (format!("{stage:?}").to_lowercase(), key.active_at().to_string());
        let does = if key.alg.parse::<Algorithm>().is_ok() { "signs" } else { "decrypts" };
        Row { kid: key.kid, algorithm: key.alg, does: does.to_owned(), stage, active_at }.print();
    }
    list_data(db, world.clock.now()).await
}

async fn list_data(db: &Db, now: Timestamp) -> Result<(), Failure> {
    let (keys, places) = keys::data(db, now).await?;
    let key = |key: &keys::DataKey| DataRow {
        number: key.number,
        does: if key.seals { "seals" } else { "opens" }.to_owned(),
        stage: key.stage.clone(),
        active_at: key.since.to_string(),
    };
    let place = |at: &keys::Coming| Place {
        place: at.place.clone(),
        over: at.over,
        begins_at: at.begins_at.to_string(),
        seen: at.seen,
        sealed_anew: at.stale,
        of: at.of.map(|(all, _)| all),
        about: at.of.is_some_and(|(_, about)| about),
    };
    Data { keys: keys.iter().map(key).collect(), places: places.iter().map(place).collect() }.print(now);
    Ok(())
}

/// The keys that seal data, wherever they were read.
#[derive(Deserialize)]
struct Data {
    keys: Vec<DataRow>,
    places: Vec<Place>,
}

#[derive(Deserialize)]
struct DataRow {
    number: u32,
    does: String,
    stage: String,
    active_at: String,
}

#[derive(Deserialize)]
struct Place {
    place: String,
    over: bool,
    begins_at: String,
    seen: i64,
    sealed_anew: i64,
    of: Option<i64>,
    about: bool,
}

impl Data {
    fn print(&self, now: Timestamp) {
        for DataRow { number, does, stage, active_at } in &self.keys {
            let name = format!("data key {number}");
            println!("{name:43} {:12} {stage:8} {does} since {active_at}", "AES-256-GCM");
        }
        for place in &self.places {
            println!("    {}", place.come(now));
        }
    }
}

impl Place {
    /// How far it has come.
    fn come(&self, now: Timestamp) -> String {
        let Self { place, over, begins_at, seen, sealed_anew, of, about } = self;
        if *over {
            return format!("{place}: all sealed anew");
        }
        if Timestamp::parse(begins_at).is_some_and(|begins_at| begins_at > now) {
            return format!("{place}: all sealed anew, and looked at once more from {begins_at} on");
        }
        let about = if *about { "about " } else { "" };
        let of = of.map(|all| format!(" of {about}{all}")).unwrap_or_default();
        format!("{place}: {seen}{of} rows seen, {sealed_anew} sealed anew")
    }
}

async fn rotate_data(app: &App) -> Result<(), Failure> {
    let now = app.clock.now();
    match keys::rotate_data(app, now).await? {
        Rotated::Next(number) => println!("data key {number}: seals within {}", app.config.keys.lead),
        Rotated::UnderWay(number) => {
            let why = "has not sealed everything anew yet: `motcua keys list` says how far it is";
            return Err(Failure(format!("data key {number} {why}")));
        }
    }
    Ok(())
}

async fn rotate(app: &App, alg: Option<KeyAlgorithm>, at_once: bool) -> Result<(), Failure> {
    if let Some(KeyAlgorithm::Encryption(alg)) = alg.filter(|alg| !keyring::algorithms(app).contains(alg)) {
        return Err(Failure(format!("no key is kept for {alg} alone: ECDH-ES serves all of its kind")));
    }
    let algorithms = alg.map_or_else(|| keyring::algorithms(app), |alg| vec![alg]);
    for algorithm in algorithms {
        let kid = keys::rotate(app, algorithm, at_once, app.clock.now()).await?;
        println!("{algorithm}: next key {kid}");
    }
    Ok(())
}

async fn revoke(app: &App, kid: &str) -> Result<(), Failure> {
    if !keys::revoke(app, kid, app.clock.now()).await? {
        return Err(Failure(format!("no live key has the kid {kid}")));
    }
    println!("revoked {kid}");
    Ok(())
}
