//! What the program stands on: the throttle, the database's pools, Redis, keys, its certificate, the build.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use prometheus_client::registry::Unit;

use super::Tally;

/// Those metrics.
#[derive(Default)]
pub struct Surroundings {
    throttled: Family<Rung, Counter>,
    throttled_alone: Counter,
    database_connections: Family<Connections, Gauge>,
    redis_up: Gauge,
    key_age: Family<KeyLabels, Gauge<f64, AtomicU64>>,
    certificate_expires: Family<Certificate, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Rung {
    rung: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KeyLabels {
    alg: String,
    kid: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Certificate {
    key: &'static str,
}

/// The connections of a pool to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSize {
    /// Whose they are.
    pub pool: &'static str,
    /// Those at work.
    pub busy: u32,
    /// Those that wait for work.
    pub idle: u32,
    /// The most that there may be.
    pub most: u32,
}

impl Surroundings {
    /// Shows them; `redis` counts calls to Redis, where there is one, that got no answer.
    pub(super) fn register(&self, r: &mut Registry, redis: Option<&Tally>) {
        let help = "Tries to sign in that were put off, by what had been tried too often: an account from one network, an \
                    account from everywhere, a network, or an account from a browser that it knows";
        r.register("throttled", help, self.throttled.clone());
        let help = "Looks at the throttle that were decided by this replica alone, because Redis did not answer";
        r.register("throttled_alone", help, self.throttled_alone.clone());
        let help = "Connections to the database by pool: busy, idle, and the most that there may be";
        r.register("database_connections", help, self.database_connections.clone());
        let help = "Since when a key signs or decrypts, for those that are current";
        r.register_with_unit("key_age", help, Unit::Seconds, self.key_age.clone());
        let help = "When the certificate that a key of the configuration names expires, since 1970";
        r.register_with_unit("certificate_expiry", help, Unit::Seconds, self.certificate_expires.clone());
        r.register("build", "Which program runs", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        if let Some(failures) = redis {
            r.register("redis_up", "1 while Redis answers", self.redis_up.clone());
            r.register("redis_failures", "Calls to Redis that got no answer, or an error", failures.0.clone());
        }
    }

    /// A try was put off.
    pub fn throttled(&self, rung: &'static str) {
        self.throttled.get_or_create(&Rung { rung }).inc();
    }

    /// The throttle looked at counts of its own.
    pub fn throttled_alone(&self) {
        self.throttled_alone.inc();
    }

    /// A pool has so many connections now.
    pub fn database_connections(&self, size: PoolSize) {
        for (state, count) in [("busy", size.busy), ("idle", size.idle), ("most", size.most)] {
            self.database_connections.get_or_create(&Connections { pool: size.pool, state }).set(count.into());
        }
    }

    /// Whether Redis answers.
    pub fn redis_up(&self, up: bool) {
        self.redis_up.set(up.into());
    }

    /// How old the current keys are; others are forgotten. (algorithm, `kid`, age)
    pub fn key_ages(&self, keys: impl Iterator<Item = (String, String, Duration)>) {
        self.key_age.clear();
        for (alg, kid, age) in keys {
            self.key_age.get_or_create(&KeyLabels { alg, kid }).set(age.as_secs_f64());
        }
    }

    /// The certificate of the public listener expires then, in seconds since 1970.
    pub fn certificate_expires(&self, at: Option<i64>) {
        if let Some(at) = at {
            self.certificate_expires.get_or_create(&Certificate { key: "server.tls_certificate" }).set(at);
        }
    }
}
