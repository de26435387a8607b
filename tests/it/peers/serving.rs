//! `motcua serve` as a process of its own, on SQLite and a port of this machine.

use std::io::BufRead;
use std::io::BufReader;
use std::net::TcpListener;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use super::network;
use crate::town::Browser;

pub struct Serving {
    child: Child,
    pub issuer: String,
    _directory: TempDir,
}

impl Serving {
    /// Starts a provider that knows what `declaration` says, provisioned as an operator does it.
    pub fn with(declaration: &str) -> Self {
        Self::start(declaration, None, "")
    }

    /// The same, where the operator's configuration has further lines.
    pub fn configured(declaration: &str, more: &str) -> Self {
        Self::start(declaration, None, more)
    }

    /// The same, and it may call servers of this machine that have `certificate` (PEM).
    pub fn calling(declaration: &str, certificate: &str) -> Self {
        Self::start(declaration, Some(certificate), "")
    }

    fn start(declaration: &str, certificate: Option<&str>, more: &str) -> Self {
        for _ in 0..9 {
            // Somebody else may take the port in between: then there is another.
            if let Some(serving) = Self::at(free_port(), declaration, certificate, more) {
                return serving;
            }
        }
        panic!("the provider does not start");
    }

    fn at(port: u16, declaration: &str, certificate: Option<&str>, more: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let issuer = format!("http://localhost:{port}");
        let (config, file) = (directory.path().join("motcua.toml"), directory.path().join("apply.toml"));
        let mut text = configuration(directory.path(), port) + more;
        if let Some(pem) = certificate {
            let path = directory.path().join("ca.pem");
            std::fs::write(&path, pem).unwrap();
            text.push_str("[outbound]\nallowed_networks = [\"127.0.0.0/8\", \"::1/128\"]\n");
            text.push_str(&format!("extra_ca = \"{}\"\n", path.display()));
        }
        std::fs::write(&config, text).unwrap();
        std::fs::write(&file, declaration).unwrap();
        let begun = motcua("migrate", &config).arg("--init").output().unwrap();
        assert!(begun.status.success(), "{}", String::from_utf8_lossy(&begun.stderr));
        let applied = motcua("apply", &config).arg(&file).output().unwrap();
        assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
        let mut child = motcua("serve", &config).stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("\"serving\"") {
            if log.read_line(&mut said).unwrap() == 0 {
                assert!(!child.wait().unwrap().success() && said.contains("cannot listen"), "{said}");
                return None;
            }
        }
        // A pipe that nobody reads would stop it.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Some(Self { child, issuer, _directory: directory })
    }

    /// A person's browser at this provider.
    pub fn browser(&self) -> Browser {
        Browser::visiting(&self.issuer, network::to(&self.issuer, None))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn motcua(command: &str, config: &Path) -> Command {
    let mut motcua = Command::new(env!("CARGO_BIN_EXE_motcua"));
    motcua.args([command, "--config", config.to_str().unwrap()]);
    motcua
}

fn configuration(directory: &Path, port: u16) -> String {
    let directory = directory.display();
    format!(
        r#"
[server]
issuer = "http://localhost:{port}"
listen = "127.0.0.1:{port}"
[operations]
listen = "127.0.0.1:0"
log_format = "json"
[database]
url = "sqlite:{directory}/motcua.db"
[keys]
directory = "{directory}/keys"
"#
    )
}

/// A port that nobody has yet.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
