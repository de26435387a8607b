//! A town: the production instance and router with a clock that stands still, seeded randomness and a database of its own.

mod authenticator;
mod browser;
mod custody;
pub mod database;
mod device;
mod line;
mod mail;
mod mailbox;
pub mod maker;
mod outside;
mod own_key;
mod phone;
mod post;
mod relying_party;
mod street;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use motcua::app::App;
use motcua::base::fault::Fault;
use motcua::base::id;
use motcua::base::random::SeededEntropy;
use motcua::base::time::ManualClock;
use motcua::base::time::Timestamp;
use motcua::cli::serve::OnEmpty;
use motcua::cli::serve::World;
use motcua::cli::serve::build;
use motcua::config::Config;
use motcua::config::database::SecretUrl;
use motcua::config::mail::MailTls;
use motcua::flows::admin::declaration;
use motcua::flows::admin::declaration::Prune;
use motcua::flows::admin::declaration::Report;
use motcua::flows::admin::declaration::file::Declaration;
use motcua::flows::admin::outbox;
use motcua::flows::admin::outbox::Notice;
use motcua::flows::discovery;
use motcua::http::Web;
use motcua::http::extract::visitor::Peer;
use motcua::http::routes;
use motcua::identity::assurance::Acr;
use motcua::identity::assurance::Amr;
use motcua::identity::authorization::Authorization;
use motcua::jobs;
use motcua::parts::letters;
use motcua::parts::letters::Channel;
use motcua::protocol::oauth::scope::Scope;
use motcua::protocol::oidc::claims::ClaimsRequest;
use motcua::store::assertions::UsedAssertion;
use motcua::store::db::by_itself;
use motcua::store::grants::NewGrant;
use motcua::store::refusals;
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

pub use authenticator::BACKED_UP;
pub use authenticator::BACKUP_ELIGIBLE;
pub use authenticator::Device;
pub use authenticator::PRESENT;
pub use authenticator::VERIFIED;
pub use browser::Browser;
pub use browser::Hop;
pub use browser::Page;
pub use browser::Trail;
pub use browser::attribute;
pub use database::Database;
pub use device::code;
pub use device::from_base32;
pub use line::forward;
pub use line::line_to;
pub use mail::Mail;
pub use mailbox::Handset;
pub use mailbox::Mailbox;
pub use outside::Outside;
pub use own_key::OwnKey;
pub use own_key::changed;
pub use phone::Phone;
pub use post::Mood;
pub use post::PostOffice;
pub use relying_party::ASSERTION_TYPE;
pub use relying_party::RelyingParty;
pub use relying_party::Tokens;
pub use relying_party::VERIFIER;
pub use relying_party::challenge;
pub use relying_party::claims_of;
pub use relying_party::header_of;

pub const ISSUER: &str = "https://id.example";
/// 2026-11-24T03:00:00Z.
pub const MORNING: Timestamp = Timestamp::from_seconds(1_795_489_200);
pub const PASSWORD: &str = "correct horse battery";

pub struct Town {
    pub app: Arc<App>,
    pub clock: Arc<ManualClock>,
    pub outside: Arc<Outside>,
    pub config: Config,
    post: Option<(PostOffice, Phone)>,
    router: Router,
    replicas: Mutex<Vec<Arc<App>>>,
    database: Database,
    keys: tempfile::TempDir,
}

/// Agencies, services, clients and people that most tests need: `portal` rests on a public task, `clinic` asks for
/// consent, `certified` has the profile `oidc`, `app` is a native public client, `machine` has no people, `records` serves a resource.
pub const DECLARATION: &str = include_str!("town.toml");

impl Town {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A town on another morning.
    pub async fn on(now: Timestamp) -> Self {
        Self::found(None, now, |_| {}).await
    }

    /// A town whose operator chose otherwise.
    pub async fn with(choose: impl FnOnce(&mut Config)) -> Self {
        Self::found(None, MORNING, choose).await
    }

