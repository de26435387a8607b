//! Counts one path's instructions and allocations, the provider's alone, beside the instructions of its floor.

use std::time::Duration;

use super::bare::Bare;
use super::bare::Need;
use super::callgrind::Callgrind;
use super::callgrind::Counts;
use super::load::Caller;
use super::load::Crowd;
use super::load::Limit;
use super::paths::Path;
use super::provider::Provider;
use super::provider::Scale;

/// Everything is fifty times slower.
const SCALE: Scale = Scale { users: 16, forgotten: 128, tokens: 256 };
const CALLS: u64 = 256;
const HASHES: u64 = 8;

/// Instructions of what cannot be avoided.
pub struct Needs(Vec<(Need, f64)>);

impl Needs {
    pub async fn count(callgrind: &Callgrind) -> Self {
        let bare = Bare::start(Some(callgrind));
        let (mut needs, mut exchange) = (Vec::new(), 0.0);
        for need in [Need::Exchange, Need::Signature, Need::Verification, Need::Hash] {
            let counts = counted(callgrind, bare.pid(), &bare.crowd(SCALE.users, need), need == Need::Hash).await;
            needs.push((need, counts.instructions - exchange));
            exchange = needs[0].1;
        }
        Self(needs)
    }

    pub fn floor(&self, path: &Path) -> f64 {
        let of = |need: Need| self.0.iter().find(|(counted, _)| *counted == need).unwrap().1;
        path.floor.iter().map(|(times, need)| times * of(*need)).sum()
    }
}

/// For each call of a path. The provider runs under callgrind already.
pub async fn count(path: &Path, provider: &mut Provider, callgrind: &Callgrind) -> Counts {
    let crowd = provider.crowd(path, SCALE, Some(callgrind)).await;
    let hashes = path.floor.iter().any(|(_, need)| *need == Need::Hash);
    counted(callgrind, provider.pid(), &crowd, hashes).await
}

async fn counted<C: Caller>(callgrind: &Callgrind, pid: u32, crowd: &Crowd<C>, hashes: bool) -> Counts {
    let (at_once, calls) = if hashes { (2, HASHES) } else { (SCALE.users, CALLS) };
    let limit = |calls| Limit { calls, time: Duration::MAX };
    crowd.rush(at_once, limit(calls / 4)).await;
    callgrind.zero(pid);
    let done = crowd.rush(at_once, limit(calls)).await;
    let counts = callgrind.counts(pid);
    Counts { instructions: counts.instructions / done.calls, allocations: counts.allocations / done.calls }
}
