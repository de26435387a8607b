//! The program itself, as an operator runs it: a directory with a configuration, a database, and processes.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Output;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use axum::Router;
use motcua::base::time::SystemClock;
use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use serde_json::Value;

use crate::peers::network;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::Database;
use crate::town::ISSUER;
use crate::town::RelyingParty;

/// The longest that anything here may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Site {
    pub directory: tempfile::TempDir,
    database: Database,
}

/// What a command said.
pub struct Ran {
    pub ok: bool,
    pub out: String,
    pub err: String,
}

/// `motcua serve`, running.
pub struct Serving {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    pub address: String,
    pub operations: String,
}

impl Site {
    /// A directory with a configuration and an instance: `server` stands in its section, `more` after all sections.
    pub async fn new(server: &str, more: &str) -> Self {
        let site = Self::empty(server, more).await;
        site.configured(&["migrate", "--init"]).succeeded();
        site
    }

    /// The same, before there is an instance.
    pub async fn empty(server: &str, more: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = Database::empty().await;
        let directory = tempfile::tempdir().unwrap();
        let redis = std::env::var("MOTCUA_TEST_REDIS").unwrap_or_else(|_| "memory".into());
        let (url, name) = (&database.url, &database.name);
        let config = format!(
            "[server]\nissuer = \"http://localhost:8080\"\nlisten = \"127.0.0.1:0\"\n{server}\n\
             [operations]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{url}\"\nconnections = 4\n\
             [ephemeral]\nurl = \"{redis}\"\nprefix = \"{name}:\"\n{more}\n"
        );
        std::fs::write(directory.path().join("motcua.toml"), config).unwrap();
        Self { directory, database }
    }

    /// A site of the town's issuer, where its people and relying parties can go once [`Site::settle`] lets them in.
    pub async fn of_the_town() -> Self {
        let site = Self::empty("", "").await;
        site.change("http://localhost:8080", ISSUER);
        site.write("town.toml", DECLARATION);
        site
    }

    /// Begins the instance, and applies the town's declaration.
    pub fn settle(&self) {
        self.configured(&["migrate", "--init"]).succeeded();
        self.configured(&["apply", "town.toml"]).succeeded();
    }

    /// Writes another text in its place of the configuration.
    pub fn change(&self, from: &str, to: &str) {
        let config = std::fs::read_to_string(self.path("motcua.toml")).unwrap();
        assert!(config.contains(from), "{config}");
        self.write("motcua.toml", &config.replace(from, to));
    }

    /// The URL of its database.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Whether there is a file of the database; a server keeps its own.
    pub fn has_database_file(&self) -> bool {
        self.database.url.strip_prefix("sqlite:").is_some_and(|path| std::fs::exists(path).unwrap())
    }

    /// The database, as a program beside the provider would open it.
    pub async fn db(&self) -> Db {
        Db::connect(&ConnectOptions { url: &self.database.url, connections: 1 }).await.unwrap()
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        run_in(self.directory.path(), arguments, &[])
    }

