//! `motcua serve`: the only place that builds [`App`].

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::ConfigFile;
use super::Failure;
use super::gateways;
use super::named;
use crate::app::App;
use crate::app::Handles;
use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::random::SystemEntropy;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::base::time::Timestamp;
use crate::config;
use crate::config::Config;
use crate::config::keys::Custody as CustodyChoice;
use crate::config::operations::LogFormat;
use crate::flows::admin::authenticator_models;
use crate::flows::discovery;
use crate::http::Web;
use crate::http::listener;
use crate::http::listener::pace::Patience;
use crate::http::listener::places::Limits;
use crate::http::operations;
use crate::http::routes;
use crate::http::tls::Certificate;
use crate::identity::audit::By;
use crate::identity::credential::passkey::Failed;
use crate::identity::credential::passkey::RelyingParty;
use crate::identity::credential::password::Pepper;
use crate::jobs;
use crate::outbound::Fetch;
use crate::outbound::fetch::Guarded;
use crate::outbound::fetch::PATIENCE;
use crate::outbound::jwks::KeySets;
use crate::parts::figures;
use crate::parts::hash_pool;
use crate::protocol::oauth::client_metadata::LONGEST_TOKEN;
use crate::signing::Custody;
use crate::signing::custody::database::DatabaseCustody;
use crate::signing::custody::file::FileCustody;
use crate::signing::data_keys::DataKeys;
use crate::signing::keyring::Keyring;
use crate::signing::keyring::Schedule;
use crate::signing::roots::Missing;
use crate::signing::roots::Roots;
use crate::store::cache::Cache;
use crate::store::collector::Collector;
use crate::store::db;
use crate::store::db::Db;
use crate::store::distribution;
use crate::store::ephemeral::Ephemeral;
use crate::store::ephemeral::memory::Memory;
use crate::store::ephemeral::redis::Redis;
use crate::store::instance;
use crate::store::ledger::Ledger;
use crate::store::migrations;
use crate::store::migrations::State;
use crate::store::partitions;
use crate::telemetry::logs;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::metrics::Tally;

/// Arguments of the command.
#[derive(Args)]
pub struct ServeArguments {
    /// Begin a new instance: make tables and first keys where there are none yet. What is there stays.
    #[arg(long)]
    init: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// What to do where there is no instance yet: a wrong path must not look like one that lost everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnEmpty {
    /// Say so, and make nothing.
    Refuse,
    /// Make tables and first keys.
    Begin,
}

/// What tests put in place of the world.
pub struct World {
    /// Where `now` comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// Puts something between the keyring and its custody.
    pub custody: fn(Arc<dyn Custody>) -> Arc<dyn Custody>,
    /// Stands for the network outside; the guarded fetcher where absent.
    pub fetch: Option<Arc<dyn Fetch>>,
    /// Who does what nobody else is named for.
    pub acts_for: Option<By>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy::default()),
            custody: |custody| custody,
            fetch: None,
            acts_for: None,
        }
    }
}

/// Runs the provider until it is told to stop.
pub async fn run(options: ServeArguments) -> Result<(), Failure> {
    let config = options.config.load()?;
    named::check(&config)?;
    logs::start(&config.operations.log, config.operations.log_format == LogFormat::Json).map_err(Failure)?;
    let file = options.config.path().map(|path| path.canonicalize().unwrap_or_else(|_| path.to_owned()));
    tracing::info!(
        file = file.map_or_else(|| "none".to_owned(), |path| path.display().to_string()),
        variables = config::variables().join(" "),
        "configuration"
    );
    let stop = CancellationToken::new();
    let on_empty = if options.init { OnEmpty::Begin } else { OnEmpty::Refuse };
    let running = start(config, World::default(), on_empty, stop.clone()).await?;
    let told = told_to_stop()?; // before anybody reads that it serves, and stops it
    tracing::info!(
        issuer = running.app.config.server.issuer,
        listen = %running.address,
        operations = %running.operations,
        "serving"
    );
    told.await;
    tracing::info!("stopping: requests in flight are finished first");
    stop.cancel();
    running.finished().await;
    Ok(())
}

/// A provider that runs.
pub struct Running {
    /// The instance.
    pub app: Arc<App>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where operators read.
    pub operations: SocketAddr,
    servers: tokio::task::JoinSet<()>,
    jobs: tokio_util::task::TaskTracker,
}

impl Running {
    /// Waits until the last request is answered and the last write is committed.
    pub async fn finished(self) {
        self.servers.join_all().await;
        if let Err(fault) = figures::leave(&self.app, self.app.clock.now()).await {
            tracing::warn!(target: "motcua::jobs", %fault, "the last figures are counted again by others");
        }
        // A job may be dropped at any await, as a request may.
        let _ = tokio::time::timeout(*self.app.config.server.drain, self.jobs.wait()).await;
        self.app.db.close().await;
    }
}