    /// A town with a post office that speaks SMTP, and a gateway for text messages.
    pub async fn with_post(choose: impl FnOnce(&mut Config)) -> Self {
        let post = (PostOffice::open(MailTls::Starttls).await, Phone::on().await);
        Self::found(Some(post), MORNING, choose).await
    }

    async fn found(post: Option<(PostOffice, Phone)>, now: Timestamp, choose: impl FnOnce(&mut Config)) -> Self {
        let database = Database::fresh().await;
        let keys = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.server.issuer = ISSUER.into();
        config.database.url = SecretUrl(database.url.clone());
        config.database.connections = 8;
        config.keys.directory = keys.path().join("keys");
        config.passwords.memory_kib = 64; // the cost is the operator's choice; what is tested does not depend on it
        config.passwords.iterations = 1;
        config.passwords.threads = 2;
        if let Ok(url) = std::env::var("MOTCUA_TEST_REDIS") {
            config.ephemeral.url = SecretUrl(url);
            config.ephemeral.prefix = format!("{}:", database.name);
        }
        if let Some((office, phone)) = &post {
            office.describe(&mut config);
            phone.describe(&mut config);
        }
        choose(&mut config);
        let clock = Arc::new(ManualClock::at(now));
        let outside = Arc::new(Outside::default());
        let (app, router) = instance(&config, &clock, &outside).await;
        let town = Self { app, clock, outside, config, post, router, replicas: Mutex::default(), database, keys };
        town.apply(DECLARATION).await;
        town
    }

    /// Another replica: the same database, keys and clock, its own memory.
    pub async fn replica(&self) -> Replica {
        let (app, router) = instance(&self.config, &self.clock, &self.outside).await;
        self.replicas.lock().unwrap().push(Arc::clone(&app));
        Replica { app, router }
    }

    /// Why another replica does not start with this configuration.
    pub async fn refuses_to_start(&self, config: &Config) -> String {
        match built(config, &self.clock, &self.outside).await {
            Ok(_) => panic!("it starts"),
            Err(fault) => fault.to_string(),
        }
    }

    /// Applies a declaration in TOML.
    pub async fn apply(&self, toml: &str) -> Report {
        self.try_apply(toml, false).await.unwrap()
    }

    pub async fn try_apply(&self, toml: &str, prune: bool) -> Result<Report, String> {
        let declaration = Declaration::read("town.toml", toml.to_owned()).map_err(|mistake| mistake.to_string())?;
        let directory = self.keys.path();
        let options = declaration::ApplyOptions {
            prune: if prune { Prune::Everything } else { Prune::Nothing },
            dry_run: false,
            references: Some(declaration::References {
                environment: &|name| Some(format!("value-of-{name}-in-the-environment")),
                directory,
            }),
        };
        declaration::apply(&self.app, &declaration, &options).await.map_err(|error| error.to_string())
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A relying party of the declaration.
    pub fn rp(&self, client_id: &str) -> RelyingParty {
        RelyingParty::new(self.router.clone(), Arc::clone(&self.app.clock), client_id)
    }

    /// A client that registered itself, as it was told.
    pub fn registered(&self, information: &Value) -> RelyingParty {
        RelyingParty::registered(self.router.clone(), Arc::clone(&self.app.clock), information)
    }

    /// Another replica, whose operator chose otherwise meanwhile.
    pub async fn replica_with(&self, choose: impl FnOnce(&mut Config)) -> Replica {
        let mut config = self.config.clone();
        choose(&mut config);
        let (app, router) = instance(&config, &self.clock, &self.outside).await;
        self.replicas.lock().unwrap().push(Arc::clone(&app));
        Replica { app, router }
    }

    /// Another replica, whose clock is behind by this much and goes on by itself.
    pub async fn replica_behind(&self, span: Duration) -> Replica {
        let behind = Arc::new(ManualClock::at(self.app.clock.now() - span));
        let (app, router) = instance(&self.config, &behind, &self.outside).await;
        self.replicas.lock().unwrap().push(Arc::clone(&app));
        Replica { app, router }
    }

    /// Sends JSON, with a bearer token if there is one.
    pub async fn send_json(&self, method: &str, target: &str, token: Option<&str>, body: &Value) -> Page {
        send_json(self.router.clone(), method, target, token, body).await
    }

    /// Sends one request from an address of the town.
    pub async fn send(&self, request: Request) -> Response {
        send(self.router.clone(), request).await
    }

    pub async fn get(&self, target: &str) -> Page {
        let request = Request::get(target).body(Body::empty()).unwrap();
        Page::read(target, self.send(request).await).await
    }

    /// Lets time pass as a process lives through it that hears all the while: its heart beats more than once a second.
    pub async fn live(&self, span: Duration) {
        const BEAT: Duration = Duration::from_millis(900);
        const LAST: Duration = Duration::from_secs(60);
        self.clock.pass(span.saturating_sub(LAST)); // a leap is a gap in the hearing: it must be long past in the end
        let mut left = span.min(LAST);
        while !left.is_zero() {
            self.heartbeat().await;
            self.clock.pass(left.min(BEAT));
            left = left.saturating_sub(BEAT);
        }
        self.heartbeat().await;
    }

    /// Lets every process hear what changed, as their heartbeat would.
    pub async fn heartbeat(&self) {
        jobs::hear::once(&self.app).await.unwrap();
    }

    /// The letters that come by mail.
    pub fn mailbox(&self) -> Mailbox<'_> {
        Mailbox { town: self, office: &self.post.as_ref().expect("a town with a post office").0 }
    }

