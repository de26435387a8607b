//! Who may have how many connections: no address, and no network, takes the places of all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use ipnet::IpNet;

/// How many connections at once.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Of everybody together; further ones wait to be accepted.
    pub all: u32,
    /// Of one address: an IPv4 address, or an IPv6 /64.
    pub address: u32,
    /// Of one network: an IPv4 /24, or an IPv6 /56.
    pub network: u32,
    /// Peers that are counted in `all` alone: behind a proxy stands everybody.
    pub exempt: Vec<IpNet>,
}

/// The connections that addresses and networks have now.
pub struct Places {
    limits: Limits,
    taken: Mutex<HashMap<IpNet, u32>>,
}

/// The place of one connection, until it is dropped.
pub struct Place {
    places: Arc<Places>,
    of: [Option<IpNet>; 2],
}

impl Places {
    /// All free.
    pub fn new(limits: Limits) -> Self {
        Self { limits, taken: Mutex::default() }
    }

    /// A place for a connection from `peer`; `None` where its address or its network has all that it may have.
    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        if self.limits.exempt.iter().any(|net| net.contains(&peer)) {
            return Some(Place { places: Arc::clone(self), of: [None, None] });
        }
        let (address, network) = around(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let has = |whose: Option<IpNet>| whose.and_then(|whose| taken.get(&whose)).copied().unwrap_or(0);
        if has(address) >= self.limits.address || has(network) >= self.limits.network {
            return None;
        }
        for whose in [address, network].into_iter().flatten() {
            *taken.entry(whose).or_insert(0) += 1;
        }
        Some(Place { places: Arc::clone(self), of: [address, network] })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for whose in self.of.into_iter().flatten() {
            if let Some(count) = taken.get_mut(&whose) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    taken.remove(&whose);
                }
            }
        }
    }
}

/// What counts as one address, and as one network, around `peer`.
fn around(peer: IpAddr) -> (Option<IpNet>, Option<IpNet>) {
    let (address, network) = match peer {
        IpAddr::V4(_) => (32, 24),
        IpAddr::V6(_) => (64, 56),
    };
    let of = |length| IpNet::new(peer, length).ok().map(|net| net.trunc());
    (of(address), of(network))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Arc<Places> {
        let exempt = vec!["10.0.0.0/8".parse().unwrap()];
        Arc::new(Places::new(Limits { all: 100, address: 2, network: 3, exempt }))
    }

    #[test]
    fn an_address_and_a_network_have_so_many_places_and_get_them_back() {
        for near in [
            ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.3.1"],
            ["2001:db8::1", "2001:db8:0:1::2", "2001:db8:0:2::3", "2001:db8:0:100::1"],
        ] {
            let [a, b, c, elsewhere] = near.map(|text| text.parse::<IpAddr>().unwrap());
            let places = places();
            let first = places.take(a).unwrap();
            let _second = places.take(a).unwrap();
            assert!(places.take(a).is_none(), "{a} has two");
            let _third = places.take(b).unwrap();
            assert!(places.take(c).is_none(), "the network of {c} has three");
            let _other = places.take(elsewhere).unwrap();
            drop(first);
            let _again = places.take(c).unwrap();
        }
    }

    #[test]
    fn neighbours_in_a_64_are_one_address_and_so_is_a_mapped_one() {
        let places = places();
        let at = |text: &str| places.take(text.parse().unwrap());
        let _held = [at("2001:db8::1").unwrap(), at("2001:db8::2:3").unwrap()];
        assert!(at("2001:db8::4").is_none());
        let _held = [at("192.0.2.1").unwrap(), at("::ffff:192.0.2.1").unwrap()];
        assert!(at("192.0.2.1").is_none());
    }

    #[test]
    fn a_trusted_proxy_is_not_counted_and_nothing_is_left_of_those_who_went() {
        let places = places();
        let held: Vec<Place> = (0..10).map(|_| places.take("10.1.2.3".parse().unwrap()).unwrap()).collect();
        let other = places.take("192.0.2.1".parse().unwrap());
        drop((held, other));
        assert!(places.taken.lock().unwrap().is_empty());
    }
}
