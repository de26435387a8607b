//! What is counted in this process and not in the database yet: minute by minute, for each client. Several threads add at once.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;

use uuid::Uuid;

use crate::base::id;
use crate::base::random::Entropy;
use crate::base::time::Timestamp;
use crate::identity::figures::Figure;

/// Counts, from when it has a mark on.
#[derive(Default)]
pub struct Collector {
    /// In whose shard the ids of attempts to redeem a code are made here.
    mark: RwLock<Option<Uuid>>,
    lanes: [Mutex<Minutes>; LANES],
}

/// What was counted at one client in one minute.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// How many of what.
    pub counts: Vec<(Figure, u64)>,
    /// The hashes of who signed in, as often as they did.
    pub people: Vec<u64>,
}

/// What was counted, by minute and client.
pub type Minutes = BTreeMap<i64, HashMap<String, Cell>>;

/// Threads that add at once seldom meet.
const LANES: usize = 16;

/// The minute of an instant, since 1970.
pub const fn minute(at: Timestamp) -> i64 {
    at.seconds().div_euclid(60)
}

impl Cell {
    /// Adds to it.
    pub fn add(&mut self, figures: &[Figure], person: Option<u64>) {
        figures.iter().for_each(|figure| self.more(*figure, 1));
        self.people.extend(person);
    }

    fn more(&mut self, figure: Figure, count: u64) {
        match self.counts.iter_mut().find(|(own, _)| *own == figure) {
            Some((_, sum)) => *sum += count,
            None => self.counts.push((figure, count)),
        }
    }

    fn merge(&mut self, other: Self) {
        other.counts.into_iter().for_each(|(figure, count)| self.more(figure, count));
        self.people.extend(other.people);
    }
}

/// Adds to the cell of a client in a minute.
pub fn add(minutes: &mut Minutes, (minute, client): (i64, &str), what: impl FnOnce(&mut Cell)) {
    let cells = minutes.entry(minute).or_default();
    match cells.get_mut(client) {
        Some(cell) => what(cell),
        None => what(cells.entry(client.to_owned()).or_default()),
    }
}

impl Collector {
    /// Counts from now on, under this mark.
    pub fn begin(&self, mark: Uuid) {
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = Some(mark);
    }

    /// Counts no more.
    pub fn end(&self) {
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Its mark.
    pub fn mark(&self) -> Option<Uuid> {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of an attempt to redeem a code: it says where the attempt is counted.
    pub fn attempt(&self, now: Timestamp, entropy: &dyn Entropy) -> Uuid {
        self.mark().map_or_else(|| id::new(now, entropy), |mark| id::beside(mark, now, entropy))
    }

    /// Counts something at a client. `by`: who did it, or by what; only for threads not to meet.
    pub fn add(&self, client: &str, at: Timestamp, by: Uuid, figures: &[Figure], person: Option<u64>) {
        if self.mark().is_none() {
            return;
        }
        let [.., last] = *by.as_bytes();
        let Some(lane) = self.lanes.get(usize::from(last) % LANES) else { return };
        let mut minutes = lane.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut minutes, (minute(at), client), |cell| cell.add(figures, person));
    }

    /// Takes out what was counted before a minute.
    pub fn take(&self, until: i64) -> Minutes {
        let mut taken = Minutes::new();
        for lane in &self.lanes {
            let mut minutes = lane.lock().unwrap_or_else(PoisonError::into_inner);
            let later = minutes.split_off(&until);
            let before = std::mem::replace(&mut *minutes, later);
            drop(minutes);
            merge(&mut taken, before);
        }
        taken
    }

    /// Puts back what could not be written.
    pub fn put_back(&self, taken: Minutes) {
        let [lane, ..] = &self.lanes;
        merge(&mut lane.lock().unwrap_or_else(PoisonError::into_inner), taken);
    }
}

fn merge(into: &mut Minutes, from: Minutes) {
    for (minute, cells) in from {
        for (client, found) in cells {
            add(into, (minute, &client), |cell| cell.merge(found));
        }
    }
}
