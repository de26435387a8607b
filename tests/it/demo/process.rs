//! `motcua demo` as a process of its own, started at a terminal and read from it.

use std::hash::BuildHasher;
use std::hash::Hasher;
use std::hash::RandomState;
use std::io::BufRead;
use std::io::BufReader;
use std::net::TcpListener;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::Mutex;

use tempfile::NamedTempFile;

use super::PORTALS;

pub struct Demo {
    child: Child,
    pub port: u16,
    /// What it said on standard output until everything was open.
    pub said: String,
    log: NamedTempFile,
    /// Codes of its authenticator app that were typed.
    pub used: Mutex<Vec<String>>,
}

impl Demo {
    /// Starts it on ports that are free, and reads until everything is open.
    pub fn start(state: &Path) -> Self {
        let mut why = String::new();
        for _ in 0..9 {
            // Somebody else may take a port in between: then there are others.
            match Self::start_at(state, free_ports()) {
                Ok(demo) => return demo,
                Err(said) => why = said,
            }
        }
        panic!("the demonstration does not start: {why}");
    }

    /// Starts it on `port` and the five after it, or returns what it said against that.
    pub fn start_at(state: &Path, port: u16) -> Result<Self, String> {
        Self::start_with(state, port, &[])
    }

    /// The same, with more arguments.
    pub fn start_with(state: &Path, port: u16, more: &[&str]) -> Result<Self, String> {
        let log = NamedTempFile::new().unwrap();
        let mut child = command()
            .args(["--state", state.to_str().unwrap(), "--port", &port.to_string()])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !said.contains("Ctrl-C") {
            if lines.read_line(&mut said).unwrap() == 0 {
                assert!(!child.wait().unwrap().success(), "it ended without being told to: {said}");
                return Err(std::fs::read_to_string(&log).unwrap());
            }
        }
        Ok(Self { child, port, said, log, used: Mutex::default() })
    }

    pub fn issuer(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    pub fn portal(&self, key: &str) -> String {
        let at = PORTALS.iter().position(|portal| *portal == key).unwrap();
        format!("http://localhost:{}", usize::from(self.port) + 1 + at)
    }

    /// Where its letters are read.
    pub fn letters(&self) -> &str {
        let line = self.said.lines().find(|line| line.starts_with("Letters")).unwrap();
        line.split_whitespace().last().unwrap()
    }

    /// Where the codes of its authenticator app are read.
    pub fn phone(&self) -> String {
        format!("{}phone", self.letters())
    }

    /// The password that it printed for a person.
    pub fn password_of(&self, user_name: &str) -> String {
        let mut lines = self.said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let line = lines.find(|words| words.first() == Some(&user_name)).expect("the person is listed");
        let at = line.iter().position(|word| *word == "password").unwrap();
        line[at + 1].to_owned()
    }

    /// Ctrl-C at its terminal.
    pub fn interrupt(mut self) -> (ExitStatus, String) {
        let told = Command::new("sh").args(["-c", &format!("kill -INT {}", self.child.id())]).status().unwrap();
        assert!(told.success());
        let status = self.child.wait().unwrap();
        (status, std::fs::read_to_string(&self.log).unwrap())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.arg("demo");
    command
}

/// The first of six free ports in a row, below the range from which the kernel gives out ports.
pub fn free_ports() -> u16 {
    loop {
        let chance = RandomState::new().build_hasher().finish();
        let first = 16_384 + u16::try_from(chance % 16_000).unwrap();
        let all: Result<Vec<_>, _> = (first..first + 6).map(|port| TcpListener::bind(("127.0.0.1", port))).collect();
        if all.is_ok() {
            return first;
        }
    }
}
