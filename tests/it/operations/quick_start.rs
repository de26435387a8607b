//! "From an empty folder, following the README alone": its commands, as they stand there.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Child;
use std::process::Command;

use tempfile::NamedTempFile;
use tokio::net::TcpStream;

use super::program::PATIENCE;
use super::program::until;
use super::readme;
use crate::peers::network;
use crate::peers::serving::free_port;
use crate::town::Browser;
use crate::town::PASSWORD;

/// A command that stays in the foreground of a terminal; closing the terminal ends it.
struct Terminal {
    child: Child,
    log: NamedTempFile,
}

impl Terminal {
    fn running(directory: &Path, lines: &str) -> Self {
        let log = NamedTempFile::new().unwrap();
        let mut bash = readme::bash(directory, lines);
        bash.process_group(0).stdout(log.reopen().unwrap()).stderr(log.reopen().unwrap());
        Self { child: bash.spawn().unwrap(), log }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).status();
        let _ = self.child.wait();
        if std::thread::panicking() {
            println!("{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
    }
}

/// The folder of somebody who follows the README, with ports that are free here.
struct Folder {
    directory: tempfile::TempDir,
    provider: String,
    portal: String,
    terminals: Vec<Terminal>,
}

impl Folder {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let [provider, portal] = [(); 2].map(|()| format!("localhost:{}", free_port()));
        Self { directory, provider, portal, terminals: Vec::new() }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A text of a document, for the ports that are free.
    fn here(&self, text: &str) -> String {
        let listen = self.provider.replace("localhost", "127.0.0.1");
        let text = text.replace("127.0.0.1:8443", &listen).replace("localhost:8443", &self.provider);
        let port = self.portal.rsplit(':').next().unwrap();
        let text = text.replace("localhost:8000", &self.portal).replace("port=8000", &format!("port={port}"));
        text.replace("listen(8000", &format!("listen({port}"))
    }

    /// Types a block: what serves gets a terminal of its own, and the next is typed when it does.
    async fn types(&mut self, block: &str) {
        let lines = self.here(block);
        let served = match () {
            () if lines.starts_with("motcua serve") => &self.provider,
            () if lines.contains("_CA_") => &self.portal,
            () => return drop(readme::shell_that_asks(self.path(), &lines, PASSWORD).succeeded()),
        };
        self.terminals.push(Terminal::running(self.path(), &lines));
        until(&lines, PATIENCE, || async { TcpStream::connect(served).await.map_err(|error| error.to_string()) }).await;
    }

    /// Goes to the portal as khai, who signs in and is greeted there by name.
    async fn sign_in(&self) {
        let ca = std::fs::read_to_string(self.path().join("ca.pem")).unwrap();
        let (provider, portal) = (format!("https://{}", self.provider), format!("http://{}", self.portal));
        let mut at_portal = Browser::visiting(&portal, network::to(&portal, None));
        let mut at_provider = Browser::visiting(&provider, network::to(&provider, Some(&ca)));
        assert!(at_portal.open("/").await.body.contains("href=\"/sign-in\""));
        let sent = at_portal.open("/sign-in").await;
        assert!(sent.url.starts_with(&format!("{provider}/authorize?")), "{} {}", sent.url, sent.body);
        let page = at_provider.open(&sent.url).await;
        let left = at_provider.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
        let home = at_portal.open(&left.url).await;
        assert!(home.body.contains("Xin chào, Nguyễn Thị Minh Khai!"), "{} {}", home.url, home.body);
    }
}

fn section() -> String {
    readme::section("README.md", "## From an empty folder")
}

/// The blocks that a user types; what is installed stands there already.
fn commands() -> Vec<String> {
    let mut blocks = readme::blocks(&section(), "sh");
    blocks.retain(|block| !block.contains("apt-get install"));
    blocks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_the_readme_from_an_empty_folder_signs_in_at_a_portal_in_python() {
    let mut folder = Folder::new();
    for block in commands() {
        folder.types(&block).await;
    }
    assert_eq!(folder.terminals.len(), 2, "the provider and the portal");
    folder.sign_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_the_quick_start_for_node_signs_in_at_a_portal() {
    let mut folder = Folder::new();
    for block in commands().iter().filter(|block| !block.contains("portal.py")) {
        folder.types(block).await;
    }
    let page = readme::section("docs/quick-starts.md", "## Node.js");
    std::fs::write(folder.path().join("portal.mjs"), folder.here(&readme::blocks(&page, "js")[0])).unwrap();
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm/node_modules");
    std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
    folder.types(&readme::blocks(&page, "sh")[0]).await;
    assert_eq!(folder.terminals.len(), 2, "the provider and the portal");
    folder.sign_in().await;
}