/// Starts the provider on its listeners.
pub async fn start(config: Config, world: World, on_empty: OnEmpty, stop: CancellationToken) -> Result<Running, Fault> {
    let app = build(config, world, on_empty).await?;
    if !app.db.is_durable().await? {
        return Err(Fault::broken(NOT_DURABLE));
    }
    if let Some(why) = authenticator_models::lacking(&app, app.clock.now()).await? {
        tracing::warn!(why, "there is something to import");
    }
    let server = &app.config.server;
    let mut servers = tokio::task::JoinSet::new();
    let tls = match (&server.tls_certificate, &server.tls_key) {
        (Some(chain), Some(key)) => {
            let certificate = Certificate::load(chain, key, &app.metrics)?;
            let config = certificate.server_config()?;
            tokio::spawn(certificate.watch());
            Some(config)
        }
        _ => None,
    };
    let listener = bind("server.listen", server.listen).await?;
    let operators = bind("operations.listen", app.config.operations.listen).await?;
    let (address, operations) = (local(&listener)?, local(&operators)?);
    let web = Arc::new(Web::new(Arc::clone(&app), &discovery::metadata(&app))?);
    let options = |tls, limits| listener::Options {
        tls,
        limits,
        patience: Patience::default(),
        drain: *server.drain,
        metrics: Arc::clone(&app.metrics),
    };
    let public = Limits {
        all: server.connections,
        address: server.connections_per_address,
        network: server.connections_per_network,
        exempt: server.trusted_proxies.clone(),
    };
    // Half of the places are left to others, so that whoever holds all of theirs blinds no operator.
    let operators_own = Limits { all: 64, address: 32, network: 32, exempt: Vec::new() };
    servers.spawn(listener::serve(listener, routes::router(&web), options(tls, public), stop.clone()));
    servers.spawn(listener::serve(operators, operations::router(&app), options(None, operators_own), stop.clone()));
    figures::begin(&app, app.clock.now()).await?;
    let jobs = jobs::start(&app, &stop);
    Ok(Running { app, address, operations, servers, jobs })
}

const NOT_DURABLE: &str = "PostgreSQL's synchronous_commit is off for this connection: after a crash it would have forgotten \
    what was answered, and a code or a refresh token would count twice. Set it to on, for the server or by ALTER ROLE … SET \
    synchronous_commit = on, and start again";

/// Builds the instance: opens the database and brings it up to date, opens the keys, starts the ledger and the pool.
pub async fn build(config: Config, world: World, on_empty: OnEmpty) -> Result<Arc<App>, Fault> {
    super::choose_tls_provider();
    let (clock, entropy) = (world.clock, world.entropy);
    let blocklist = config.passwords.blocklist().map_err(Fault::broken)?;
    let (db, missing) = open_instance(&config, on_empty, clock.now()).await?;
    let roots = Roots::load(&config.keys.directory, missing, &*entropy)?;
    let now = clock.now();
    let data_keys = DataKeys::load(&db, &roots, now, &*entropy).await?;
    let custody = (world.custody)(custody(&config, &roots, &entropy));
    let keyring = Keyring::load(db.clone(), custody, schedule(&config)).await?;
    let failures = Tally::default();
    let ephemeral: Arc<dyn Ephemeral> = match config.ephemeral.redis() {
        Some(url) => Arc::new(Redis::open(url, &config.ephemeral.prefix, &failures)?),
        None => Arc::new(Memory::new(Arc::clone(&clock))),
    };
    let metrics = Arc::new(Metrics::new(&db.closed, config.ephemeral.redis().map(|_| &failures)));
    let fetch = match world.fetch {
        Some(fetch) => fetch,
        None => {
            let (networks, authority) = (&config.outbound.allowed_networks, config.outbound.extra_ca.as_deref());
            Arc::new(Guarded::new(networks, authority, PATIENCE)?)
        }
    };
    let passkeys = relying_party(&config, &db).await?;
    let (mail, sms) = (gateways::mailer(&config)?, gateways::sms(&config)?);
    let cache = if db.groups.are_spread() { Cache::of_spread_people } else { Cache::new };
    let handles = Handles {
        ledger: Ledger::start(db.clone(), Arc::clone(&clock), Arc::clone(&metrics)),
        hashing: hash_pool::for_passwords(&config.passwords, &metrics)?,
        dearest_hash: AtomicU64::new(0),
        secret_hashing: hash_pool::for_secrets(&metrics)?,
        cache: Arc::new(cache(Arc::clone(&clock))),
        figures: Collector::default(),
        key_sets: KeySets::new(Arc::clone(&fetch)),
        fallback: Memory::new(Arc::clone(&clock)),
        peppers: roots.peppers.into_iter().map(|(id, key)| Pepper { id, key }).collect(),
        blocklist,
        sealing: roots.sealing,
        pairwise: roots.pairwise,
        config,
        clock,
        entropy,
        db,
        ephemeral,
        keyring,
        data_keys,
        metrics,
        passkeys,
        fetch,
        mail,
        sms,
        letters_written: watch::Sender::new(()),
    };
    Ok(Arc::new(App::new(handles, world.acts_for)))
}

