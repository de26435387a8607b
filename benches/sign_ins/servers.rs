//! A PostgreSQL and a Redis of one's own, in a directory that goes with them.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use super::process;
use super::process::Process;
use super::process::free_port;

pub struct Servers {
    pub postgres: Process,
    pub redis: Process,
    pub database_url: String,
    pub redis_url: String,
    _directory: tempfile::TempDir,
}

impl Servers {
    /// `settings`: what PostgreSQL is told beside.
    pub fn start(settings: &[String]) -> Self {
        // Below /tmp, whatever TMPDIR says, and open to be entered: as root, the servers run as another user.
        let directory = tempfile::Builder::new().prefix("motcua-bench.").tempdir_in("/tmp").unwrap();
        succeed(Command::new("chmod").arg("711").arg(directory.path()));
        let (postgres_port, redis_port) = (free_port(), free_port());
        Self {
            postgres: postgres(&made(directory.path(), "postgres"), postgres_port, settings),
            redis: redis(&made(directory.path(), "redis"), redis_port),
            database_url: format!("postgres://postgres@127.0.0.1:{postgres_port}/postgres"),
            redis_url: format!("redis://127.0.0.1:{redis_port}/"),
            _directory: directory,
        }
    }
}

/// As durable as in production.
fn postgres(directory: &Path, port: u16, settings: &[String]) -> Process {
    let bin = postgres_bin();
    let data = directory.join("data");
    let mut initdb = process::command_in(directory, bin.join("initdb"));
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-D"]).arg(&data);
    succeed(initdb.stdout(Stdio::null()));
    let mut server = process::command_in(directory, bin.join("postgres"));
    server.arg("-D").arg(&data).args(["-p", &port.to_string()]);
    let always = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on", "synchronous_commit=on"];
    for setting in always.into_iter().chain(settings.iter().map(String::as_str)) {
        server.args(["-c", setting]);
    }
    let mut server = Process::start(log_to(server, &directory.join("log")));
    let mut ready = Command::new(bin.join("pg_isready"));
    ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
    let ready = std::cell::RefCell::new(ready);
    server.wait_until(|| ready.borrow_mut().status().unwrap().success());
    server
}

fn redis(directory: &Path, port: u16) -> Process {
    let mut server = process::command_in(directory, "redis-server");
    server.args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()]);
    Process::start(log_to(server, &directory.join("log"))).listening(port)
}

fn log_to(mut command: Command, log: &Path) -> Command {
    let log = std::fs::File::create(log).unwrap();
    command.stdout(log.try_clone().unwrap()).stderr(log);
    command
}

/// A directory of the user as whom a server runs: PostgreSQL refuses root.
fn made(parent: &Path, name: &str) -> PathBuf {
    let directory = parent.join(name);
    std::fs::create_dir(&directory).unwrap();
    if process::is_root() {
        let has_postgres = Command::new("id").arg("postgres").output().unwrap().status.success();
        succeed(Command::new("chown").arg(if has_postgres { "postgres:" } else { "nobody:" }).arg(&directory));
    }
    directory
}

/// Debian keeps PostgreSQL's programs out of PATH, one directory for each version.
fn postgres_bin() -> PathBuf {
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(version);
    let in_path = || std::env::split_paths(&std::env::var_os("PATH")?).find(|path| path.join("initdb").exists());
    let bin = newest.map(|path| path.join("bin")).or_else(in_path);
    bin.expect("PostgreSQL is not installed (MOTCUA_BENCH_ENGINES=sqlite does without)")
}

fn succeed(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
