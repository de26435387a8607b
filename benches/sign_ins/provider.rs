//! A provider under measurement: `motcua serve` in a process of its own, prepared by `motcua apply`.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use motcua::base::secret::base64url;

use super::callgrind::Callgrind;
use super::history;
use super::history::History;
use super::history::Size;
use super::load::Caller;
use super::load::Crowd;
use super::load::Limit;
use super::paths;
use super::paths::State;
use super::process;
use super::process::Process;
use super::process::free_port;
use super::servers::Servers;
use super::user::CALLBACK;
use super::user::Operation;
use super::user::Portal;
use super::user::User;

#[derive(Clone, Copy, PartialEq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub const USERS: usize = 64;
pub const FORGOTTEN: usize = 768;
/// Who have a passkey, beside those: they are asked for more than a password.
const KEYED: usize = USERS;
/// Who sign in with a password at once: enough for the cores that hash, and none waits until it is refused.
pub const SIGNING_IN: usize = 16;

pub struct Provider {
    // Ends before what it talks to.
    process: Option<Process>,
    program: PathBuf,
    config: PathBuf,
    port: u16,
    portal: Arc<Portal>,
    people: Vec<User>,
    history: Option<History>,
    servers: Option<Servers>,
    directory: tempfile::TempDir,
}

impl Provider {
    /// With everybody signed in. `history`: how much of one there is to be.
    pub async fn start(engine: Engine, program: &Path, history: Option<Size>) -> Self {
        let settings = history.map(|_| history::settings()).unwrap_or_default();
        let servers = (engine == Engine::Postgres).then(|| Servers::start(&settings));
        let directory = tempfile::Builder::new().prefix("motcua-bench.").tempdir().unwrap();
        let (port, secret, at) = (free_port(), random(), |name: &str| directory.path().join(name));
        let (config, declared) = (at("motcua.toml"), at("apply.toml"));
        std::fs::write(&config, configuration(port, directory.path(), servers.as_ref(), history)).unwrap();
        std::fs::write(&declared, declaration(&secret)).unwrap();
        // A former build makes an instance wherever it is asked anything, and knows no `--init`.
        let _ = process::command(program).args(["migrate", "--init", "--config"]).arg(&config).output().unwrap();
        let mut apply = process::command(program);
        let applied = apply.arg("apply").arg(&declared).arg("--config").arg(&config).output().unwrap();
        assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
        let portal = Arc::new(Portal::new(port, &secret));
        let (program, people) = (program.to_owned(), Vec::new());
        let (process, past) = (None, None);
        let mut this = Self { process, program, config, port, portal, people, history: past, servers, directory };
        this.restart(None);
        let user = |n| User::new(Arc::clone(&this.portal), n, Operation::PasswordSignIn);
        let signed_in = all((0..USERS + FORGOTTEN + KEYED).map(user).collect(), |mut user: User| async move {
            user.call().await;
            user
        });
        this.people = signed_in.await;
        if let (Some(size), Some(servers)) = (history, &this.servers) {
            this.history = Some(History::begin(size, &this.config, &servers.database_url).await);
        }
        this
    }

    /// Changes what was while nobody is served.
    pub async fn change_history(&mut self, change: impl AsyncFnOnce(&mut History)) {
        self.process = None;
        change(self.history.as_mut().unwrap()).await;
        self.restart(None);
    }

    pub fn restart(&mut self, under: Option<&Callgrind>) {
        self.process = None;
        let mut serve = match under {
            None => process::command(&self.program),
            Some(callgrind) => callgrind.command(&self.program),
        };
        serve.arg("serve").arg("--config").arg(&self.config);
        self.process = Some(Process::start(serve).listening(self.port));
        self.portal.sign_ins.store(0, Ordering::Relaxed);
    }

    pub fn pid(&self) -> u32 {
        self.process.as_ref().unwrap().pid()
    }

    /// The provider's own process, the database's and Redis's.
    pub fn pids(&self) -> Vec<u32> {
        let servers = self.servers.iter().flat_map(|servers| [servers.postgres.pid(), servers.redis.pid()]);
        [self.pid()].into_iter().chain(servers).collect()
    }

    pub fn database_url(&self) -> String {
        database_url(self.servers.as_ref(), self.directory.path())
    }

    /// SSO sign-ins since it started.
    pub fn sign_ins(&self) -> u64 {
        self.portal.sign_ins.load(Ordering::Relaxed)
    }

