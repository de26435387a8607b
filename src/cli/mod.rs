//! What a person at a terminal starts.

pub mod agencies;
pub mod api;
pub mod apply;
pub mod audit;
pub mod check_config;
pub mod clients;
pub mod completions;
pub mod demo;
pub mod export;
pub mod gateways;
pub mod hash_password;
pub mod keys;
pub mod man;
pub mod migrate;
pub mod named;
pub mod outbox;
pub mod passkeys;
pub mod pending;
pub mod people;
pub mod people_export;
pub mod people_import;
pub mod reference;
pub mod registration_token;
pub mod rights;
pub mod routes;
pub mod serve;
pub mod server;
pub mod services;
pub mod terminal;
pub mod units;
pub mod versions;
mod whole_file;

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use clap::CommandFactory;
use clap::Parser;
use clap::Subcommand;

use self::server::Server;
use self::server::ServerArguments;
use self::server::not_there;
use crate::app::App;
use crate::base::fault::Fault;
use crate::config;
use crate::config::Config;
use crate::identity::audit::By;
use crate::store::db;
use crate::store::db::Db;
use crate::store::migrations;
use crate::store::migrations::State;

/// Một Cửa ("one door"): the identity provider of a digital state. Citizens sign in once, and every portal of every
/// level of government trusts the tokens that it signs.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    server: ServerArguments,
}

#[derive(Subcommand)]
enum Command {
    /// Try it: the provider and five portals of a small country on this machine, nothing to install or configure.
    Demo(demo::DemoArguments),
    /// Run the provider until SIGTERM or Ctrl-C; requests in flight are finished first.
    Serve(serve::ServeArguments),
    /// Bring agencies, services, clients and people in line with a TOML or JSON file; prints what changed.
    Apply(apply::ApplyArguments),
    /// Write what there is as `apply` would take it: applied here it changes nothing, elsewhere it makes the same.
    Export(export::ExportArguments),
    /// Check the configuration; exits with 1 and the name of the key if something is wrong.
    CheckConfig(check_config::CheckConfigArguments),
    /// Bring the database up to date. `serve` does so by itself at its start.
    Migrate(migrate::MigrateArguments),
    /// Look at the keys that sign and decrypt, replace them, or revoke one in an emergency.
    Keys(keys::KeysArguments),
    /// Look at what services could not be told, and have it tried once more.
    Outbox(outbox::OutboxArguments),
    /// Import what the FIDO Metadata Service says of devices that make passkeys, and look at it.
    Passkeys(passkeys::PasskeysArguments),
    /// Enter people, one or a file of them, look at them, give them passwords, sign them out, disable, enable or remove
    /// them, and write them out.
    People(people::PeopleArguments),
    /// Look who may do what and why, and give or take away what officials may.
    Rights(rights::RightsArguments),
    /// Look at what an official asked and another has to approve; approve it, or refuse.
    Pending(pending::PendingArguments),
    /// Hash a password for a declaration: asked for without being shown, or read from the standard input.
    HashPassword(hash_password::HashPasswordArguments),
    /// Read the audit trail, of one person, one client or all, the latest first.
    Audit(audit::AuditArguments),
    /// Look at clients, those that registered themselves too, and remove one of those; at what a client was, and restore that.
    Clients(clients::ClientsArguments),
    /// Look at services and at what each was, compare that, and restore it.
    Services(services::ServicesArguments),
    /// Make an initial access token for somebody who is to register clients, and its digest for the configuration.
    RegistrationToken,
    /// Enter the units of the territory and say what becomes of them; look at the tree as of any day.
    Units(units::UnitsArguments),
    /// Look at agencies and where they stand as of any day, and move them.
    Agencies(agencies::AgenciesArguments),
    /// Get an access token for the API of officials.
    Api(api::ApiArguments),
    /// Print what completes commands and options in a shell: `source <(motcua completions bash)`.
    Completions(completions::CompletionsArguments),
    /// Write a manual page for each command, for `man` to find.
    Man(man::ManArguments),
    /// List every route: method, path, purpose, who may call it, and the fields of forms.
    Routes(routes::RoutesArguments),
}

