//! The throttle ladder: it slows guessing, for each account and each network, and never locks the owner out.
//!
//! Tries for an account are counted before they are heard, and forgotten when the password was right; a network's count
//! is of wrong passwords alone, for many people share it. Beyond the free ones a further try needs its turn: one in each
//! slot of time, and slots grow with the count up to a longest wait. A browser in which the person signed in before has a count of its own, so
//! that a stranger's guesses do not slow the owner down.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::base::sealed::Purpose;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::time::Timestamp;
use crate::flows::sessions::Visitor;
use crate::store::ephemeral::Ephemeral;

/// One try, under the keys by which it is counted.
pub struct Attempt(Vec<Rung>);

struct Rung {
    key: String,
    free: u32,
    counted: Counted,
}

/// When a try counts.
#[derive(Clone, Copy, PartialEq)]
enum Counted {
    /// Before it is heard: of many tries at once no more are free than of as many in a row.
    Before,
    /// When the password was wrong.
    WhenWrong,
}

const DEVICE: Purpose = Purpose("device");
/// A browser is remembered for so long after a sign-in.
pub const DEVICE_LIFETIME: Duration = Duration::from_secs(180 * 86_400);

impl Attempt {
    /// A try for the account with this digest by `visitor`.
    pub fn new(app: &App, account: &[u8; 32], visitor: &Visitor) -> Self {
        let config = &app.config.throttle;
        let account_key = base64url(account);
        let network = network_of(visitor.address);
        if remembers(app, visitor.device.as_deref(), account) {
            let key = format!("throttle:device:{account_key}");
            return Self(vec![Rung { key, free: config.account_and_network, counted: Counted::Before }]);
        }
        let rung = |key, free, counted| Rung { key, free, counted };
        let both = format!("throttle:both:{account_key}:{network}");
        Self(vec![
            rung(both, config.account_and_network, Counted::Before),
            rung(format!("throttle:account:{account_key}"), config.account, Counted::Before),
            rung(format!("throttle:network:{network}"), config.network, Counted::WhenWrong),
        ])
    }
}

/// Lets a try be heard and counts it; else the time until its turn. A try that is not heard does not count.
pub async fn admit(app: &App, attempt: &Attempt, now: Timestamp) -> Option<Duration> {
    let mut seen = Vec::with_capacity(attempt.0.len());
    for rung in &attempt.0 {
        let tally = look(app, rung, now).await;
        if let Some(wait) = turn(app, rung, tally, now).await {
            return Some(wait);
        }
        seen.push(tally);
    }
    for (rung, seen) in attempt.0.iter().zip(seen).filter(|(rung, _)| rung.counted == Counted::Before) {
        let counted = count(app, rung, now).await;
        let before = Tally { tries: counted.tries.saturating_sub(1), ..counted };
        // Others may have been counted since we looked: then the count decides.
        if before != seen
            && let Some(wait) = turn(app, rung, before, now).await
        {
            return Some(wait);
        }
    }
    None
}

/// The password was wrong.
pub async fn count_wrong(app: &App, attempt: &Attempt, now: Timestamp) {
    for rung in attempt.0.iter().filter(|rung| rung.counted == Counted::WhenWrong) {
        count(app, rung, now).await;
    }
}

/// The right password was typed: the account's own counts start anew. The network's does not, or one good account would
/// wash a guesser clean.
pub async fn forget(app: &App, attempt: &Attempt, now: Timestamp) {
    for rung in attempt.0.iter().filter(|rung| !rung.key.starts_with("throttle:network")) {
        let key = window_key(app, rung, now);
        let _ = app.ephemeral.take(&key).await; // what is lost here expires by itself
        let _ = app.fallback.take(&key).await;
    }
}

/// The cookie by which a browser is known in which the account was signed in to.
pub fn device_cookie(app: &App, account: &[u8; 32], now: Timestamp) -> String {
    base64url(&app.sealing.seal(DEVICE, account, now, &*app.entropy))
}

/// How many tries were counted, and how many are free.
#[derive(Clone, Copy, PartialEq)]
struct Tally {
    tries: u64,
    free: u64,
}

