//! `motcua demo`: the provider and five portals of a small country, on this machine, with nothing to install.

pub mod country;
mod people;
mod phone;
pub mod portal;
mod post;
mod reorganize;
mod sheet;

use std::fs::DirBuilder;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Host;
use url::Url;

use super::Failure;
use super::serve;
use crate::base::id;
use crate::base::random::SystemEntropy;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::config::Config;
use crate::config::database::SecretUrl;
use crate::config::keys::Custody;
use crate::config::mail::MailTls;
use crate::flows::admin::declaration;
use crate::flows::admin::declaration::file::Declaration;
use crate::identity::agency::Bilingual;
use crate::telemetry::logs;
use country::Country;
use country::LAST_PORT;
use country::Place;
use phone::Phone;
use portal::Board;
use portal::Kind;
use portal::Portal;

/// Arguments of the command.
#[derive(Args)]
pub struct DemoArguments {
    /// The port of the provider; the portals take the five after it.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=i64::from(LAST_PORT)))]
    port: u16,
    /// The address by which other devices reach this machine, such as http://192.168.1.20; listens to all of them.
    #[arg(long, value_name = "URL")]
    public: Option<Url>,
    /// The directory that keeps people, passwords and keys from one start to the next; motcua-demo where none is named.
    #[arg(long, value_name = "DIRECTORY")]
    state: Option<PathBuf>,
    /// Open nothing, and replay the night of 1 July 2025 in a made-up country of 63 provinces, 2,900 services of 84
    /// agencies, 700 officials and 5,000 people: prints what became of what, and exits with 1 if anything changed that
    /// must not. It is gone afterwards, unless --state names a new directory for it.
    #[arg(long, conflicts_with_all = ["port", "public"])]
    reorganize: bool,
    /// With --reorganize: so many people sign in by themselves, before and after; what the others have is written as
    /// their sign-ins would write it.
    #[arg(long, value_name = "N", requires = "reorganize", default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=5000))]
    sign_ins: u16,
}

/// What is logged: troubles, and refusals, which a developer asks about.
const LOG: &str = "warn,motcua::oauth=info,motcua::authorize=info,motcua::page=info";

/// Runs until Ctrl-C.
pub async fn run(options: DemoArguments) -> Result<(), Failure> {
    if options.reorganize {
        return reorganized(&options).await;
    }
    logs::start(LOG, false).map_err(Failure)?;
    let place = match &options.public {
        Some(url) => Place::public(url, options.port).map_err(|why| Failure(format!("--public {url}: {why}")))?,
        None => Place::here(options.port),
    };
    let state = options.state();
    let country = Country::load(state, place)?;
    let doors = open_doors(&options).await?;
    let stop = CancellationToken::new();
    let post = post::Doors::open(options.listens_at()).await?;
    let ports = post.ports()?;
    let config = config(&options, &country, ports);
    let running = serve::start(config, serve::World::default(), serve::OnEmpty::Begin, stop.clone()).await?;
    let declaration = Declaration::read("demo.toml", country.declaration())?;
    let (prune, directory) = (declaration::Prune::Nothing, state);
    let how = declaration::ApplyOptions {
        prune,
        dry_run: false,
        references: Some(declaration::References { environment: &|_| None, directory }),
    };
    declaration::apply(&running.app, &declaration, &how).await?;
    people::settle(&running.app, &country).await?;
    let (owner, key) = country.app();
    let phone = Phone::open(state, owner, &key).map_err(|why| Failure(format!("phone.txt: {why}")))?;
    let mut portals = open_portals(&country, doors, &stop);
    let until = stop.clone();
    portals.spawn(async move {
        if let Err(error) = post.serve(phone.routes(), until).await {
            tracing::error!(%error, "the post has stopped");
        }
    });
    let welcome = async {
        print!("{}", country.welcome(state, ports[0]));
        std::future::pending::<()>().await;
    };
    let told = serve::told_to_stop()?; // listening first: who reads the welcome may press Ctrl-C at once
    tokio::select! {
        biased;
        () = told => {}
        () = welcome => {}
    }
    stop.cancel();
    portals.join_all().await;
    running.finished().await;
    Ok(())
}