    /// The text messages.
    pub fn phone(&self) -> Handset<'_> {
        Handset { town: self, phone: &self.post.as_ref().expect("a town with a gateway").1 }
    }

    /// Brings the letters that are due, as the worker would.
    pub async fn bring(&self, channel: Channel) {
        letters::deliver_due(&self.app, channel).await.unwrap();
    }

    /// Tells services what is due, as the job would.
    pub async fn deliver(&self) {
        jobs::outbox::run(Arc::clone(&self.app)).await.unwrap();
    }

    /// What services were not told yet.
    pub async fn outbox(&self) -> Vec<Notice> {
        outbox::list(&self.app.db).await.unwrap()
    }

    /// Events of the audit trail: (act, client, detail), the oldest first.
    pub async fn audit(&self) -> Vec<(String, Option<String>, Option<String>)> {
        motcua::store::audit::since(&self.app.db, uuid::Uuid::nil(), 1000).await.unwrap()
    }

    /// How many sign-ins were refused or put off, by kind.
    pub async fn refusals(&self) -> Vec<(String, i64)> {
        // The ledger writes in the order of its queue.
        let after = UsedAssertion { digest: self.app.entropy.bytes(), until: MORNING };
        self.app.ledger.use_once(after).await.unwrap();
        refusals::since(&self.app.db, 0).await.unwrap()
    }

    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    pub fn keys_directory(&self) -> &std::path::Path {
        self.keys.path()
    }

    /// Whether every act left exactly one record: what its processes counted is what stands in the trail.
    async fn assert_every_act_recorded_once(&self) {
        const COUNT: &str = "SELECT act || ' ' || CAST(COUNT(*) AS TEXT) FROM audit_events GROUP BY act ORDER BY act";
        let written = crate::store::texts(&self.app.db, COUNT.into()).await;
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        for app in std::iter::once(&self.app).chain(self.replicas.lock().unwrap().iter()) {
            let text = app.metrics.exposition();
            for line in text.lines().filter_map(|line| line.strip_prefix("motcua_acts_total{act=\"")) {
                let (act, count) = line.split_once("\"} ").unwrap();
                *counted.entry(act.to_owned()).or_default() += count.parse::<u64>().unwrap();
            }
        }
        let counted: Vec<String> = counted.iter().map(|(act, count)| format!("{act} {count}")).collect();
        assert_eq!(written, counted, "each act is recorded once");
    }

    /// An attempt to redeem the code with this id at `portal`, of nobody in particular.
    pub fn new_grant(&self, code: Uuid, scope: &str) -> NewGrant {
        let authorization = Authorization {
            grant: code,
            person: Uuid::nil(),
            session: Uuid::nil(),
            client: "portal".into(),
            client_epoch: 0,
            scope: Scope::parse(scope).unwrap(),
            claims: ClaimsRequest::default(),
            resource: None,
            nonce: None,
            auth_time: MORNING,
            acr: Acr::One,
            amr: Amr::password(),
        };
        NewGrant { authorization, redemption_id: id::new(MORNING, &*self.app.entropy), offline: false, now: MORNING }
    }

    /// Closes the town; its database goes with it. Nothing that is due may be left to be told.
    pub async fn leave(self) {
        if self.app.db.ping(Duration::from_secs(5)).await.is_ok() {
            self.assert_every_act_recorded_once().await;
        }
        self.close().await;
    }

    /// The same where the test itself wrote in the audit trail, or took it away.
    pub async fn close(self) {
        let now = self.app.clock.now();
        let due: Vec<Notice> = match outbox::list(&self.app.db).await {
            Err(Fault::Unavailable { .. }) => Vec::new(), // a test took the database away
            notices => notices.unwrap(),
        };
        let due = due.iter().filter(|notice| notice.given_up_at().is_none() && notice.next_try_at() <= now);
        assert_eq!(due.map(|notice| &notice.client_id).collect::<Vec<_>>(), [""; 0], "left untold");
        self.app.db.close().await;
        self.database.drop().await;
    }
}