/// Where private keys lie.
fn custody(config: &Config, roots: &Roots, entropy: &Arc<dyn Entropy>) -> Arc<dyn Custody> {
    let (kek, entropy) = (roots.kek.clone(), Arc::clone(entropy));
    match config.keys.custody {
        CustodyChoice::Database => Arc::new(DatabaseCustody::new(kek, entropy)),
        CustodyChoice::File => Arc::new(FileCustody::new(config.keys.directory.join("signing"), kek, entropy)),
    }
}

/// The relying party of passkeys. Its id is fixed at the first start: under another one no browser would find any passkey.
async fn relying_party(config: &Config, db: &Db) -> Result<Option<RelyingParty>, Fault> {
    let issuer = &config.server.issuer;
    let Some(id) = config.passkeys.rp_id(issuer) else { return Ok(None) };
    let fixed = instance::fix(db, "passkeys.rp_id", &id).await?;
    if fixed != id {
        return Err(Fault::broken(format!(
            "passkeys.rp_id = {id}: passkeys of this instance are kept for {fixed}, and no browser would find them under \
             another name; set passkeys.rp_id = \"{fixed}\", with an issuer on that host or beneath it"
        )));
    }
    let origins: Vec<Url> = config.origins().filter_map(|origin| Url::parse(origin).ok()).collect();
    RelyingParty::new(&id, &config.pages.name.vi, &origins).map(Some).map_err(|Failed(why)| Fault::broken(why))
}

/// Opens the database and brings it up to date; says whether first keys are to be made.
async fn open_instance(config: &Config, on_empty: OnEmpty, now: Timestamp) -> Result<(Db, Missing), Fault> {
    let url = &config.database.url;
    let nothing = || {
        Fault::broken(format!(
            "database.url = {url}: there is no instance in it yet. `motcua serve --init` begins a new one, with tables and \
             first keys; if there should be one, correct database.url, or restore its backup"
        ))
    };
    if on_empty == OnEmpty::Refuse && !db::exists(&url.0)? {
        return Err(nothing());
    }
    let db = super::open_database(config).await?;
    if on_empty == OnEmpty::Refuse && matches!(migrations::state(&db).await?, State::Empty) {
        return Err(nothing());
    }
    let applied = bring_up_to_date(&db, now).await?;
    if !applied.is_empty() {
        tracing::info!(?applied, "the database was brought up to date");
    }
    match (DataKeys::exist(&db).await?, on_empty) {
        (true, _) => Ok((db, Missing::Refuse)),
        (false, OnEmpty::Begin) => Ok((db, Missing::Create)),
        (false, OnEmpty::Refuse) => Err(nothing()),
    }
}

/// How keys follow each other.
pub fn schedule(config: &Config) -> Schedule {
    Schedule {
        lead: *config.keys.lead,
        rotate_after: *config.keys.rotate_after,
        keep: (*config.tokens.id_token).max(*config.tokens.access_token).max(LONGEST_TOKEN),
    }
}

/// Applies the migrations that the database lacks; the history has its partitions before the first row is written, and
/// new tables lie where the others do.
pub async fn bring_up_to_date(db: &Db, now: Timestamp) -> Result<Vec<i64>, Fault> {
    let applied = migrations::run(db).await?;
    if db.groups.are_spread() {
        distribution::distribute(db).await?;
    }
    if let Err(fault) = partitions::tend(db, now, Timestamp::default()).await {
        tracing::warn!(target: "motcua::jobs", %fault, "the history's partitions are tended later");
    }
    Ok(applied)
}

async fn bind(key: &str, address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address).await.map_err(|error| {
        let expected = "an address of this machine and a port that is free and that this user may take";
        Fault::broken(format!("{key} = {address}: cannot listen: {error}; expected {expected}"))
    })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Fault> {
    listener.local_addr().map_err(Fault::broken)
}

/// SIGTERM, or Ctrl-C at the terminal, heard from now on.
pub fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
