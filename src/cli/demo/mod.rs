//! `motcua demo`: the provider and five portals of a small country, on this machine, with nothing to install.

pub mod country;
pub mod portal;

use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::Failure;
use super::serve;
use crate::config::Config;
use crate::config::database::SecretUrl;
use crate::config::keys::Custody;
use crate::flows::admin::declaration;
use crate::flows::admin::declaration::file::Declaration;
use crate::telemetry::logs;
use country::Country;
use portal::Board;
use portal::Kind;
use portal::Portal;

/// Arguments of the command.
#[derive(Args)]
pub struct DemoArguments {
    /// The port of the provider; the portals take the five after it.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65530))]
    port: u16,
    /// The directory that keeps people, passwords and keys from one start to the next.
    #[arg(long, default_value = "motcua-demo", value_name = "DIRECTORY")]
    state: PathBuf,
}

/// What is logged: troubles, and refusals, which a developer asks about.
const LOG: &str = "warn,motcua::oauth=info,motcua::authorize=info,motcua::page=info";

/// Runs until Ctrl-C.
pub async fn run(options: DemoArguments) -> Result<(), Failure> {
    logs::start(LOG, false).map_err(Failure)?;
    let country = Country::load(&options.state, options.port)?;
    let doors = open_doors(&country, options.port).await?;
    let stop = CancellationToken::new();
    let running = serve::start(config(&options), serve::World::default(), stop.clone()).await?;
    let declaration = Declaration::read("demo.toml", country.declaration())?;
    let how = declaration::ApplyOptions { prune: false, environment: &|_| None, directory: &options.state };
    declaration::apply(&running.app, &declaration, &how).await?;
    let portals = open_portals(&country, doors, &stop);
    let welcome = async {
        print!("{}", country.welcome(&options.state));
        std::future::pending::<()>().await;
    };
    // Listening first: who reads the welcome may press Ctrl-C at once.
    tokio::select! {
        biased;
        told = serve::told_to_stop() => told?,
        () = welcome => {}
    }
    stop.cancel();
    portals.join_all().await;
    running.finished().await;
    Ok(())
}

fn config(options: &DemoArguments) -> Config {
    let mut config = Config::default();
    config.server.issuer = country::origin(options.port);
    config.server.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    config.operations.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.database.url = SecretUrl(format!("sqlite:{}", options.state.join("motcua.db").display()));
    config.keys.directory = options.state.join("keys");
    config.keys.custody = Custody::File;
    config
}

/// Takes the portals' ports, and sees that the provider's is free, before anything else is begun.
async fn open_doors(country: &Country, port: u16) -> Result<Vec<(Kind, TcpListener)>, Failure> {
    listen(port).await?;
    let mut doors = Vec::new();
    for kind in Kind::all() {
        doors.push((kind, listen(country.port_of(kind)).await?));
    }
    Ok(doors)
}

async fn listen(port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        Failure(format!("port {port}: {error}. Six free ports in a row are needed; --port names the first"))
    })
}

fn open_portals(
    country: &Country,
    doors: Vec<(Kind, TcpListener)>,
    stop: &CancellationToken,
) -> tokio::task::JoinSet<()> {
    let board = Arc::new(Board::default());
    let mut portals = tokio::task::JoinSet::new();
    for (kind, listener) in doors {
        let siblings = Kind::all().into_iter().filter(|other| *other != kind);
        let portal = Portal {
            kind,
            issuer: country.issuer(),
            client_id: kind.key().to_owned(),
            client_secret: country.secret_of(kind),
            origin: country::origin(country.port_of(kind)),
            siblings: siblings.map(|other| (other, country::origin(country.port_of(other)))).collect(),
        };
        let (board, stop) = (Arc::clone(&board), stop.clone());
        portals.spawn(async move {
            if let Err(error) = portal::serve(portal, board, listener, stop).await {
                tracing::error!(%error, "a portal has stopped");
            }
        });
    }
    portals
}
