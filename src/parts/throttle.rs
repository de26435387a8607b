//! The throttle ladder: it slows guessing, for each account and each network, and never locks the owner out.
//!
//! An account is the person, by whichever name, or a name that nobody has: whoever exhausts one name's tries may thereby
//! learn that another is the same person's, which costs less than three budgets would. Tries are counted before anything is
//! compared, so that many at once cannot share one free try; a network gets back what it counted for one that was right, so
//! that a busy office is not slowed by those who succeed. Beyond the free ones a further try needs its turn: one after each
//! wait, and waits grow with the tries heard up to a longest one. A stranger's guesses do not slow the owner down: a browser
//! in which the person signed in before has a count of its own, which it shows by its cookie, and of the account's turns there
//! are more than a handful of networks may take. A network shows nothing: whoever is in it would learn by the answer whether
//! somebody of that name signed in there.
//!
//! While the shared store is away each process counts by itself, with half of the free ones of which it knew that they were
//! left, or a third of an account's, and with waits as long as they had grown: whoever stops the store gains no tries where
//! guesses were heard.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::time::Timestamp;
use crate::parts::devices;
use crate::parts::devices::account_of;
use crate::parts::networks::neighbourhood_of;
use crate::parts::networks::network_of;
use crate::parts::sessions::Visitor;
use crate::store::ephemeral::Ephemeral;

/// One try, under the keys by which it is counted.
pub struct Attempt {
    rungs: Vec<Rung>,
}

struct Rung {
    key: String,
    free: u32,
    counted: Counted,
    /// The network that shares this rung's turns with others, if others share them.
    shared_by: Option<String>,
}

/// How long a try counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// Until the person signs in.
    UntilForgotten,
    /// Until it was right, or was not heard.
    UntilRight,
}

/// So many networks may guess at one account, each at its own longest wait, before none is heard at once.
const NETWORKS: u32 = 8;
/// A try waits for so long while nothing can be counted.
const UNCOUNTED: Duration = Duration::from_secs(30);

impl Attempt {
    /// A try by `visitor` under the name of this digest, which is `person`'s or nobody's.
    pub async fn new(app: &App, name: &[u8; 32], person: Option<Uuid>, visitor: &Visitor) -> Self {
        Self::at(app, person.map_or(*name, account_of), Some(*name), person, visitor).await
    }

    /// A try by `visitor` under whatever name `person` has.
    pub async fn of(app: &App, person: Uuid, visitor: &Visitor) -> Self {
        Self::at(app, account_of(person), None, Some(person), visitor).await
    }

    async fn at(app: &App, account: [u8; 32], name: Option<[u8; 32]>, person: Option<Uuid>, visitor: &Visitor) -> Self {
        let config = &app.config.throttle;
        let key = base64url(&account);
        let network = network_of(visitor.address);
        let rung = |key: String, free: u32, counted: Counted| Rung { key, free, counted, shared_by: None };
        // A cookie of a former version names the name.
        let known = devices::named(app, visitor);
        let known = known.filter(|known| known.account == account || Some(known.account) == name);
        let counts = match (known, person) {
            (Some(known), Some(person)) => known.counts_for(app, person).await,
            (known, _) => known.is_some(),
        };
        if counts {
            let own = rung(format!("throttle:device:{key}"), config.account_and_network, Counted::UntilForgotten);
            return Self { rungs: vec![own] };
        }
        let both = format!("throttle:both:{key}:{network}");
        let account = rung(format!("throttle:account:{key}"), config.account, Counted::UntilForgotten);
        let rungs = vec![
            rung(both, config.account_and_network, Counted::UntilForgotten),
            Rung { shared_by: Some(neighbourhood_of(visitor.address)), ..account },
            rung(format!("throttle:network:{network}"), config.network, Counted::UntilRight),
        ];
        Self { rungs }
    }
}

impl Rung {
    /// What it counts, as metrics call it.
    fn kind(&self) -> &'static str {
        match self.key.split(':').nth(1) {
            Some("device") => "account_and_known_browser",
            Some("both") => "account_and_network",
            Some("account") => "account",
            _ => "network",
        }
    }
}

/// The time until this try has its turn; `None` if it has it now.
pub async fn must_wait(app: &App, attempt: &Attempt, now: Timestamp) -> Option<Duration> {
    for rung in &attempt.rungs {
        let wait = match turn(app, By::All, rung, now).await {
            Ok(wait) => wait,
            Err(fault) => {
                tracing::debug!(%fault, "the throttle counts by itself, more strictly");
                app.metrics.surroundings.throttled_alone();
                turn(app, By::Alone, rung, now).await.unwrap_or_else(|fault| {
                    tracing::error!(target: "motcua::fault", %fault, "no try can be counted: none is heard");
                    Some(UNCOUNTED)
                })
            }
        };
        if wait.is_some() {
            app.metrics.surroundings.throttled(rung.kind());
            give_back(app, rung, now).await;
            return wait;
        }
    }
    None
}

/// What a try presented was right, or was not compared: it was no guess at its network's expense.
pub async fn pardon(app: &App, attempt: &Attempt, now: Timestamp) {
    for rung in &attempt.rungs {
        give_back(app, rung, now).await;
    }
}

