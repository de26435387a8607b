//! From where people come, as coarsely as it is looked at: a network of a few hundred addresses.

use std::net::IpAddr;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::hmac_sha256;
use crate::store::people;

/// A network as a person's row remembers it: a keyed digest, another for each person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network([u8; 8]);

/// A person's row remembers so many.
const MOST: usize = 4;

impl Network {
    /// That of an address from which a person comes.
    pub fn of(app: &App, person: Uuid, address: IpAddr) -> Self {
        let network = network_of(address);
        let [a, b, c, d, e, f, g, h, ..] =
            hmac_sha256(app.data_keys.lookup.expose(), &[b"network", person.as_bytes(), network.as_bytes()]);
        Self([a, b, c, d, e, f, g, h])
    }

    /// Whether it is one of those that are `known`.
    fn is_among(&self, known: &[u8]) -> bool {
        known.chunks(self.0.len()).any(|known| known == self.0)
    }
}

/// Whether a person signed in of late from where this address is.
pub async fn is_home(app: &App, person: Uuid, address: IpAddr) -> Result<bool, Fault> {
    Ok(Network::of(app, person, address).is_among(&people::networks(&app.db, person).await?))
}

/// How many networks are known.
pub const fn count(known: &[u8]) -> usize {
    known.len() / size_of::<Network>()
}

/// What is known once `latest` was seen; `None` where nothing changes.
pub fn with(known: &[u8], latest: &Network) -> Option<Vec<u8>> {
    let others = known.chunks(latest.0.len()).filter(|known| *known != latest.0).take(MOST - 1);
    let anew = std::iter::once(latest.0.as_slice()).chain(others).collect::<Vec<_>>().concat();
    (anew != known).then_some(anew)
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

/// The same, coarser for IPv6: one household, or one rented machine, has 65,536 networks of the finer kind.
pub fn neighbourhood_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}")
        }
        v4 => network_of(v4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_network() {
        assert_eq!(network_of("10.1.2.3".parse().unwrap()), network_of("::ffff:10.1.2.200".parse().unwrap()));
        assert_ne!(network_of("10.1.2.3".parse().unwrap()), network_of("10.1.3.3".parse().unwrap()));
        assert_eq!(network_of("2001:db8::1".parse().unwrap()), network_of("2001:db8::2:3:4:5".parse().unwrap()));
    }

    #[test]
    fn a_household_is_one_neighbourhood() {
        let of = |address: &str| neighbourhood_of(address.parse().unwrap());
        assert_eq!(of("2001:db8:1:1::1"), of("2001:db8:1:ff02::1"));
        assert_ne!(of("2001:db8:1::1"), of("2001:db8:2::1"));
        assert_eq!(of("10.1.2.3"), "10.1.2");
    }

    #[test]
    fn the_latest_four_are_remembered() {
        let seen = (0..6_u8).fold(Vec::new(), |known, n| with(&known, &Network([n; 8])).unwrap());
        assert_eq!(seen, [[5; 8], [4; 8], [3; 8], [2; 8]].concat());
        assert_eq!(with(&seen, &Network([5; 8])), None);
        assert_eq!(with(&seen, &Network([3; 8])).unwrap(), [[3; 8], [5; 8], [4; 8], [2; 8]].concat());
        assert!(Network([2; 8]).is_among(&seen) && !Network([1; 8]).is_among(&seen));
    }
}