/// Which configuration.
#[derive(Args, Clone)]
pub struct ConfigFile {
    /// The configuration file (TOML); motcua.toml of this directory where there is one and none is named. Every key can
    /// be overridden by an environment variable MOTCUA__SECTION__KEY.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// The file that counts: the one that was named, or else the one that stands here.
    pub fn path(&self) -> Option<&Path> {
        let here = Path::new(config::FILE);
        self.config.as_deref().or_else(|| here.exists().then_some(here))
    }

    /// Reads it.
    pub fn load(&self) -> Result<Config, Failure> {
        Config::load(self.path()).map_err(|error| Failure(error.to_string()))
    }
}

/// Why a command failed, in words for whoever typed it.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        // Whether a fault passes by itself concerns callers of a server, not whoever typed.
        let said = error.to_string();
        let bare = ["broken: ", "unavailable: "].into_iter().find_map(|kind| said.strip_prefix(kind));
        Self(bare.unwrap_or(&said).to_owned())
    }
}

/// Whoever reads what a command prints may have read enough (`motcua audit | head`): that is no fault to report.
fn end_with_the_reader() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.to_string().contains("failed printing to stdout: Broken pipe") {
            std::process::exit(0);
        }
        report(panic);
    }));
}

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    choose_tls_provider();
    end_with_the_reader();
    let Cli { command, server } = Cli::parse();
    let outcome = match server.open() {
        Ok(Some(server)) => block_on(there(command, &server)),
        Ok(None) => here(command),
        Err(why) => Err(why),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(why)) => {
            eprintln!("motcua: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Does it with what is on this machine.
fn here(command: Command) -> Result<(), Failure> {
    match command {
        Command::Routes(options) => routes::run(&options),
        Command::CheckConfig(options) => block_on(check_config::run(options)),
        Command::Completions(options) => completions::run(&options, &mut Cli::command()),
        Command::Man(options) => man::run(&options, Cli::command()),
        Command::RegistrationToken => registration_token::run(),
        Command::Demo(options) => block_on(demo::run(options)),
        Command::Serve(options) => block_on(serve::run(options)),
        Command::Apply(options) => block_on(apply::run(options)),
        Command::Export(options) => block_on(export::run(options)),
        Command::Migrate(options) => block_on(migrate::run(options)),
        Command::Keys(options) => block_on(keys::run(options)),
        Command::Outbox(options) => block_on(outbox::run(options)),
        Command::Passkeys(options) => block_on(passkeys::run(options)),
        Command::People(options) => block_on(people::run(options)),
        Command::Rights(options) => block_on(rights::run(options)),
        Command::Pending(options) => block_on(pending::run(options)),
        Command::HashPassword(options) => hash_password::run(&options),
        Command::Audit(options) => block_on(audit::run(options)),
        Command::Clients(options) => block_on(clients::run(options)),
        Command::Services(options) => block_on(services::run(options)),
        Command::Units(options) => block_on(units::run(options)),
        Command::Agencies(options) => block_on(agencies::run(options)),
        Command::Api(options) => block_on(api::run(options)),
    }
}

/// Does it through the API of a server, or says why that is not done there.
async fn there(command: Command, server: &Server) -> Result<(), Failure> {
    let (name, why) = match command {
        Command::Units(options) => return units::there(options, server).await,
        Command::Agencies(options) => return agencies::there(options, server).await,
        Command::Services(options) => return services::there(options, server).await,
        Command::Clients(options) => return clients::there(options, server).await,
        Command::Rights(options) => return rights::there(options, server).await,
        Command::Pending(options) => return pending::there(options, server).await,
        Command::People(options) => return people::there(options, server).await,
        Command::Apply(options) => return apply::there(options, server).await,
        Command::Export(options) => return export::there(options, server).await,
        Command::Keys(options) => return keys::there(options, server).await,
        Command::Outbox(options) => return outbox::there(options, server).await,
        Command::Audit(options) => return audit::there(options, server).await,
        Command::Demo(_) => ("demo", "it is a country of its own on this machine"),
        Command::Serve(_) => ("serve", "it is the server"),
        Command::CheckConfig(_) => ("check-config", "it looks at the configuration of this machine"),
        Command::Migrate(_) => ("migrate", "it changes the tables of the database"),
        Command::Passkeys(_) => ("passkeys", "it reads a file of this machine into the database"),
        Command::HashPassword(_) => ("hash-password", "it asks nobody: a password stays on this machine"),
        Command::RegistrationToken => ("registration-token", "it asks nobody: the token stays on this machine"),
        Command::Api(_) => {
            ("api", "elsewhere a token is asked for at POST /token, with the client's own secret or key")
        }
        Command::Completions(_) => ("completions", "it asks nobody"),
        Command::Man(_) => ("man", "it asks nobody"),
        Command::Routes(_) => ("routes", "it asks nobody: the routes are those of this program"),
    };
    Err(not_there(name, why))
}

/// Chooses who encrypts every TLS connection of the process; the first choice counts.
pub fn choose_tls_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Opens the database that a configuration names.
async fn open_database(config: &Config) -> Result<Db, Fault> {
    let (url, connections) = (config.database.url.0.as_str(), config.database.connections);
    Db::connect(&db::ConnectOptions { url, connections }).await
}

/// The configuration of a command that acts here, as the machine's operator: where officials alone act, there is none.
fn of_the_machine(config: &ConfigFile) -> Result<Config, Failure> {
    let config = config.load()?;
    if config.officials.local {
        return Ok(config);
    }
    let why =
        "officials.local = false: commands of this machine are refused here, and officials act with their own rights";
    Err(Failure(why.into()))
}

/// Whoever has the machine, and why, where they said so.
fn machine(reason: Option<String>) -> By {
    By { reason, ..By::machine() }
}

/// Does something with the instance that a configuration describes, without serving, as the machine's operator; a running
/// provider follows within a second.
async fn with_instance<T>(config: &ConfigFile, act: impl AsyncFnOnce(&App) -> T) -> Result<T, Failure> {
    with_instance_for(config, By::machine(), act).await
}

/// The same for a reason that all acts bear.
async fn with_instance_for<T>(config: &ConfigFile, by: By, act: impl AsyncFnOnce(&App) -> T) -> Result<T, Failure> {
    let world = serve::World { acts_for: Some(by), ..serve::World::default() };
    let app = serve::build(of_the_machine(config)?, world, serve::OnEmpty::Refuse).await?;
    let outcome = act(&app).await;
    app.db.close().await;
    Ok(outcome)
}

/// Looks at the database that a configuration names. Nothing is made, migrated or asked of anybody else for it: where there
/// is no database, or an older one, that is what there is to see.
async fn looking<T>(config: &ConfigFile, look: impl AsyncFnOnce(&Config, &Db) -> T) -> Result<T, Failure> {
    let config = of_the_machine(config)?;
    let empty = || Failure("there is no database yet: `motcua serve --init` makes one, and its first keys".into());
    if !db::exists(&config.database.url.0)? {
        return Err(empty());
    }
    let db = open_database(&config).await?;
    let outcome = match migrations::state(&db).await {
        Ok(State::UpToDate) => Ok(look(&config, &db).await),
        Ok(State::Empty) => Err(empty()),
        Ok(State::Lacks(versions)) => {
            let versions = versions.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            Err(Failure(format!("the database lacks the migrations {versions}: `motcua migrate` applies them")))
        }
        Err(fault) => Err(fault.into()),
    };
    db.close().await;
    outcome
}

fn block_on(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
