//! Apache with mod_auth_openidc: a portal that protects a page, a process of its own.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use super::network;
use super::serving::Serving;
use super::serving::free_port;
use crate::operations::program::PATIENCE;
use crate::operations::program::until;
use crate::town::Browser;
use crate::town::DECLARATION;

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULE: &str = "/usr/lib/apache2/modules/mod_auth_openidc.so";
/// Debian's nobody and nogroup, where root runs the tests: Apache serves as somebody without rights.
const NOBODY: u32 = 65_534;

pub struct Apache {
    child: Child,
    pub origin: String,
    certificate: String,
    directory: TempDir,
}

impl Apache {
    /// A provider, and the portal that it knows as the client `apache`.
    pub async fn beside_a_provider() -> (Serving, Self) {
        assert!(Path::new(MODULE).exists(), "{MODULE} is missing: tests/run installs it");
        for _ in 0..9 {
            // Somebody else may take the port in between: then there is another.
            let port = free_port();
            let directory = tempfile::tempdir().unwrap();
            let certificate = furnish(directory.path());
            let provider = Serving::calling(&declaration(port), &certificate);
            let child = command(directory.path(), port, &provider.issuer).spawn();
            let child = child.unwrap_or_else(|error| panic!("{PROGRAM}: {error}; tests/run installs it"));
            let origin = format!("https://localhost:{port}");
            let mut apache = Self { child, origin, certificate, directory };
            if apache.serves().await {
                return (provider, apache);
            }
        }
        panic!("Apache finds no port");
    }

    /// Waits until it answers; false where the port was taken.
    async fn serves(&mut self) -> bool {
        let client = network::client(Some(&self.certificate));
        // Whoever else answers there has another certificate.
        let serves = until("Apache serves", PATIENCE, || {
            let ended = self.child.try_wait().unwrap();
            let answer = client.get(&self.origin).send();
            async move {
                match ended {
                    Some(_) => Ok(false),
                    None => answer.await.map(|_| true).map_err(|error| format!("{error:?}")),
                }
            }
        });
        let serves = serves.await;
        let said = ["error.log", "said.log"].map(|name| fs::read_to_string(self.directory.path().join(name)));
        let taken = said.iter().flatten().any(|log| log.contains("could not bind"));
        assert!(serves || taken, "Apache ended: {said:?}");
        serves
    }

    /// A person's browser at this portal.
    pub fn browser(&self) -> Browser {
        Browser::visiting(&self.origin, network::to(&self.origin, Some(&self.certificate)))
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn declaration(port: u16) -> String {
    format!(
        "{DECLARATION}\n[[clients]]\nclient_id = \"apache\"\nservice = \"licences\"\n\
         redirect_uris = [\"https://localhost:{port}/protected/callback\"]\nsecrets = [\"{SECRET}\"]\n\
         backchannel_logout_uri = \"https://localhost:{port}/protected/callback?logout=backchannel\"\n\
         post_logout_redirect_uris = [\"https://localhost:{port}/\"]\n\
         scope = \"openid profile email\"\n"
    )
}

const SECRET: &str = "apache-secret-of-a-test-that-is-long-enough";

/// Fills the server's directory; returns its certificate (PEM).
fn furnish(directory: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let page = include_str!("../../apache/claims.html");
    fs::create_dir_all(directory.join("pages/protected")).unwrap();
    for (name, text) in [
        ("httpd.conf", include_str!("../../apache/httpd.conf")),
        ("pages/protected/claims.html", page),
        ("pages/protected/silent.html", page),
        ("certificate.pem", &made.cert.pem()),
        ("key.pem", &made.signing_key.serialize_pem()),
    ] {
        fs::write(directory.join(name), text).unwrap();
    }
    made.cert.pem()
}

/// One process that stays in the foreground, with no rights.
fn command(directory: &Path, port: u16, issuer: &str) -> Command {
    let mut apache = Command::new(PROGRAM);
    apache.arg("-X").arg("-d").arg(directory).args(["-f", "httpd.conf"]);
    for (name, value) in [("PORT", port.to_string().as_str()), ("ISSUER", issuer), ("SECRET", SECRET)] {
        apache.args(["-C", &format!("Define {name} {value}")]);
    }
    let said = fs::File::create(directory.join("said.log")).unwrap();
    apache.env("TMPDIR", directory).stdin(Stdio::null()).stdout(said.try_clone().unwrap()).stderr(said);
    if fs::metadata(directory).unwrap().uid() == 0 {
        chown(directory, Some(NOBODY), Some(NOBODY)).unwrap();
        apache.uid(NOBODY).gid(NOBODY);
    }
    apache
}