/// The night of 1 July 2025, in a directory that was not there before.
async fn reorganized(options: &DemoArguments) -> Result<(), Failure> {
    logs::start("warn", false).map_err(Failure)?;
    let unique = id::new(SystemClock.now(), &SystemEntropy::default());
    let own = options.state.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("motcua-{unique}")));
    let made = DirBuilder::new().mode(0o700).create(&own).and_then(|()| own.canonicalize());
    let own = made.map_err(|error| Failure(format!("{}: {error}; --state names a new directory", own.display())))?;
    let mut config = kept_in(&own);
    config.server.issuer = "http://localhost:8080".to_owned();
    // Made-up people have a random password that nobody will know: it need not be dear.
    (config.passwords.memory_kib, config.passwords.iterations) = (64, 1);
    let kept = options.state.is_some();
    if kept {
        std::fs::write(own.join("motcua.toml"), looked_at(&config))?;
    }
    let told = serve::told_to_stop()?;
    let outcome = tokio::select! {
        outcome = reorganize::run(config, &own, usize::from(options.sign_ins)) => outcome,
        () = told => Err(Failure("stopped".to_owned())),
    };
    if kept {
        println!("\nLook at it by --config {}/motcua.toml, such as motcua units tree --at 2025-06-30", own.display());
    } else {
        std::fs::remove_dir_all(&own)?;
    }
    outcome
}

/// The configuration by which commands look at it.
fn looked_at(config: &Config) -> String {
    let (issuer, url, keys) = (&config.server.issuer, &config.database.url.0, config.keys.directory.display());
    format!(
        "[server]\nissuer = {issuer:?}\n[database]\nurl = {url:?}\n[keys]\ndirectory = \"{keys}\"\ncustody = \"file\"\n"
    )
}

fn config(options: &DemoArguments, country: &Country, [_, mail, sms]: [u16; 3]) -> Config {
    let mut config = kept_in(options.state());
    config.server.issuer = country.issuer();
    config.server.listen = SocketAddr::from((options.listens_at(), options.port));
    config.pages.help = Some("1900 0000".to_owned());
    let about = |page: &str| Some(format!("{}/{page}", country.origin_of(Kind::National)));
    (config.pages.privacy, config.pages.accessibility) = (about("privacy"), about("accessibility"));
    config.pages.records = Some(Bilingual {
        vi: "Cơ sở dữ liệu dân cư của nước trình diễn".into(),
        en: "the population register of the demonstration's country".into(),
    });
    config.operations.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    (config.mail.host, config.mail.port, config.mail.tls) = (Some("127.0.0.1".to_owned()), mail, MailTls::None);
    config.mail.from = Some("motcua@songlam.example".to_owned());
    config.sms.url = Some(format!("http://127.0.0.1:{sms}/"));
    config
}

/// Database and keys lie in one directory.
fn kept_in(state: &Path) -> Config {
    let mut config = Config::default();
    config.database.url = SecretUrl(format!("sqlite:{}", state.join("motcua.db").display()));
    config.keys.directory = state.join("keys");
    config.keys.custody = Custody::File;
    config
}

/// Takes the portals' ports, and sees that the provider's is free, before anything else is begun.
async fn open_doors(options: &DemoArguments) -> Result<Vec<(Kind, TcpListener)>, Failure> {
    let listen = async |after: u16| listen(options.listens_at(), options.port.saturating_add(after)).await;
    listen(0).await?;
    let mut doors = Vec::new();
    for kind in Kind::all() {
        doors.push((kind, listen(country::ports_after(kind)).await?));
    }
    Ok(doors)
}

impl DemoArguments {
    fn state(&self) -> &Path {
        self.state.as_deref().unwrap_or(Path::new("motcua-demo"))
    }

    /// This machine alone, unless others are let in.
    fn listens_at(&self) -> IpAddr {
        match self.public.as_ref().and_then(Url::host) {
            None => Ipv4Addr::LOCALHOST.into(),
            Some(Host::Ipv6(_)) => Ipv6Addr::UNSPECIFIED.into(),
            Some(Host::Ipv4(_) | Host::Domain(_)) => Ipv4Addr::UNSPECIFIED.into(),
        }
    }
}

async fn listen(address: IpAddr, port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((address, port)).await.map_err(|error| {
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
            origin: country.origin_of(kind),
            siblings: siblings.map(|other| (other, country.origin_of(other))).collect(),
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