/// Takes one try from the count of a rung that only counts what is wrong.
async fn give_back(app: &App, rung: &Rung, now: Timestamp) {
    if rung.counted == Counted::UntilRight {
        let key = window_key(app, rung, now);
        let counted_here = app.ephemeral.uncount(&key).await.map_or_else(|_| key.clone(), |()| known_key(&key));
        let _ = app.fallback.uncount(&counted_here).await; // what stays counted expires by itself
    }
}

/// Somebody signed in: the account's own counts start anew. The network's does not, or one good account would
/// wash a guesser clean.
pub async fn forget(app: &App, attempt: &Attempt, now: Timestamp) {
    for rung in attempt.rungs.iter().filter(|rung| rung.counted == Counted::UntilForgotten) {
        let key = window_key(app, rung, now);
        let _ = app.fallback.take(&known_key(&key)).await;
        for key in [format!("{key}:since"), format!("{key}:heard"), key] {
            let _ = app.ephemeral.take(&key).await; // what is lost here expires by itself
            let _ = app.fallback.take(&key).await;
        }
    }
}

/// Who counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// All replicas together.
    All,
    /// This process.
    Alone,
}

impl By {
    /// Where.
    pub(super) fn store(self, app: &App) -> &dyn Ephemeral {
        match self {
            Self::All => &*app.ephemeral,
            Self::Alone => &app.fallback,
        }
    }

    /// So many of `free` tries are free, where all replicas together count the `begun`th or this process does. What all of them
    /// counted is kept here as well, for when nobody can ask them.
    async fn free(self, app: &App, key: &str, (begun, rung): (u64, &Rung), ttl: Duration) -> Result<u64, Fault> {
        let free = u64::from(rung.free);
        // A replica may not know of the last ones of another: of what all networks share it takes less than half.
        let parts = if rung.shared_by.is_some() { 3 } else { 2 };
        let known = known_key(key);
        if self == Self::All {
            app.fallback.raise(&known, begun, ttl);
            return Ok(free);
        }
        Ok(free.saturating_sub(number(&app.fallback, &known).await?.unwrap_or(0)) / parts)
    }
}

/// Where a process keeps what all replicas counted under a key.
fn known_key(key: &str) -> String {
    format!("{key}:known")
}

async fn turn(app: &App, by: By, rung: &Rung, now: Timestamp) -> Result<Option<Duration>, Fault> {
    let (key, ttl) = (window_key(app, rung, now), *app.config.throttle.window * 2);
    let store = by.store(app);
    let begun = store.count(&key, ttl).await?;
    let free = by.free(app, &key, (begun, rung), ttl).await?;
    let stamp = now.micros().to_string().into_bytes();
    if begun <= free {
        if begun == free {
            store.put(&format!("{key}:since"), stamp, ttl).await?;
        }
        return Ok(None);
    }
    let longest = *app.config.throttle.longest_wait;
    let Some(network) = &rung.shared_by else { return next_turn((app, by), &key, longest, now, ttl).await };
    // Of the turns that networks share each takes one in so long a time.
    let span = i64::try_from(longest.as_secs()).unwrap_or(300).max(1);
    let own = format!("{}:own:{network}:{}", rung.key, now.seconds() / span);
    if !store.put_if_absent(&own, vec![1], longest * 2).await? {
        let rest = span - now.seconds() % span;
        return Ok(Some(Duration::from_secs(u64::try_from(rest).unwrap_or(1))));
    }
    let wait = next_turn((app, by), &key, longest / NETWORKS, now, ttl).await?;
    if wait.is_some() {
        store.take(&own).await?; // it was not heard
    }
    Ok(wait)
}

/// Takes the one turn after a wait, if it is free: waits are counted from the last one that was taken.
async fn next_turn(
    (app, by): (&App, By),
    key: &str,
    longest: Duration,
    now: Timestamp,
    ttl: Duration,
) -> Result<Option<Duration>, Fault> {
    let store = by.store(app);
    let (since_key, heard_key) = (format!("{key}:since"), format!("{key}:heard"));
    let stamp = now.micros().to_string().into_bytes();
    let wait = wait_after(number(store, &heard_key).await?.unwrap_or(0), longest);
    let Some(since) = number(store, &since_key).await?.and_then(|micros| i64::try_from(micros).ok()) else {
        store.put_if_absent(&since_key, stamp, ttl).await?;
        return Ok(Some(wait));
    };
    let since = Timestamp::from_micros(since);
    let slot = u32::try_from(now.since(since).as_micros() / wait.as_micros().max(1)).unwrap_or(u32::MAX);
    // The turn is one atomic verb: of many tries at once in a slot, one is heard.
    let turn = format!("{key}:turn:{}:{slot}", since.micros());
    if slot > 0 && store.put_if_absent(&turn, vec![1], ttl).await? {
        let heard = store.count(&heard_key, ttl).await?;
        if by == By::All {
            app.fallback.raise(&heard_key, heard, ttl);
        }
        store.put(&since_key, stamp, ttl).await?;
        return Ok(None);
    }
    Ok(Some((since + wait.saturating_mul(slot.saturating_add(1))).since(now).max(Duration::from_secs(1))))
}

/// A number that is stored under a key, if one is.
pub(super) async fn number(store: &dyn Ephemeral, key: &str) -> Result<Option<u64>, Fault> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let longest = Duration::from_secs(300);
        let waits: Vec<u64> = (0..10).map(|n| wait_after(n, longest).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
