//! What was asked, what was answered, and what was done to whom meanwhile.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::time::Duration;
use std::time::Instant;

/// What can live or die: `session:N`, `grant:N`, `secret:N`, `key:KID`.
pub type Thing = String;

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Accepted,
    Refused(String),
    /// 503: "try again".
    Unavailable,
    /// Any other failure of the server's.
    Broken(String),
    /// Nothing that could be read.
    Unknown(String),
    /// The caller itself hung up.
    HungUp,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Entry {
    pub asked: Duration,
    pub ended: Duration,
    pub replica: usize,
    pub act: &'static str,
    pub subject: String,
    /// All of these must live, or it must be refused.
    pub needs: Vec<Thing>,
    pub answer: Answer,
}

/// Something was asked to end: as long as nobody answered, it may be dead or alive.
#[derive(Clone, Debug)]
pub struct Death {
    pub thing: Thing,
    pub by: &'static str,
    pub asked: Duration,
    pub answered: Option<Duration>,
}

/// A fault: of one replica's process, or of what stands behind it.
#[derive(Clone, Debug)]
pub struct Outage {
    pub what: String,
    /// The replica that does not run at all meanwhile.
    pub replica: Option<usize>,
    pub from: Duration,
    pub to: Option<Duration>,
}

/// Tokens that somebody received.
#[derive(Clone, Debug)]
pub struct Received {
    pub thing: Thing,
    pub session: Thing,
    pub access_token: String,
    pub refresh_token: Option<String>,
    /// What names the row that must be there.
    pub jti: String,
    pub kid: String,
}

#[derive(Default)]
pub struct Kept {
    pub entries: Vec<Entry>,
    pub deaths: Vec<Death>,
    pub outages: Vec<Outage>,
    pub received: HashMap<Thing, Received>,
    /// Codes that were redeemed, the latest last, with what they bought.
    pub spent: Vec<(String, Thing)>,
}

pub struct History {
    start: Instant,
    kept: Mutex<Kept>,
}

impl History {
    pub fn new() -> Self {
        Self { start: Instant::now(), kept: Mutex::default() }
    }

    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    pub fn keep(&self, entry: Entry) {
        self.kept().entries.push(entry);
    }

    /// From now on `thing` may be dead.
    pub fn dying(&self, thing: &str, by: &'static str) -> usize {
        let death = Death { thing: thing.to_owned(), by, asked: self.now(), answered: None };
        let mut kept = self.kept();
        kept.deaths.push(death);
        kept.deaths.len() - 1
    }

    /// From now on it is.
    pub fn died(&self, death: usize) {
        let now = self.now();
        self.kept().deaths[death].answered = Some(now);
    }

    pub fn fault(&self, what: String, replica: Option<usize>) -> usize {
        println!("{:7.2} {what}", self.now().as_secs_f64());
        let outage = Outage { what, replica, from: self.now(), to: None };
        let mut kept = self.kept();
        kept.outages.push(outage);
        kept.outages.len() - 1
    }

    pub fn healed(&self, outage: usize) {
        let now = self.now();
        self.kept().outages[outage].to = Some(now);
    }
}

impl Kept {
    /// Whether somebody asked for the end of one of these before `at`.
    pub fn may_be_dead(&self, things: &[Thing], at: Duration) -> bool {
        self.deaths.iter().any(|death| death.asked <= at && things.contains(&death.thing))
    }

    /// The process did not run at some time between `from` and `to`, or had just begun to again.
    pub fn was_out(&self, replica: usize, from: Duration, to: Duration, after: Duration) -> bool {
        self.outages.iter().any(|outage| {
            outage.replica == Some(replica) && outage.from <= to && outage.to.is_none_or(|end| from <= end + after)
        })
    }

    /// The faults of that time, in words.
    pub fn faults_about(&self, from: Duration, to: Duration) -> String {
        let slack = Duration::from_secs(2);
        let about = |outage: &&Outage| outage.from <= to && outage.to.is_none_or(|end| from <= end + slack);
        let words: Vec<&str> = self.outages.iter().filter(about).map(|outage| outage.what.as_str()).collect();
        if words.is_empty() { "no fault".into() } else { words.join("; ") }
    }
}
