//! The program itself: one process or two over one database, which can be stopped, killed and started again.

use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

/// Where the program under test keeps its things.
pub struct Site {
    pub directory: tempfile::TempDir,
}

/// One `motcua serve`.
pub struct Replica {
    pub port: u16,
    config: PathBuf,
    child: Option<Child>,
    /// By how much its clock is wrong, as libfaketime says it.
    clock: Option<&'static str>,
    log: PathBuf,
}

impl Site {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes the configuration of one replica.
    pub fn configure(&self, name: &str, ports: (u16, u16), issuer: u16, database: &str, ephemeral: &str) -> PathBuf {
        let (port, operations) = ports;
        let text = format!(
            "[server]\nissuer = \"http://localhost:{issuer}\"\nlisten = \"127.0.0.1:{port}\"\n\
             [operations]\nlisten = \"127.0.0.1:{operations}\"\nlog = \"info\"\n\
             [database]\nurl = \"{database}\"\n[ephemeral]\nurl = \"{ephemeral}\"\n\
             [keys]\ndirectory = \"{}\"\n[tokens]\naccess_token = \"1h\"\n\
             [throttle]\naccount_and_network = 100000\naccount = 100000\nnetwork = 1000000\n",
            self.path("keys").display()
        );
        let path = self.path(&format!("{name}.toml"));
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Starts a command of the program, to be waited for.
    pub fn command(&self, arguments: &[&str]) -> tokio::process::Command {
        let mut command = tokio::process::Command::from(program());
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

impl Replica {
    pub fn new(port: u16, config: PathBuf, clock: Option<&'static str>) -> Self {
        let log = config.with_extension("log");
        Self { port, config, child: None, clock, log }
    }

    /// Starts it and waits until it answers.
    pub async fn start(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(&self.log).unwrap();
        let mut command = program();
        if let (Some(offset), Some(library)) = (self.clock, faketime()) {
            command.env("LD_PRELOAD", library).env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        command.arg("serve").arg("--config").arg(&self.config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(90);
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "does not serve ({ended:?}): {}", self.last_lines());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn stop(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn signal(&self, signal: &str) {
        if let Some(child) = &self.child {
            assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        }
    }

    /// What its log says of failures that should not be.
    pub fn broken(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        text.lines().filter(|line| line.contains("broken: ") || line.contains("panicked")).map(str::to_owned).collect()
    }

    pub fn last_lines(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program that was built with this test, or another build of it.
fn program() -> Command {
    let built = env!("CARGO_BIN_EXE_motcua").to_owned();
    let mut command = Command::new(std::env::var("MOTCUA_FAULTS_PROGRAM").unwrap_or(built));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MOTCUA")) {
        command.env_remove(name);
    }
    command
}

/// Debian's library by which a process sees another time.
pub fn faketime() -> Option<PathBuf> {
    let homes = std::fs::read_dir("/usr/lib").ok()?.filter_map(Result::ok);
    homes.map(|home| home.path().join("faketime/libfaketimeMT.so.1")).find(|path| path.exists())
}

/// A port that nobody has now.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A Redis of the test's own, which it may kill.
pub struct Redis {
    pub port: u16,
    directory: PathBuf,
    child: Option<Child>,
}

impl Redis {
    pub async fn start(directory: &Path) -> Self {
        let mut redis = Self { port: free_port(), directory: directory.to_owned(), child: None };
        redis.again().await;
        redis
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Empty, on the same port.
    pub async fn again(&mut self) {
        self.kill();
        let mut command = Command::new("redis-server");
        let port = self.port.to_string();
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port]);
        command.current_dir(&self.directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("redis-server is needed"));
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
