//! What a configuration names, opened and tried: what `serve` would stumble over, said before.

use std::fmt::Display;
use std::path::Path;

use super::Failure;
use super::choose_tls_provider;
use super::gateways;
use super::open_database;
use crate::base::fault::Fault;
use crate::base::random::SystemEntropy;
use crate::config::Config;
use crate::http::tls;
use crate::jose::jwk::JwkSet;
use crate::outbound::fetch::Guarded;
use crate::outbound::fetch::PATIENCE;
use crate::signing::data_keys::DataKeys;
use crate::signing::roots::Missing;
use crate::signing::roots::Roots;
use crate::store::db;
use crate::store::db::Db;
use crate::store::ephemeral::Ephemeral;
use crate::store::ephemeral::redis::Redis;
use crate::store::migrations;
use crate::store::migrations::State;
use crate::telemetry::logs;
use crate::telemetry::metrics::Tally;

/// Opens the files, and reads what else can be known without asking anybody.
pub fn check(config: &Config) -> Result<(), Failure> {
    choose_tls_provider();
    let expected = "levels such as info, or per module: info,motcua::http=debug (off, error, warn, info, debug, trace)";
    logs::check(&config.operations.log)
        .map_err(|why| wrong("operations.log", &format!("{:?}", config.operations.log), why, expected))?;
    certificate(config)?;
    if let Some(path) = &config.outbound.extra_ca {
        let key = "outbound.extra_ca";
        text(key, path)?;
        let opened = Guarded::new(&config.outbound.allowed_networks, Some(path), PATIENCE);
        opened.map_err(|fault| wrong(key, &path.display(), Failure::from(fault).0, "certificates as PEM"))?;
    }
    gateways::mailer(config)?;
    gateways::sms(config)?;
    for (key, path) in [("pages.emblem", &config.pages.emblem), ("pages.tokens", &config.pages.tokens)] {
        path.as_deref().map(|path| text(key, path)).transpose()?;
    }
    for path in config.registration.software_statement_issuers.iter().filter_map(|issuer| issuer.jwks.as_deref()) {
        let key = "registration.software_statement_issuers.jwks";
        JwkSet::parse(&text(key, path)?).map_err(|why| wrong(key, &path.display(), why, "a JWK set"))?;
    }
    config.passwords.blocklist().map_err(|why| Failure(why.0))?;
    database_directory(config)?;
    keys(config)
}

fn certificate(config: &Config) -> Result<(), Failure> {
    let (Some(chain), Some(key)) = (&config.server.tls_certificate, &config.server.tls_key) else { return Ok(()) };
    text("server.tls_certificate", chain)?;
    text("server.tls_key", key)?;
    tls::check(chain, key).map_err(|fault| {
        let named = "server.tls_certificate and server.tls_key";
        let why = Failure::from(fault).0;
        Failure(format!("{named}: {why}; expected a certificate chain and its private key, as PEM"))
    })
}

/// A text file that a key names.
fn text(key: &str, path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|why| wrong(key, &path.display(), why, "a file that this user may read"))
}

fn database_directory(config: &Config) -> Result<(), Failure> {
    let Some(file) = db::file(&config.database.url.0)? else { return Ok(()) };
    match file.parent().filter(|directory| !directory.as_os_str().is_empty() && !directory.is_dir()) {
        Some(directory) => {
            let why = format!("{} is no directory", directory.display());
            Err(wrong("database.url", &config.database.url, why, "a file in a directory that is there"))
        }
        None => Ok(()),
    }
}

/// Root secrets that are there can be read. Whether one is missing is known where the database is.
fn keys(config: &Config) -> Result<(), Failure> {
    Roots::check(&config.keys.directory, &SystemEntropy::default()).map_err(|fault| in_directory(config, fault))
}

/// All root secrets are there, or none yet, which the first start makes.
pub fn check_whole(config: &Config) -> Result<(), Failure> {
    if Roots::are_absent(&config.keys.directory) {
        return Ok(());
    }
    let loaded = Roots::load(&config.keys.directory, Missing::Refuse, &SystemEntropy::default());
    loaded.map(drop).map_err(|fault| in_directory(config, fault))
}

fn in_directory(config: &Config, fault: Fault) -> Failure {
    Failure(format!("keys.directory = {}: {}", config.keys.directory.display(), Failure::from(fault).0))
}

fn wrong(key: &str, value: &dyn Display, why: impl Display, expected: &str) -> Failure {
    Failure(format!("{key} = {value}: {why}; expected {expected}"))
}

/// Tries the database and Redis, and says what is there. Nothing is changed.
pub async fn connect(config: &Config) -> Result<(), Failure> {
    let url = &config.database.url;
    if db::exists(&url.0)? {
        let db = open_database(config).await?;
        let said = database(&db, config).await;
        db.close().await;
        println!("database.url = {url}: {}", said?);
    } else {
        println!("database.url = {url}: there is no database yet; `motcua serve --init` makes one");
    }
    if let Some(address) = config.ephemeral.redis() {
        Redis::open(address, &config.ephemeral.prefix, &Tally::default())?.ping().await?;
        println!("ephemeral.url = {}: answers", config.ephemeral.url);
    }
    Ok(())
}

async fn database(db: &Db, config: &Config) -> Result<String, Failure> {
    let lacks = match migrations::state(db).await? {
        State::Empty => return Ok("answers, and is empty; `motcua serve --init` makes tables and first keys".into()),
        State::UpToDate => String::new(),
        State::Lacks(versions) => format!("; {} migrations are to be applied, which `serve` does", versions.len()),
    };
    if !DataKeys::exist(db).await? {
        return Ok(format!("answers, and has no keys yet; `motcua serve --init` makes them{lacks}"));
    }
    let roots = Roots::load(&config.keys.directory, Missing::Refuse, &SystemEntropy::default())?;
    DataKeys::check(db, &roots).await?;
    Ok(format!("answers, and the files of keys.directory belong to it{lacks}"))
}
