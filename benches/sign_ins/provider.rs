//! The provider under measurement: `motcua serve` in a process of its own, prepared by `motcua apply`.

use std::fmt::Write;
use std::process::Child;
use std::process::Command;

use super::floor::free_port;
use super::floor::http_client;
use super::floor::wait_for;
use super::user::Operation;
use super::user::User;

const MOTCUA: &str = env!("CARGO_BIN_EXE_motcua");

pub struct Provider {
    child: Child,
    port: u16,
    secret: String,
    _directory: tempfile::TempDir,
}

impl Provider {
    pub async fn start(people: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (port, operations, secret) = (free_port(), free_port(), random());
        let at = |name: &str| directory.path().join(name);
        let (config, apply) = (at("motcua.toml"), at("apply.toml"));
        let (database, keys) = (at("motcua.db"), at("keys"));
        let text = format!(
            "[server]\nissuer = \"http://localhost:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
             [operations]\nlisten = \"127.0.0.1:{operations}\"\nlog = \"warn\"\n\
             [database]\nurl = \"sqlite:{}\"\n[keys]\ndirectory = \"{}\"\n",
            database.display(),
            keys.display()
        );
        std::fs::write(&config, text).unwrap();
        std::fs::write(&apply, declaration(people, &secret)).unwrap();
        let applied = motcua().arg("apply").arg(&apply).args(["--config".as_ref(), config.as_os_str()]).output();
        let applied = applied.unwrap();
        assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
        let child = motcua().arg("serve").arg("--config").arg(&config).spawn().unwrap();
        wait_for(port);
        Self { child, port, secret, _directory: directory }
    }

    /// The server, and the database's and Redis's processes where they are named.
    pub fn pids(&self) -> Vec<u32> {
        let named = std::env::var("MOTCUA_BENCH_PIDS").unwrap_or_default();
        named.split(',').filter_map(|pid| pid.parse().ok()).chain([self.child.id()]).collect()
    }

    /// People signed in, ready for `operation`.
    pub async fn sign_in(&self, people: usize, operation: Operation) -> Vec<User> {
        let http = http_client();
        let mut users = Vec::new();
        for n in 0..people {
            let mut user = User::new(http.clone(), self.port, n, &self.secret);
            user.prepare(operation).await;
            users.push(user);
        }
        users
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn motcua() -> Command {
    Command::new(MOTCUA)
}

fn random() -> String {
    uuid_like(&std::fs::read("/proc/sys/kernel/random/uuid").unwrap())
        + &uuid_like(&std::fs::read("/proc/sys/kernel/random/uuid").unwrap())
}

fn uuid_like(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).filter(char::is_ascii_hexdigit).collect()
}

/// The secret serves as the password as well.
fn declaration(people: usize, secret: &str) -> String {
    let mut text = format!(
        "[[agencies]]\nid = \"bench\"\nname = {{ vi = \"B\", en = \"B\" }}\n\
         [[services]]\nid = \"bench\"\nagency = \"bench\"\nlegal_basis = \"public-task\"\n\
         name = {{ vi = \"B\", en = \"B\" }}\npurpose = {{ vi = \"b\", en = \"b\" }}\n\
         [[clients]]\nclient_id = \"bench\"\nservice = \"bench\"\nsecrets = [\"{secret}\"]\n\
         redirect_uris = [\"http://127.0.0.1:9/cb\"]\nscope = \"openid profile email offline_access bench\"\n\
         grant_types = [\"authorization_code\", \"refresh_token\", \"client_credentials\"]\n"
    );
    for n in 0..people {
        let _ = write!(
            text,
            "[[people]]\nuser_name = \"user{n}\"\npassword = \"{secret}\"\n\
             [people.claims]\nname = \"Người {n}\"\nemail = \"user{n}@bench.example\"\n"
        );
    }
    text
}
