//! The throttle ladder: it slows guessing, for each account and each network, and never locks the owner out.
//!
//! Tries for an account are counted before the password is compared, so that many at once cannot share one free try; a
//! network's are counted when they were wrong, so that a busy office is not slowed by those who succeed. Beyond the free
//! ones a further try needs its turn: one after each wait, and waits grow with the tries heard up to a longest one. A
//! browser in which the person signed in before has a count of its own, so that a stranger's guesses do not slow the
//! owner down.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::base64url;
use crate::base::time::Timestamp;
use crate::parts::sealed;
use crate::parts::sessions::Visitor;
use crate::store::ephemeral::Ephemeral;

/// One try, under the keys by which it is counted.
pub struct Attempt(Vec<Rung>);

struct Rung {
    key: String,
    free: u32,
    counted: Counted,
}

/// When a try counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// Before its password is compared.
    WhenBegun,
    /// When its password was wrong.
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
        let rung = |key: String, free: u32, counted: Counted| Rung { key, free, counted };
        if remembers(app, visitor.device.as_deref(), account) {
            let key = format!("throttle:device:{account_key}");
            return Self(vec![rung(key, config.account_and_network, Counted::WhenBegun)]);
        }
        let both = format!("throttle:both:{account_key}:{network}");
        Self(vec![
            rung(both, config.account_and_network, Counted::WhenBegun),
            rung(format!("throttle:account:{account_key}"), config.account, Counted::WhenBegun),
            rung(format!("throttle:network:{network}"), config.network, Counted::WhenWrong),
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
    for rung in attempt.0.iter().filter(|rung| rung.counted == Counted::WhenWrong) {
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
    for rung in attempt.0.iter().filter(|rung| rung.counted == Counted::WhenBegun) {
        let key = window_key(app, rung, now);
        for key in [format!("{key}:since"), format!("{key}:heard"), key] {
            let _ = app.ephemeral.take(&key).await; // what is lost here expires by itself
            let _ = app.fallback.take(&key).await;
        }
    }
}

/// The cookie by which a browser is known in which the account was signed in to.
pub fn device_cookie(app: &App, account: &[u8; 32], now: Timestamp) -> Result<String, Fault> {
    sealed::seal(app, DEVICE, account, now)
}

async fn turn(
    app: &App,
    store: &dyn Ephemeral,
    rung: &Rung,
    strictness: u32,
    now: Timestamp,
) -> Result<Option<Duration>, Fault> {
    let (key, ttl) = (window_key(app, rung, now), *app.config.throttle.window * 2);
    let free = u64::from(rung.free / strictness);
    let begun = match rung.counted {
        Counted::WhenBegun => store.count(&key, ttl).await?,
        Counted::WhenWrong => number(store, &key).await?.unwrap_or(0) + 1,
    };
    let (since_key, heard_key) = (format!("{key}:since"), format!("{key}:heard"));
    let stamp = now.micros().to_string().into_bytes();
    if begun <= free {
        if begun == free {
            store.put(&since_key, stamp, ttl).await?;
        }
        return Ok(None);
    }
    let Some(since) = number(store, &since_key).await?.and_then(|micros| i64::try_from(micros).ok()) else {
        store.put_if_absent(&since_key, stamp, ttl).await?;
        return Ok(Some(wait_after(0, *app.config.throttle.longest_wait)));
    };
    let wait = wait_after(number(store, &heard_key).await?.unwrap_or(0), *app.config.throttle.longest_wait);
    let since = Timestamp::from_micros(since);
    let slot = u32::try_from(now.since(since).as_micros() / wait.as_micros().max(1)).unwrap_or(u32::MAX);
    // The turn is one atomic verb: of many tries at once in a slot, one is heard.
    let turn = format!("{key}:turn:{}:{slot}", since.micros());
    if slot > 0 && store.put_if_absent(&turn, vec![1], ttl).await? {
        store.count(&heard_key, ttl).await?;
        store.put(&since_key, stamp, ttl).await?;
        return Ok(None);
    }
    Ok(Some((since + wait.saturating_mul(slot.saturating_add(1))).since(now).max(Duration::from_secs(1))))
}

async fn number(store: &dyn Ephemeral, key: &str) -> Result<Option<u64>, Fault> {
    Ok(store.get(key).await?.and_then(|text| String::from_utf8(text).ok()?.parse().ok()))
}

/// 2 s, 4 s, 8 s … up to the longest.
fn wait_after(heard: u64, longest: Duration) -> Duration {
    let doublings = u32::try_from(heard).unwrap_or(u32::MAX).saturating_add(1).min(20);
    Duration::from_secs(2_u64.saturating_pow(doublings)).min(longest).max(Duration::from_secs(1))
}

/// Counts live in windows of time, so that both stores forget by the same clock.
fn window_key(app: &App, rung: &Rung, now: Timestamp) -> String {
    let window = i64::try_from(app.config.throttle.window.as_secs()).unwrap_or(900).max(1);
    format!("{}:{}", rung.key, now.seconds() / window)
}

fn remembers(app: &App, cookie: Option<&str>, account: &[u8; 32]) -> bool {
    let opened = cookie.and_then(|cookie| sealed::open(app, DEVICE, cookie));
    opened.as_deref() == Some(account)
}

/// The /24 of an IPv4 address, the /64 of an IPv6 address.
pub fn network_of(address: IpAddr) -> String {
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