    /// Those who will walk a path, ready to; restarts where the path wants that.
    pub async fn crowd(&mut self, path: &paths::Path, scale: Scale, under: Option<&Callgrind>) -> Crowd<User> {
        match path.state {
            State::Warm | State::Keyed => {
                let from = if path.state == State::Keyed { USERS + FORGOTTEN } else { 0 };
                let users = users(&self.people[from..][..scale.users], path.operation);
                let ready = all(users, |mut user: User| async move {
                    user.prepare().await;
                    user
                });
                Crowd::lasting(ready.await)
            }
            State::FreshToken | State::LongAgo => {
                let tokens = match path.state {
                    State::LongAgo => self.history.as_mut().unwrap().refresh_tokens(scale.tokens).await,
                    _ => self.buy(scale).await,
                };
                Crowd::passing(tokens.into_iter().map(|token| self.portal.holder(token, path.operation)))
            }
            State::Restarted => {
                self.restart(under);
                // Code and connections are warm before what is measured begins.
                let others = Crowd::lasting(users(&self.people[..scale.users], path.operation));
                others.rush(scale.users, calls(20 * scale.users)).await;
                let forgotten = Crowd::passing(users(&self.people[USERS..][..scale.forgotten], path.operation));
                forgotten.rush(scale.users, calls(scale.forgotten / 3)).await;
                forgotten
            }
        }
    }

    async fn buy(&self, scale: Scale) -> Vec<String> {
        let each = scale.tokens / scale.users;
        let bought = all(users(&self.people[..scale.users], Operation::Sso), |mut user: User| async move {
            let mut tokens = Vec::new();
            for _ in 0..each {
                user.sso().await;
                tokens.push(user.access_token.clone());
            }
            tokens
        });
        bought.await.concat()
    }
}

/// How many take part.
#[derive(Clone, Copy)]
pub struct Scale {
    /// Who call again and again, at most [`USERS`].
    pub users: usize,
    /// Who were signed in before a restart and call once after it, at most [`FORGOTTEN`].
    pub forgotten: usize,
    /// Tokens that are shown once.
    pub tokens: usize,
}

fn calls(calls: usize) -> Limit {
    Limit { calls: calls as u64, time: Duration::MAX }
}

fn users(people: &[User], operation: Operation) -> Vec<User> {
    people.iter().map(|user| user.for_the(operation)).collect()
}

/// What comes of each user's work, many at once.
async fn all<T>(users: Vec<User>, work: impl Fn(User) -> T) -> Vec<T::Output>
where
    T: Future,
{
    stream::iter(users).map(work).buffer_unordered(SIGNING_IN).collect().await
}

fn random() -> String {
    let mut bytes = [0; 32];
    File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    base64url(&bytes)
}

fn database_url(servers: Option<&Servers>, directory: &Path) -> String {
    servers.map_or_else(|| format!("sqlite:{}/motcua.db", directory.display()), |servers| servers.database_url.clone())
}

fn configuration(port: u16, directory: &Path, servers: Option<&Servers>, history: Option<Size>) -> String {
    let (database, directory) = (database_url(servers, directory), directory.display());
    let ephemeral = servers.map_or("memory", |servers| servers.redis_url.as_str());
    format!(
        "[server]\nissuer = \"http://localhost:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
         [operations]\nlisten = \"127.0.0.1:{}\"\nlog = \"error\"\n\
         [database]\nurl = \"{database}\"\n[ephemeral]\nurl = \"{ephemeral}\"\n[keys]\ndirectory = \"{directory}/keys\"\n\
         [session]\nidle = \"12h\"\n[tokens]\naccess_token = \"1h\"\n{}",
        free_port(),
        history.map(Size::tokens).unwrap_or_default()
    )
}

/// The secret serves as the password as well.
fn declaration(secret: &str) -> String {
    let mut text = format!(
        "[[agencies]]\nid = \"bench\"\nname = {{ vi = \"B\", en = \"B\" }}\n\
         [[services]]\nid = \"bench\"\nagency = \"bench\"\nlegal_basis = \"public-task\"\n\
         name = {{ vi = \"B\", en = \"B\" }}\npurpose = {{ vi = \"b\", en = \"b\" }}\n\
         [[clients]]\nclient_id = \"bench\"\nservice = \"bench\"\nsecrets = [\"{secret}\"]\n\
         redirect_uris = [\"{CALLBACK}\"]\nscope = \"openid profile email offline_access bench\"\n\
         grant_types = [\"authorization_code\", \"refresh_token\", \"client_credentials\"]\n"
    );
    for n in 0..USERS + FORGOTTEN + KEYED {
        let _ = write!(
            text,
            "[[people]]\nuser_name = \"user{n}\"\npassword = \"{secret}\"\n\
             [people.claims]\nname = \"Người {n}\"\nemail = \"user{n}@bench.example\"\n"
        );
    }
    text
}
