//! Names become addresses that are allowed; the connection is made to one of those.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use tokio::net::lookup_host;
use tokio::sync::Semaphore;

use super::Lane;
use super::address::is_allowed;
use super::turns::Turn;
use crate::base::uri::registered_domain;

/// The system's resolver, less what is not allowed.
pub struct Filtered {
    allowed: Arc<[IpNet]>,
    lanes: [Arc<Semaphore>; 4],
    domains: moka::sync::Cache<(Lane, String), Arc<Semaphore>>,
}

/// No address of a name may be connected to, or not each.
#[derive(Debug, thiserror::Error)]
#[error("no address of the name is public")]
pub struct NotPublic;

tokio::task_local! {
    /// The turn of the request that is under way.
    pub static TURN: Arc<Turn>;
}

/// A look-up takes a thread of those that the database has too, and cannot be called off: so many at once in each lane.
const fn look_ups(lane: Lane) -> usize {
    match lane {
        Lane::Declared => 24,
        Lane::Strangers | Lane::Notices => 16,
        Lane::StrangersNotices => 8,
    }
}

/// So many of them for names of one registered domain: four domains whose name servers are silent fill no lane but the
/// strangers' own.
const FOR_A_DOMAIN: usize = 4;
/// So many domains are known, each for so long after its last look-up.
const KNOWN: u64 = 10_000;
const IDLE: Duration = Duration::from_secs(600);

impl Filtered {
    /// A resolver for the public internet and `allowed`.
    pub fn new(allowed: Arc<[IpNet]>) -> Self {
        let lanes = [Lane::Declared, Lane::Strangers, Lane::Notices, Lane::StrangersNotices];
        let lanes = lanes.map(|lane| Arc::new(Semaphore::new(look_ups(lane))));
        let domains = moka::sync::Cache::builder().max_capacity(KNOWN).time_to_idle(IDLE).build();
        Self { allowed, lanes, domains }
    }

    fn lane(&self, lane: Lane) -> Arc<Semaphore> {
        let [declared, strangers, notices, strangers_notices] = &self.lanes;
        Arc::clone(match lane {
            Lane::Declared => declared,
            Lane::Strangers => strangers,
            Lane::Notices => notices,
            Lane::StrangersNotices => strangers_notices,
        })
    }

    fn domain(&self, lane: Lane, name: &str) -> Arc<Semaphore> {
        let of = (lane, registered_domain(name).to_owned());
        self.domains.get_with(of, || Arc::new(Semaphore::new(FOR_A_DOMAIN)))
    }
}

impl Resolve for Filtered {
    fn resolve(&self, name: Name) -> Resolving {
        let turn = TURN.try_with(Arc::clone).ok();
        let lane = turn.as_ref().map_or(Lane::Strangers, |turn| turn.lane);
        let (allowed, lanes, domain) = (Arc::clone(&self.allowed), self.lane(lane), self.domain(lane, name.as_str()));
        Box::pin(async move {
            // Held until the look-up returns, be the request long over: the turn too, so that nobody's silent name
            // servers take every look-up. The domain's first: those who wait for a slow one hold none of the lane's.
            let held = (domain.acquire_owned().await?, lanes.acquire_owned().await?, turn);
            let look_up = tokio::spawn(async move {
                let found = lookup_host((name.as_str(), 0)).await.map(Iterator::collect::<Vec<SocketAddr>>);
                drop(held);
                found
            });
            let found = look_up.await??;
            // One forbidden address makes the name suspect: which one a connection takes is not for chance to decide.
            if found.iter().any(|address| !is_allowed(address.ip(), &allowed)) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::task::Context;
    use std::task::Waker;

    use tokio::time::Instant;
    use url::Url;

    use super::super::turns::Turns;
    use super::*;

    fn loopback() -> Filtered {
        Filtered::new(["127.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap()).into())
    }

    async fn turn(lane: Lane) -> Arc<Turn> {
        let url = Url::parse("https://localhost").unwrap();
        Arc::new(Turns::default().take("a", lane, &url, Instant::now()).await.unwrap())
    }

    /// A look-up that began, and has not ended.
    fn begun(resolver: &Filtered, name: &str, turn: &Arc<Turn>) -> Resolving {
        TURN.sync_scope(Arc::clone(turn), || {
            let mut asked = resolver.resolve(name.parse().unwrap());
            assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            asked
        })
    }

    #[tokio::test]
    async fn look_ups_are_few_at_once_and_each_is_given_back() {
        let (resolver, turn) = (loopback(), turn(Lane::Strangers).await);
        let lane = resolver.lane(Lane::Strangers);
        let all = u32::try_from(look_ups(Lane::Strangers)).unwrap();
        let held = Arc::clone(&lane).acquire_many_owned(all).await.unwrap();
        let next = begun(&resolver, "localhost", &turn);
        drop(held);
        assert!(next.await.unwrap().all(|address| address.ip().is_loopback()));
        assert_eq!(lane.available_permits(), look_ups(Lane::Strangers));
        assert_eq!(resolver.domain(Lane::Strangers, "localhost").available_permits(), FOR_A_DOMAIN);
    }

    #[tokio::test]
    async fn names_of_one_domain_wait_for_each_other_and_hold_none_of_the_lane() {
        let (resolver, turn) = (loopback(), turn(Lane::Strangers).await);
        let domain = resolver.domain(Lane::Strangers, "a.mallory.example");
        let _silent = domain.acquire_many_owned(FOR_A_DOMAIN as u32).await.unwrap();
        let _next = begun(&resolver, "b.mallory.example", &turn);
        assert_eq!(resolver.lane(Lane::Strangers).available_permits(), look_ups(Lane::Strangers));
    }

    #[tokio::test]
    async fn strangers_take_no_look_up_of_a_notice_or_of_the_operators_clients() {
        let resolver = loopback();
        let mut held = Vec::new();
        for lane in [Lane::Strangers, Lane::StrangersNotices] {
            let all = u32::try_from(look_ups(lane)).unwrap();
            held.push(resolver.lane(lane).acquire_many_owned(all).await.unwrap());
        }
        for lane in [Lane::Declared, Lane::Notices] {
            let look_up = async { resolver.resolve("localhost".parse().unwrap()).await };
            let found = TURN.scope(turn(lane).await, look_up).await;
            assert!(found.is_ok(), "{lane:?}");
        }
    }

    #[tokio::test]
    async fn a_look_up_that_nobody_awaits_any_more_keeps_its_place_and_the_turn_until_it_returns() {
        let (resolver, turn) = (loopback(), turn(Lane::Declared).await);
        drop(begun(&resolver, "localhost", &turn));
        let lane = resolver.lane(Lane::Declared);
        assert_eq!((lane.available_permits(), Arc::strong_count(&turn)), (look_ups(Lane::Declared) - 1, 2));
        let all = u32::try_from(look_ups(Lane::Declared)).unwrap();
        drop(lane.acquire_many(all).await.unwrap());
        assert_eq!(Arc::strong_count(&turn), 1);
    }
}
