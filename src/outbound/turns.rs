//! Turns: how many requests may be under way at once, each on somebody's behalf to some place. Who waits for a slow peer
//! is in nobody else's way, and in their own only there.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio::time::timeout_at;
use url::Url;

use super::Lane;
use super::Unreachable;
use crate::base::uri::registered_domain;

/// The turns of an instance.
pub struct Turns {
    domains: moka::sync::Cache<(Lane, String), Arc<Semaphore>>,
    places: moka::sync::Cache<(String, String), Arc<Semaphore>>,
    parties: moka::sync::Cache<String, Arc<Semaphore>>,
}

/// Leave for one request, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    /// In which lane.
    pub lane: Lane,
    _place: OwnedSemaphorePermit,
    _party: OwnedSemaphorePermit,
    _domain: Option<OwnedSemaphorePermit>,
}

/// Requests of one party at one place, and at all places together.
const AT_ONE_PLACE: usize = 8;
const AT_ONCE: usize = 16;
/// Requests of strangers to hosts of one registered domain: they may be many parties, each with a place of its own.
const AT_ONE_DOMAIN: usize = 16;
/// So many places, and as many parties, are known, each for so long after its last request.
const KNOWN: u64 = 10_000;
const IDLE: Duration = Duration::from_secs(600);

impl Default for Turns {
    fn default() -> Self {
        Self {
            domains: moka::sync::Cache::builder().max_capacity(KNOWN).time_to_idle(IDLE).build(),
            places: moka::sync::Cache::builder().max_capacity(KNOWN).time_to_idle(IDLE).build(),
            parties: moka::sync::Cache::builder().max_capacity(KNOWN).time_to_idle(IDLE).build(),
        }
    }
}

impl Turns {
    /// The next turn of `whom` where `url` leads; `Busy` where it does not come before `deadline`.
    pub async fn take(&self, whom: &str, lane: Lane, url: &Url, deadline: Instant) -> Result<Turn, Unreachable> {
        let place = url.origin().ascii_serialization(); // RFC 6454
        let domain = match lane {
            Lane::Declared | Lane::Notices => None,
            Lane::Strangers | Lane::StrangersNotices => {
                let domain = registered_domain(url.host_str().unwrap_or_default()).to_owned();
                Some(self.domains.get_with((lane, domain), || Arc::new(Semaphore::new(AT_ONE_DOMAIN))))
            }
        };
        let places = self.places.get_with((whom.to_owned(), place), || Arc::new(Semaphore::new(AT_ONE_PLACE)));
        let parties = self.parties.get_with(whom.to_owned(), || Arc::new(Semaphore::new(AT_ONCE)));
        let both = async {
            // The place's first: those who wait for a slow one hold none of the party's turns.
            let place = places.acquire_owned().await.ok()?;
            let party = parties.acquire_owned().await.ok()?;
            let domain = match domain {
                Some(domain) => Some(domain.acquire_owned().await.ok()?),
                None => None,
            };
            Some(Turn { lane, _place: place, _party: party, _domain: domain })
        };
        timeout_at(deadline, both).await.ok().flatten().ok_or(Unreachable::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn now_or_never(turns: &Turns, whom: &str, place: &str) -> Result<Turn, Unreachable> {
        turns.take(whom, Lane::Declared, &Url::parse(place).unwrap(), Instant::now()).await
    }

    #[tokio::test]
    async fn a_party_is_busy_at_one_place_and_nobody_else_is() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..AT_ONE_PLACE {
            held.push(now_or_never(&turns, "a", "https://slow.example").await.unwrap());
        }
        assert_eq!(now_or_never(&turns, "a", "https://slow.example").await.unwrap_err(), Unreachable::Busy);
        now_or_never(&turns, "a", "https://slow.example:8443").await.unwrap();
        now_or_never(&turns, "b", "https://slow.example").await.unwrap();
    }

    #[tokio::test]
    async fn a_party_has_so_many_turns_at_all_places_together() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for n in 0..AT_ONCE {
            held.push(now_or_never(&turns, "a", &format!("https://{n}.example")).await.unwrap());
        }
        assert_eq!(now_or_never(&turns, "a", "https://next.example").await.unwrap_err(), Unreachable::Busy);
        now_or_never(&turns, "b", "https://next.example").await.unwrap();
        held.pop();
        now_or_never(&turns, "a", "https://next.example").await.unwrap();
    }

    #[tokio::test]
    async fn strangers_with_many_names_at_one_domain_have_the_turns_of_one() {
        let turns = Turns::default();
        let take = async |lane, n: usize, domain: &str| {
            let url = Url::parse(&format!("https://host-{n}.{domain}/{n}")).unwrap();
            turns.take(url.as_str(), lane, &url, Instant::now()).await
        };
        let mut held = Vec::new();
        for n in 0..AT_ONE_DOMAIN {
            held.push(take(Lane::Strangers, n, "mallory.example").await.unwrap());
        }
        assert_eq!(take(Lane::Strangers, 99, "mallory.example").await.unwrap_err(), Unreachable::Busy);
        take(Lane::Strangers, 99, "alice.example").await.unwrap();
        take(Lane::StrangersNotices, 99, "mallory.example").await.unwrap();
        take(Lane::Declared, 99, "mallory.example").await.unwrap();
    }

    #[tokio::test]
    async fn a_turn_that_ends_in_time_is_the_next_ones() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..AT_ONE_PLACE {
            held.push(now_or_never(&turns, "a", "https://slow.example").await.unwrap());
        }
        let later = Instant::now() + Duration::from_secs(60);
        let slow = Url::parse("https://slow.example").unwrap();
        let next = turns.take("a", Lane::Declared, &slow, later);
        let (next, ()) = tokio::join!(next, async { drop(held.pop()) });
        next.unwrap();
    }
}