impl Tally {
    fn shared(rung: &Rung, tries: u64) -> Self {
        Self { tries, free: rung.free.into() }
    }

    /// What one replica counts by itself while the shared store is away: it sees a part of the tries.
    fn alone(rung: &Rung, tries: u64) -> Self {
        Self { tries, free: u64::from(rung.free) / 2 }
    }
}

async fn look(app: &App, rung: &Rung, now: Timestamp) -> Tally {
    let key = window_key(app, rung, now);
    let number = |text: Option<Vec<u8>>| text.and_then(|text| String::from_utf8(text).ok()?.parse().ok()).unwrap_or(0);
    match app.ephemeral.get(&key).await {
        Ok(text) => Tally::shared(rung, number(text)),
        Err(fault) => {
            tracing::warn!(target: "motcua::fault", %fault, "the throttle counts by itself, more strictly");
            Tally::alone(rung, app.fallback.get(&key).await.map(number).unwrap_or(u64::MAX))
        }
    }
}

async fn count(app: &App, rung: &Rung, now: Timestamp) -> Tally {
    let key = window_key(app, rung, now);
    let ttl = *app.config.throttle.window * 2;
    match app.ephemeral.count(&key, ttl).await {
        Ok(tries) => Tally::shared(rung, tries),
        Err(_) => Tally::alone(rung, app.fallback.count(&key, ttl).await.unwrap_or(u64::MAX)),
    }
}

/// The time until the next try after these has its turn; `None` if it has it now.
async fn turn(app: &App, rung: &Rung, tally: Tally, now: Timestamp) -> Option<Duration> {
    let beyond = tally.tries.checked_sub(tally.free)?;
    let wait = wait_after(beyond, *app.config.throttle.longest_wait);
    let length = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).max(1);
    let slot = now.seconds() / length;
    let key = format!("{}:turn:{length}:{slot}", rung.key);
    // The turn is one atomic verb: of many tries at once in a slot, one is heard.
    let first = match app.ephemeral.put_if_absent(&key, vec![1], wait * 2).await {
        Ok(first) => first,
        Err(_) => app.fallback.put_if_absent(&key, vec![1], wait * 2).await.unwrap_or(false),
    };
    let next = Timestamp::from_seconds(slot.saturating_add(1).saturating_mul(length));
    (!first).then(|| next.since(now).max(Duration::from_secs(1)))
}

/// 2 s, 4 s, 8 s … up to the longest.
fn wait_after(beyond: u64, longest: Duration) -> Duration {
    let exponent = u32::try_from(beyond.saturating_add(1)).unwrap_or(20).min(20);
    Duration::from_secs(2_u64.saturating_pow(exponent)).min(longest).max(Duration::from_secs(1))
}

/// Counts live in windows of time, so that both stores forget by the same clock.
fn window_key(app: &App, rung: &Rung, now: Timestamp) -> String {
    let window = i64::try_from(app.config.throttle.window.as_secs()).unwrap_or(900).max(1);
    format!("{}:{}", rung.key, now.seconds() / window)
}

fn remembers(app: &App, cookie: Option<&str>, account: &[u8; 32]) -> bool {
    let opened = cookie.and_then(from_base64url).and_then(|blob| app.sealing.open(DEVICE, &blob));
    opened.as_deref() == Some(account)
}

/// The /24 of an IPv4 address, the /64 of an IPv6 address.
fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let longest = Duration::from_secs(300);
        let waits: Vec<u64> = (0..10).map(|n| wait_after(n, longest).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn neighbours_share_a_network() {
        assert_eq!(network_of("10.1.2.3".parse().unwrap()), network_of("::ffff:10.1.2.200".parse().unwrap()));
        assert_ne!(network_of("10.1.2.3".parse().unwrap()), network_of("10.1.3.3".parse().unwrap()));
        assert_eq!(network_of("2001:db8::1".parse().unwrap()), network_of("2001:db8::2:3:4:5".parse().unwrap()));
    }
}
