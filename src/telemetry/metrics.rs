//! Metrics in the OpenMetrics text format.

mod surroundings;

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode_eof;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::histogram::exponential_buckets;
use prometheus_client::registry::Registry;
use prometheus_client::registry::Unit;

pub use self::surroundings::PoolSize;
use self::surroundings::Surroundings;
use super::process::Process;

/// A counter that its owner counts up, and that [`Metrics`] shows.
#[derive(Clone, Debug, Default)]
pub struct Tally(Counter);

impl Tally {
    /// One more.
    pub fn add(&self) {
        self.0.inc();
    }

    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.get()
    }
}

/// Every metric of the process.
pub struct Metrics {
    registry: Registry,
    /// What bears no prefix.
    common: Registry,
    requests: Family<Request, Counter>,
    request_seconds: Family<Endpoint, Histogram, fn() -> Histogram>,
    tokens: Family<TokenRequest, Counter>,
    token_seconds: Family<TokenRequest, Histogram, fn() -> Histogram>,
    acts: Family<Act, Counter>,
    logout_notices: Family<Notice, Counter>,
    letters: Family<Letter, Counter>,
    ledger_queue: Gauge,
    ledger_batches: Histogram,
    hash_queue: Gauge,
    hash_seconds: Histogram,
    hash_refused: Counter,
    secret_queue: Gauge,
    secret_refused: Counter,
    connections: Gauge,
    connections_refused: Counter,
    ready: Gauge<f64, AtomicU64>,
    ledger_dropped: Counter,
    gaps: Counter,
    keys_unreadable: Gauge,
    refusals: Family<Act, Counter>,
    openings_refused: Family<Why, Counter>,
    clock_ahead: Gauge<f64, AtomicU64>,
    strays: Gauge,
    durable: Gauge,
    /// What the program stands on.
    pub surroundings: Surroundings,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    endpoint: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Endpoint {
    endpoint: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenRequest {
    grant_type: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Act {
    act: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Notice {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Letter {
    channel: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    why: &'static str,
}

/// A pool that stretches what people or clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// Passwords of people.
    Passwords,
    /// Secrets of clients.
    Secrets,
}

impl Pool {
    /// What its threads are called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passwords => "password",
            Self::Secrets => "client-secret",
        }
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_1, 2.5, 12))
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new(&Tally::default(), None)
    }
}

