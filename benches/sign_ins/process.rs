//! Processes that end with this one, whatever ends it.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

pub struct Process {
    child: Child,
}

impl Process {
    pub fn start(mut command: Command) -> Self {
        let name = format!("{command:?}");
        Self { child: command.stdin(Stdio::null()).spawn().unwrap_or_else(|error| panic!("{name}: {error}")) }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it listens on `port`.
    pub fn listening(mut self, port: u16) -> Self {
        self.wait_until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        self
    }

    pub fn wait_until(&mut self, ready: impl Fn() -> bool) {
        let begun = Instant::now();
        while !ready() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed().as_secs() < 90, "a server does not start ({ended:?})");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // PostgreSQL ends its own children at SIGINT, and not at SIGKILL.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let begun = Instant::now();
        // It writes to disk what it has changed in memory.
        while matches!(self.child.try_wait(), Ok(None)) && begun.elapsed().as_secs() < 60 {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `program`, which the kernel interrupts when this process ends. Nobody else's configuration reaches it.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    without_privileges(program, None)
}

/// The same as whoever owns `directory`, and in it.
pub fn command_in(directory: &Path, program: impl AsRef<OsStr>) -> Command {
    let mut command = without_privileges(program, Some(directory));
    command.current_dir(directory);
    command
}

fn without_privileges(program: impl AsRef<OsStr>, directory: Option<&Path>) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=INT");
    if let Some(owner) = directory.map(|directory| directory.metadata().unwrap()).filter(|_| is_root()) {
        command.args([format!("--reuid={}", owner.uid()), format!("--regid={}", owner.gid())]).arg("--clear-groups");
    }
    command.arg("--").arg(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MOTCUA") || name.starts_with("PG")) {
        command.env_remove(name);
    }
    command
}

pub fn is_root() -> bool {
    Path::new("/proc/self").metadata().unwrap().uid() == 0
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
