//! PgBouncer before PostgreSQL, set up as the README says for its version: what it drops, and whose connection is whose.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use tempfile::TempDir;
use tokio::net::TcpStream;
use url::Url;

use super::program::PATIENCE;
use super::program::Site;
use super::program::until;
use super::readme;
use crate::peers::serving::free_port;
use crate::store::execute;
use crate::store::texts;
use crate::town::Tokens;
use crate::town::database::is_citus;

const PROGRAM: &str = "/usr/sbin/pgbouncer";
/// Debian's nobody and nogroup: it does not run as root.
const NOBODY: u32 = 65_534;

struct PgBouncer {
    child: Child,
    port: u16,
    directory: TempDir,
}

/// The program that the tests use, and whether it keeps prepared statements: from 1.21 on.
fn program() -> (String, bool) {
    let program = std::env::var("MOTCUA_TEST_PGBOUNCER").unwrap_or_else(|_| PROGRAM.to_owned());
    let said = Command::new(&program).arg("--version").output();
    let said = said.unwrap_or_else(|error| panic!("{program}: {error}; tests/run installs it")).stdout;
    let version = String::from_utf8(said).unwrap();
    let mut parts = version.split_whitespace().nth(1).unwrap().split('.').map(|part| part.parse::<u32>().unwrap());
    let version = (parts.next().unwrap(), parts.next().unwrap());
    (program, version >= (1, 21))
}

impl PgBouncer {
    /// Before the server of `url`, with these lines of configuration and fewer connections than ask for one.
    async fn before(url: &Url, lines: &str) -> Self {
        for _ in 0..9 {
            // Somebody else may take the port in between: then there is another.
            let (port, directory) = (free_port(), tempfile::tempdir().unwrap());
            let server =
                format!("host={} port={} user={}", url.host_str().unwrap(), url.port().unwrap(), url.username());
            let config = format!(
                "[databases]\n* = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
                 unix_socket_dir =\nauth_type = any\ndefault_pool_size = 3\n{lines}"
            );
            fs::write(directory.path().join("pgbouncer.ini"), config).unwrap();
            let child = command(directory.path()).spawn().unwrap();
            let mut pooler = Self { child, port, directory };
            if pooler.answers().await {
                return pooler;
            }
        }
        panic!("PgBouncer finds no port");
    }

    async fn answers(&mut self) -> bool {
        until("PgBouncer answers", PATIENCE, || {
            let ended = self.child.try_wait().unwrap();
            let log = fs::read_to_string(self.directory.path().join("log")).unwrap();
            let port = self.port;
            async move {
                match ended {
                    Some(_) if log.contains("in use") => Ok(false),
                    Some(status) => panic!("PgBouncer ended, {status}: {log}"),
                    None => {
                        TcpStream::connect(("127.0.0.1", port)).await.map(|_| true).map_err(|error| error.to_string())
                    }
                }
            }
        })
        .await
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(directory: &Path) -> Command {
    let log = fs::File::create(directory.join("log")).unwrap();
    let mut command = Command::new(program().0);
    command.arg("pgbouncer.ini").current_dir(directory).stdin(Stdio::null());
    command.stdout(log.try_clone().unwrap()).stderr(log);
    if Command::new("id").arg("-u").output().unwrap().stdout == b"0\n" {
        chown(directory, Some(NOBODY), Some(NOBODY)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn server() -> Option<Url> {
    Some(Url::parse(&std::env::var("MOTCUA_TEST_DATABASE").ok()?).unwrap())
}

/// A site whose database is reached through a pooler with these lines of configuration.
async fn site_behind(server: &Url, lines: &str) -> (Site, PgBouncer, String) {
    let pooler = PgBouncer::before(server, lines).await;
    let site = Site::of_the_town().await;
    let mut url = Url::parse(site.database_url()).unwrap();
    url.set_port(Some(pooler.port)).unwrap();
    site.change(site.database_url(), url.as_str());
    site.change("connections = 4", "connections = 8");
    (site, pooler, url.into())
}

/// An empty database is migrated, people sign in at once and tokens are refreshed, all through it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_pooler_people_sign_in_at_once_and_tokens_are_refreshed() {
    let Some(server) = server() else { return println!("ignored: MOTCUA_TEST_DATABASE names no server") };
    if is_citus().await {
        return;
    }
    let lines = readme::block("ini", if program().1 { "pool_mode = transaction" } else { "pool_mode = session" });
    let (site, _pooler, url) = site_behind(&server, &lines).await;
    let direct = site.db().await;
    let name = Url::parse(&url).unwrap().path().trim_start_matches('/').to_owned();
    let settings = readme::block("sql", "ALTER ROLE motcua IN DATABASE motcua");
    for line in settings.lines() {
        let ours = format!("CURRENT_USER IN DATABASE {name}");
        execute(&direct, &line.replace("motcua IN DATABASE motcua", &ours)).await;
    }

    site.settle();
    let serving = site.serve().await;
    let (portal, mut browser) = (serving.rp("portal").with_scope("openid offline_access"), serving.browser());
    portal.tokens(&mut browser, &[]).await;
    let sign_ins = (0..12).map(|_| {
        let (portal, mut browser) = (portal.clone(), browser.clone());
        tokio::spawn(async move {
            let mut tokens = portal.tokens(&mut browser, &[]).await;
            for _ in 0..5 {
                tokens = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
                assert_eq!(portal.userinfo(tokens.access_token()).await.status, 200);
            }
        })
    });
    for outcome in futures_util::future::join_all(sign_ins).await {
        outcome.unwrap();
    }
    let pooled = Db::connect(&ConnectOptions { url: &url, connections: 1 }).await.unwrap();
    for line in settings.lines() {
        let (name, value) = line.split_once(" SET ").unwrap().1.split_once(" = ").unwrap();
        let value = value.trim_end_matches(';').trim_matches('\'');
        assert_eq!(texts(&pooled, format!("SELECT current_setting('{name}')")).await, [value], "{line}");
    }
    pooled.close().await;
    let complaints: Vec<String> = serving.lines().into_iter().filter(|line| !line.contains("\"INFO\"")).collect();
    assert_eq!(complaints, Vec::<String>::new());
    serving.stop().await;
    direct.close().await;
    site.leave().await;
}

/// A version that keeps no prepared statements, in transaction mode: the error says what lies between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_keeps_no_prepared_statements_is_named() {
    let Some(server) = server() else { return println!("ignored: MOTCUA_TEST_DATABASE names no server") };
    if is_citus().await {
        return;
    }
    let lines = "pool_mode = transaction\nignore_startup_parameters = extra_float_digits,options\n";
    let none = if program().1 { "max_prepared_statements = 0\n" } else { "" };
    let (site, _pooler, _) = site_behind(&server, &format!("{lines}{none}")).await;
    let error = site.configured(&["serve"]).failed();
    assert!(error.contains("a pooler that keeps no prepared statements"), "{error}");
    site.leave().await;
}