impl Metrics {
    /// All at nothing; `closed` counts the database's connections that were closed in doubt, `redis` calls to Redis, where
    /// there is one, that got no answer.
    pub fn new(closed: &Tally, redis: Option<&Tally>) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("motcua"),
            common: Registry::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
            tokens: Family::default(),
            token_seconds: Family::new_with_constructor(seconds),
            acts: Family::default(),
            logout_notices: Family::default(),
            letters: Family::default(),
            openings_refused: Family::default(),
            ledger_queue: Gauge::default(),
            ledger_batches: Histogram::new(exponential_buckets(1.0, 2.0, 8)),
            hash_queue: Gauge::default(),
            hash_seconds: seconds(),
            hash_refused: Counter::default(),
            secret_queue: Gauge::default(),
            secret_refused: Counter::default(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            ready: Gauge::default(),
            ledger_dropped: Counter::default(),
            gaps: Counter::default(),
            keys_unreadable: Gauge::default(),
            refusals: Family::default(),
            clock_ahead: Gauge::default(),
            strays: Gauge::default(),
            durable: Gauge::default(),
            surroundings: Surroundings::default(),
        };
        metrics.register();
        metrics.surroundings.register(&mut metrics.registry, redis);
        metrics.common.register_collector(Box::new(Process));
        let help = "Database connections that were closed because their transaction did not end";
        metrics.registry.register("database_connections_closed", help, closed.0.clone());
        metrics
    }

    fn register(&mut self) {
        let r = &mut self.registry;
        r.register("http_requests", "Requests by endpoint, method and status", self.requests.clone());
        let spent = self.request_seconds.clone();
        r.register_with_unit("http_request", "Time to answer by endpoint", Unit::Seconds, spent);
        r.register("token_requests", "Token requests by grant type and outcome", self.tokens.clone());
        let spent = self.token_seconds.clone();
        let help = "Time to decide a token request by grant type and outcome";
        r.register_with_unit("token_request", help, Unit::Seconds, spent);
        r.register("acts", "Audited acts", self.acts.clone());
        r.register("logout_notices", "Tries to tell services of sign-outs by outcome", self.logout_notices.clone());
        r.register("letters", "Tries to bring letters to people by channel and outcome", self.letters.clone());
        let help = "Forms to open an account that had no code sent, by why: unsolved (neither a solution of the puzzle nor the \
                    wait), spent (a puzzle too old, too cheap by now, or of another address), foreign (none of this browser), \
                    letters (the address had many), full (the network had), address (none that is reached)";
        r.register("openings_refused", help, self.openings_refused.clone());
        r.register("ledger_queue", "Rows that wait for the next commit", self.ledger_queue.clone());
        r.register("ledger_batch_rows", "Rows that share a commit", self.ledger_batches.clone());
        r.register("password_queue", "Passwords that wait to be hashed", self.hash_queue.clone());
        r.register_with_unit("password_hash", "Time to hash a password", Unit::Seconds, self.hash_seconds.clone());
        r.register("password_refused", "Sign-ins refused because the queue was full", self.hash_refused.clone());
        r.register("client_secret_queue", "Client secrets that wait to be hashed", self.secret_queue.clone());
        let help = "Client secrets refused because the queue was full";
        r.register("client_secret_refused", help, self.secret_refused.clone());
        r.register("connections", "Open connections", self.connections.clone());
        let help = "Connections refused because their address or network had all that it may have";
        r.register("connections_refused", help, self.connections_refused.clone());
        r.register("ready", "1 while the database answers and every key can be used", self.ready.clone());
        let dropped = self.ledger_dropped.clone();
        r.register("ledger_dropped", "Rows that were not written because nobody waited any more", dropped);
        r.register("announcement_gaps", "Times that everything remembered was forgotten", self.gaps.clone());
        r.register("keys_unreadable", "Keys whose private half cannot be read", self.keys_unreadable.clone());
        let help = "By how much our clock is ahead of the database's";
        r.register_with_unit("clock_ahead", help, Unit::Seconds, self.clock_ahead.clone());
        let help = "Rows of the history whose day has no partition, a million at most";
        r.register("history_strays", help, self.strays.clone());
        let help = "1 while what is committed outlasts a crash of the database, looked at hourly";
        r.register("database_durable", help, self.durable.clone());
        r.register("refused_sign_ins", "Sign-ins that were refused or put off", self.refusals.clone());
    }

    /// A request was answered.
    pub fn request(&self, endpoint: &'static str, method: &'static str, status: u16, spent: Duration) {
        self.requests.get_or_create(&Request { endpoint, method, status }).inc();
        self.request_seconds.get_or_create(&Endpoint { endpoint }).observe(spent.as_secs_f64());
    }

    /// A token request was decided; `outcome` is `ok` or the error code.
    pub fn token_request(&self, grant_type: &'static str, outcome: &'static str, spent: Duration) {
        let labels = TokenRequest { grant_type, outcome };
        self.tokens.get_or_create(&labels).inc();
        self.token_seconds.get_or_create(&labels).observe(spent.as_secs_f64());
    }

    /// Something happened that the audit trail knows.
    pub fn act(&self, act: &'static str) {
        self.acts.get_or_create(&Act { act }).inc();
    }

    /// It was tried to tell a service that somebody signed out.
    pub fn logout_notice(&self, outcome: &'static str) {
        self.logout_notices.get_or_create(&Notice { outcome }).inc();
    }

    /// It was tried to bring a letter to somebody.
    pub fn letter(&self, channel: &'static str, outcome: &'static str) {
        self.letters.get_or_create(&Letter { channel, outcome }).inc();
    }

    /// `rows` share a commit, and `left` wait for the next.
    pub fn ledger_batch(&self, rows: usize, left: usize) {
        self.ledger_batches.observe(f64::from(u32::try_from(rows).unwrap_or(u32::MAX)));
        self.ledger_queue.set(i64::try_from(left).unwrap_or(i64::MAX));
    }

    /// `rows` were not written: whoever asked for them had gone.
    pub fn ledger_dropped(&self, rows: usize) {
        self.ledger_dropped.inc_by(u64::try_from(rows).unwrap_or(u64::MAX));
    }

    /// Announcements were not heard for too long: everything that was remembered was forgotten.
    pub fn announcement_gap(&self) {
        self.gaps.inc();
    }

    /// The private halves of so many keys cannot be read.
    pub fn keys_unreadable(&self, keys: usize) {
        self.keys_unreadable.set(i64::try_from(keys).unwrap_or(i64::MAX));
    }

    /// Our clock is so many microseconds ahead of the database's.
    pub fn clock_ahead(&self, micros: i64) {
        self.clock_ahead.set(micros as f64 / 1e6);
    }

    /// So many rows of the history lie in no day's partition.
    pub fn strays(&self, rows: i64) {
        self.strays.set(rows);
    }

    /// Whether what is committed outlasts a crash of the database.
    pub fn durable(&self, durable: bool) {
        self.durable.set(i64::from(durable));
    }

    /// A sign-in was refused, or put off.
    pub fn sign_in_refused(&self, act: &'static str) {
        self.refusals.get_or_create(&Act { act }).inc();
    }

    /// A form to open an account had no code sent.
    pub fn opening_refused(&self, why: &'static str) {
        self.openings_refused.get_or_create(&Why { why }).inc();
    }

    /// Something joined the queue of a pool.
    pub fn hash_queued(&self, pool: Pool) {
        match pool {
            Pool::Passwords => self.hash_queue.inc(),
            Pool::Secrets => self.secret_queue.inc(),
        };
    }

    /// It was hashed.
    pub fn hashed(&self, pool: Pool, spent: Duration) {
        match pool {
            Pool::Passwords => {
                self.hash_queue.dec();
                self.hash_seconds.observe(spent.as_secs_f64());
            }
            Pool::Secrets => {
                self.secret_queue.dec();
            }
        }
    }

    /// The queue of a pool was full.
    pub fn hash_refused(&self, pool: Pool) {
        match pool {
            Pool::Passwords => self.hash_refused.inc(),
            Pool::Secrets => self.secret_refused.inc(),
        };
    }

    /// A connection was opened.
    pub fn connected(&self) {
        self.connections.inc();
    }

    /// A connection was refused: whose it is has too many.
    pub fn connection_refused(&self) {
        self.connections_refused.inc();
    }

    /// A connection was closed.
    pub fn disconnected(&self) {
        self.connections.dec();
    }

    /// Whether the last check succeeded.
    pub fn ready(&self, ready: bool) {
        self.ready.set(if ready { 1.0 } else { 0.0 });
    }

    /// The exposition text.
    pub fn exposition(&self) -> String {
        let mut text = String::new();
        let encoded = encode_registry(&mut text, &self.registry)
            .and_then(|()| encode_registry(&mut text, &self.common))
            .and_then(|()| encode_eof(&mut text));
        if encoded.is_err() {
            text.clear();
        }
        text
    }
}
