//! An instance of one's own, and the program that imports into it.

use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;

use super::process;
use super::servers::Servers;

pub struct Site {
    directory: tempfile::TempDir,
    program: PathBuf,
    pub database_url: String,
}

pub struct Import {
    pub took: Duration,
    pub peak_kib: u64,
}

impl Site {
    pub async fn begin(servers: Option<&Servers>, name: &str, people: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("motcua-bench.").tempdir().unwrap();
        let database_url = match servers {
            None => format!("sqlite:{}", directory.path().join("motcua.db").display()),
            Some(servers) => {
                let mut server = PgConnection::connect(&servers.database_url).await.unwrap();
                sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut server).await.unwrap();
                let (server, _) = servers.database_url.rsplit_once('/').unwrap();
                format!("{server}/{name}")
            }
        };
        let config = format!(
            "[server]\nissuer = \"http://localhost:8080\"\nlisten = \"127.0.0.1:0\"\n[operations]\n\
             listen = \"127.0.0.1:0\"\n[database]\nurl = \"{database_url}\"\n"
        );
        std::fs::write(directory.path().join("motcua.toml"), config).unwrap();
        std::fs::write(directory.path().join("people.csv"), people).unwrap();
        let program = std::env::var("MOTCUA_BENCH_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_motcua").to_owned());
        let program = std::fs::canonicalize(program).unwrap();
        let this = Self { directory, program, database_url };
        this.run(&["migrate", "--init"]);
        this
    }

    /// `None` where it was killed after so long.
    pub fn import(&self, kill_after: Option<Duration>) -> Option<Import> {
        let (begun, mut peak_kib) = (Instant::now(), 0);
        let mut child = self.command(&["people", "import", "people.csv"]).stdout(Stdio::null()).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return Some(Import { took: begun.elapsed(), peak_kib });
            }
            if kill_after.is_some_and(|after| begun.elapsed() >= after) {
                child.kill().unwrap();
                child.wait().unwrap();
                return None;
            }
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
            peak_kib = peak.map_or(peak_kib, |kib| kib.parse().unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn count(&self) -> usize {
        let said = self.run(&["people", "count", "--exact"]);
        said.split(' ').next().unwrap().parse().unwrap()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::command(&self.program);
        command.current_dir(self.directory.path()).args(arguments).stdin(Stdio::null());
        command
    }
}