pub struct Replica {
    pub app: Arc<App>,
    router: Router,
}

impl Replica {
    pub fn browser_like(&self, other: &Browser) -> Browser {
        other.at(self.router.clone())
    }

    pub fn rp(&self, client_id: &str) -> RelyingParty {
        RelyingParty::new(self.router.clone(), Arc::clone(&self.app.clock), client_id)
    }

    pub async fn heartbeat(&self) {
        jobs::hear::once(&self.app).await.unwrap();
    }

    pub async fn deliver(&self) {
        jobs::outbox::run(Arc::clone(&self.app)).await.unwrap();
    }
    pub async fn send_json(&self, method: &str, target: &str, token: Option<&str>, body: &Value) -> Page {
        send_json(self.router.clone(), method, target, token, body).await
    }
}

async fn send_json(router: Router, method: &str, target: &str, token: Option<&str>, body: &Value) -> Page {
    let target = target.strip_prefix(ISSUER).unwrap_or(target);
    let mut request = Request::builder().method(method).uri(target).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = send(router, request.body(Body::from(body.to_string())).unwrap()).await;
    Page::read(target, response).await
}

async fn instance(config: &Config, clock: &Arc<ManualClock>, outside: &Arc<Outside>) -> (Arc<App>, Router) {
    let app = built(config, clock, outside).await.unwrap();
    jobs::hear::once(&app).await.unwrap();
    let web = Arc::new(Web::new(app.clone(), &discovery::metadata(&app)).unwrap());
    let router = routes::router(&web);
    (app, router)
}

async fn built(config: &Config, clock: &Arc<ManualClock>, outside: &Arc<Outside>) -> Result<Arc<App>, Fault> {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let entropy = Arc::new(SeededEntropy::new(SEED.fetch_add(1, Ordering::Relaxed)));
    let fetch = Some(Arc::clone(outside) as _);
    let world = World { clock: clock.clone(), entropy, custody: custody::shared, fetch, acts_for: None };
    build(config.clone(), world, OnEmpty::Begin).await
}

async fn send(router: Router, mut request: Request) -> Response {
    if request.extensions().get::<Peer>().is_none() {
        request.extensions_mut().insert(Peer("192.0.2.7:4711".parse().unwrap()));
    }
    by_itself(router.oneshot(request)).await.unwrap()
}