    /// Runs a command with the configuration to its end.
    pub fn configured(&self, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["--config", "motcua.toml"]].concat())
    }

    /// Runs a command with the configuration to its end, which reads `input`.
    pub fn fed(&self, input: &str, arguments: &[&str]) -> Ran {
        let arguments = [arguments, &["--config", "motcua.toml"]].concat();
        let mut command = command(self.directory.path(), &arguments, &[]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that refuses what it is given may not read it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Ran::of(child.wait_with_output().unwrap())
    }

    /// The same at a terminal, fed from a file if one is named: what was printed and what was said, as it was drawn.
    pub fn at_a_terminal(&self, arguments: &[&str], fed: Option<&str>) -> Ran {
        let arguments = [arguments, &["--config", "motcua.toml"]].concat();
        let quoted: Vec<String> = arguments.iter().map(|one| format!("'{one}'")).collect();
        let fed = fed.map(|file| format!("< '{file}'")).unwrap_or_default();
        let line = format!("'{}' {} {fed}", env!("CARGO_BIN_EXE_motcua"), quoted.join(" "));
        let mut terminal = Command::new("script");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MOTCUA")) {
            terminal.env_remove(name);
        }
        terminal.current_dir(self.directory.path()).env("TERM", "xterm").stdin(Stdio::null());
        Ran::of(terminal.args(["-q", "-e", "-c", &line, "/dev/null"]).output().unwrap())
    }

    /// Starts a command with the configuration, which reads nothing.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let arguments = [arguments, &["--config", "motcua.toml"]].concat();
        let mut command = command(self.directory.path(), &arguments, &[]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts `motcua serve` and waits until it serves.
    pub async fn serve(&self) -> Serving {
        self.serve_with(&["--config", "motcua.toml"], &[]).await
    }

    /// The same with other arguments and variables.
    pub async fn serve_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Serving {
        let mut child = command(self.directory.path(), &[&["serve"], arguments].concat(), environment)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let (kept, pipe) = (Arc::clone(&lines), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        let mut serving = Serving { child, lines, address: String::new(), operations: String::new() };
        let said = serving.line("serving").await;
        serving.address = said["listen"].as_str().unwrap().to_owned();
        serving.operations = said["operations"].as_str().unwrap().to_owned();
        serving
    }

    pub async fn leave(self) {
        self.database.drop().await;
    }
}

fn command(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MOTCUA")) {
        command.env_remove(name);
    }
    command.current_dir(directory).args(arguments).envs(environment.iter().copied()).stdin(Stdio::null());
    command
}

/// Runs a command in `directory` to its end.
pub fn run_in(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    Ran::of(command(directory, arguments, environment).output().unwrap())
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { ok: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// What it printed, if it succeeded.
    pub fn succeeded(self) -> String {
        assert!(self.ok, "{}{}", self.out, self.err);
        self.out
    }

    /// What it complained of, if it failed.
    pub fn failed(self) -> String {
        assert!(!self.ok, "{}{}", self.out, self.err);
        self.err
    }
}

impl Serving {
    /// The first log line with this message, once there is one.
    pub async fn line(&mut self, message: &str) -> Value {
        self.line_with("message", message).await
    }

    /// The first log line whose field has this value, once there is one.
    pub async fn line_with(&mut self, field: &str, wanted: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        let mut ended_at: Option<Instant> = None;
        loop {
            let lines = self.lines.lock().unwrap().clone();
            let values = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if let Some(found) = values.into_iter().find(|line| line[field] == wanted) {
                return found;
            }
            let ended = self.child.try_wait().unwrap();
            // What it said last may still be on its way from the pipe.
            let end = ended.map(|_| *ended_at.get_or_insert_with(Instant::now) + Duration::from_secs(2));
            let over = Instant::now() >= end.map_or(deadline, |end| end.min(deadline));
            assert!(!over, "no {field} {wanted:?} ({ended:?}): {lines:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The way to it, for browsers and relying parties of the town.
    pub fn router(&self) -> Router {
        network::to(&self.url(""), None)
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router())
    }

    pub fn rp(&self, client_id: &str) -> RelyingParty {
        RelyingParty::new(self.router(), Arc::new(SystemClock), client_id)
    }

    /// Every line that it logged until now.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Waits for the end of the process.
    pub async fn ended(mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "still running: {:#?}", self.lines.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until it says nothing more.
    pub async fn closed(&mut self) {
        until("the process ends", PATIENCE, || {
            let ended = self.child.try_wait().unwrap();
            async move { ended.map(drop).ok_or_else(|| "it runs".to_owned()) }
        })
        .await;
    }

    pub async fn stop(self) {
        self.terminate();
        let status = self.ended().await;
        assert!(status.success(), "{status}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client without cookies, proxies and redirects.
pub fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build().unwrap()
}

/// Asks again and again until `done`, or until `within` has passed.
pub async fn until<T, F>(what: &str, within: Duration, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, String>>,
{
    let deadline = Instant::now() + within;
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(last) => assert!(Instant::now() < deadline, "{what}: {last}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
