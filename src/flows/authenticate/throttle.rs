//! The throttle ladder: it slows guessing, for each account and each network, and never locks the owner out.
//!
//! Wrong passwords are counted. Beyond the free ones a further try needs its turn: one in each slot of time, and slots
//! grow with the count up to a longest wait. A browser in which the person signed in before has a count of its own, so
//! that a stranger's guesses do not slow the owner down.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
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
            return Self(vec![Rung { key, free: config.account_and_network }]);
        }
        Self(vec![
            Rung { key: format!("throttle:both:{account_key}:{network}"), free: config.account_and_network },
            Rung { key: format!("throttle:account:{account_key}"), free: config.account },
            Rung { key: format!("throttle:network:{network}"), free: config.network },
        ])
    }
}

/// The time until this try has its turn; `None` if it has it now.
pub async fn must_wait(app: &App, attempt: &Attempt, now: Timestamp) -> Option<Duration> {
    for rung in &attempt.0 {
        match turn(app, &*app.ephemeral, rung, 1, now).await {
            Ok(None) => {}
            Ok(Some(wait)) => return Some(wait),
            Err(fault) => {
                tracing::warn!(%fault, "the throttle counts by itself, more strictly");
                if let Ok(Some(wait)) = turn(app, &app.fallback, rung, 2, now).await {
                    return Some(wait);
                }
            }
        }
    }
    None
}

/// Counts a wrong password.
pub async fn count(app: &App, attempt: &Attempt, now: Timestamp) {
    for rung in &attempt.0 {
        let key = window_key(app, rung, now);
        let ttl = *app.config.throttle.window * 2;
        let shared = app.ephemeral.count(&key, ttl).await;
        if shared.is_err()
            && let Err(fault) = app.fallback.count(&key, ttl).await
        {
            tracing::error!(%fault, "a wrong password was not counted");
        }
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

async fn turn(
    app: &App,
    store: &dyn Ephemeral,
    rung: &Rung,
    strictness: u32,
    now: Timestamp,
) -> Result<Option<Duration>, Fault> {
    let counted = store.get(&window_key(app, rung, now)).await?;
    let wrong: u32 = counted.and_then(|text| String::from_utf8(text).ok()?.parse().ok()).unwrap_or(0);
    let free = rung.free / strictness;
    if wrong < free {
        return Ok(None);
    }
    let wait = wait_after(wrong - free, *app.config.throttle.longest_wait);
    let slot = now.seconds() / i64::try_from(wait.as_secs()).unwrap_or(1).max(1);
    // The turn is one atomic verb: of many tries at once in a slot, one is heard.
    if store.put_if_absent(&format!("{}:turn:{}:{slot}", rung.key, wait.as_secs()), vec![1], wait * 2).await? {
        return Ok(None);
    }
    let next = Timestamp::from_seconds((slot + 1) * i64::try_from(wait.as_secs()).unwrap_or(1));
    Ok(Some(next.since(now).max(Duration::from_secs(1))))
}

/// 2 s, 4 s, 8 s … up to the longest.
fn wait_after(beyond: u32, longest: Duration) -> Duration {
    Duration::from_secs(2_u64.saturating_pow(beyond.saturating_add(1).min(20))).min(longest).max(Duration::from_secs(1))
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
