//! Names become addresses that are allowed; the connection is made to one of those.

use std::net::SocketAddr;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use tokio::net::lookup_host;
use tokio::sync::Semaphore;

use super::address::is_allowed;
use super::turns::Turn;

/// The system's resolver, less what is not allowed.
pub struct Filtered {
    allowed: Arc<[IpNet]>,
    look_ups: Arc<Semaphore>,
}

/// No address of a name may be connected to, or not each.
#[derive(Debug, thiserror::Error)]
#[error("no address of the name is public")]
pub struct NotPublic;

tokio::task_local! {
    /// The turn of the request that is under way.
    pub static TURN: Arc<Turn>;
}

/// A look-up takes a thread of those that the database has too, and cannot be called off.
const LOOK_UPS: usize = 64;

impl Filtered {
    /// A resolver for the public internet and `allowed`.
    pub fn new(allowed: Arc<[IpNet]>) -> Self {
        Self { allowed, look_ups: Arc::new(Semaphore::new(LOOK_UPS)) }
    }
}

impl Resolve for Filtered {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, look_ups) = (Arc::clone(&self.allowed), Arc::clone(&self.look_ups));
        let turn = TURN.try_with(Arc::clone).ok();
        Box::pin(async move {
            // Held until the look-up returns, be the request long over: the turn too, so that nobody's silent name
            // servers take every look-up.
            let held = (look_ups.acquire_owned().await?, turn);
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

    use super::super::turns::Turns;
    use super::*;

    fn loopback() -> Filtered {
        Filtered::new(["127.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap()).into())
    }

    #[tokio::test]
    async fn look_ups_are_few_at_once_and_each_is_given_back() {
        let resolver = loopback();
        let all = u32::try_from(LOOK_UPS).unwrap();
        let held = Arc::clone(&resolver.look_ups).acquire_many_owned(all).await.unwrap();
        let mut next = resolver.resolve("localhost".parse().unwrap());
        assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(held);
        assert!(next.await.unwrap().all(|address| address.ip().is_loopback()));
        assert_eq!(resolver.look_ups.available_permits(), LOOK_UPS);
    }

    #[tokio::test]
    async fn a_look_up_that_nobody_awaits_any_more_keeps_its_place_and_the_turn_until_it_returns() {
        let resolver = loopback();
        let turn = Turns::default().take("a", "https://localhost".to_owned(), Instant::now()).await;
        let turn = Arc::new(turn.unwrap());
        let asked = TURN.sync_scope(Arc::clone(&turn), || {
            let mut asked = resolver.resolve("localhost".parse().unwrap());
            assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            asked
        });
        drop(asked);
        assert_eq!((resolver.look_ups.available_permits(), Arc::strong_count(&turn)), (LOOK_UPS - 1, 2));
        let all = u32::try_from(LOOK_UPS).unwrap();
        drop(resolver.look_ups.acquire_many(all).await.unwrap());
        assert_eq!(Arc::strong_count(&turn), 1);
    }
}
