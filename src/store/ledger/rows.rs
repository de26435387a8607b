//! The kinds of rows that the ledger writes. A further kind is a line of `lanes!` and an implementation of [`Row`].

use std::collections::HashMap;
use std::collections::HashSet;

use uuid::Uuid;

use super::lane::Lane;
use super::lane::Reply;
use super::lane::Row;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::store::assertions;
use crate::store::assertions::UsedAssertion;
use crate::store::batch::On;
use crate::store::families;
use crate::store::families::Rotation;
use crate::store::grants;
use crate::store::grants::Grant;
use crate::store::grants::NewGrant;
use crate::store::refusals;
use crate::store::refusals::Refusal;
use crate::store::sessions;

/// A session's last use.
#[derive(Clone)]
pub(super) struct Touch {
    pub(super) session: Uuid,
    pub(super) at: Timestamp,
}

/// Declares an item of the queue, a lane of the batch, and all that is done to each lane, for each kind of row.
macro_rules! lanes {
    ($($item:ident => $lane:ident: $row:ty),+ $(,)?) => {
        /// What waits in the queue, with who waits for it.
        pub(super) enum Item {
            $($item($row, Option<Reply<<$row as Row>::Answer>>)),+
        }

        impl Item {
            /// Where its row lies.
            pub(super) fn shard(&self) -> Shard {
                match self {
                    $(Self::$item(row, _) => row.shard()),+
                }
            }
        }

        /// What shares a commit.
        #[derive(Default)]
        pub(super) struct Batch {
            $($lane: Lane<$row>),+
        }

        /// What the commit brought.
        pub(super) struct Written {
            $($lane: Vec<<$row as Row>::Answer>),+
        }

        impl Batch {
            /// Takes an item in; `false` if nobody waits for it any more.
            pub(super) fn take(&mut self, item: Item, now: Timestamp) -> bool {
                match item {
                    $(Item::$item(row, caller) => self.$lane.take(row, caller, now)),+
                }
            }

            /// How many rows each lane has.
            fn counts(&self) -> impl Iterator<Item = usize> {
                [$(self.$lane.len()),+].into_iter()
            }

            /// How many statements it takes.
            pub(super) fn statements(&self) -> usize {
                [$(self.$lane.statements()),+].into_iter().sum()
            }

            pub(super) async fn write(&self, mut on: On<'_>) -> Result<Written, sqlx::Error> {
                Ok(Written { $($lane: self.$lane.write(on.again()).await?),+ })
            }

            pub(super) fn answer(self, written: Written) {
                $(self.$lane.answer(written.$lane);)+
            }

            pub(super) fn fail(self, again: impl Fn() -> Fault) {
                $(self.$lane.fail(&again);)+
            }

            /// A batch for each row, with where it lies.
            pub(super) fn split(self, now: Timestamp) -> Vec<(Shard, Self)> {
                let mut singles = Vec::new();
                $(for (row, caller) in self.$lane.into_rows() {
                    let (shard, mut single) = (row.shard(), Self::default());
                    if single.take(Item::$item(row, caller), now) {
                        singles.push((shard, single));
                    }
                })+
                singles
            }
        }
    };
}

// Sessions are locked before families, as a sign-out does.
lanes! {
    Touch => touches: Touch,
    Redeem => grants: NewGrant,
    Rotate => rotations: Rotation,
    Use => assertions: UsedAssertion,
    Refuse => refusals: Refusal,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.counts().sum()
    }
}

impl Row for NewGrant {
    type Answer = bool;

    const LATE: bool = false;

    fn shard(&self) -> Shard {
        Shard::of(self.authorization.grant)
    }

    fn stamp(&mut self, now: Timestamp) {
        self.now = now.max(self.now);
    }

    fn statements(rows: &[Self]) -> usize {
        1 + usize::from(rows.iter().any(|new| new.offline))
    }

    async fn write(rows: &[Self], mut on: On<'_>) -> Result<Vec<bool>, sqlx::Error> {
        let won: Vec<(Uuid, Uuid)> = grants::INSERT.fetch(on.again(), grants::inserted(rows)).await?;
        let winners: HashSet<Uuid> = won.into_iter().map(|(_, redemption)| redemption).collect();
        let won = |new: &Self| winners.contains(&new.redemption_id);
        let mut offline: Vec<&Self> = rows.iter().filter(|new| new.offline && won(new)).collect();
        offline.sort_by_key(|new| new.authorization.session); // which are locked: in the order of [`Touch`]
        if offline.is_empty() {
            return Ok(rows.iter().map(won).collect());
        }
        let alive: Vec<(Uuid,)> = families::INSERT.fetch(on, families::inserted(&offline)).await?;
        let alive: HashSet<Uuid> = alive.into_iter().map(|(id,)| id).collect();
        Ok(rows.iter().map(|new| won(new) && (!new.offline || alive.contains(&new.authorization.grant))).collect())
    }
}

impl Row for Rotation {
    type Answer = Option<Grant>;

    const LATE: Option<Grant> = None;

    fn shard(&self) -> Shard {
        Shard::of(self.family)
    }

    /// The first of a family wins, as if the others had come after its commit.
    fn meets(&self, other: &Self) -> bool {
        self.family == other.family
    }

    fn stamp(&mut self, now: Timestamp) {
        let waited = now.since(self.now);
        self.now = self.now + waited;
        self.used_after = self.used_after + waited;
        self.created_after = self.created_after + waited;
    }

    async fn write(rows: &[Self], on: On<'_>) -> Result<Vec<Option<Grant>>, sqlx::Error> {
        let rotated: Vec<Grant> = families::ROTATE.fetch(on, families::rotated(rows)).await?;
        let mut rotated: HashMap<Uuid, Grant> = rotated.into_iter().map(|grant| (grant.id(), grant)).collect();
        Ok(rows.iter().map(|rotation| rotated.remove(&rotation.family)).collect())
    }
}

impl Row for UsedAssertion {
    type Answer = bool;

    const LATE: bool = false;

    fn shard(&self) -> Shard {
        Shard::of_digest(&self.digest)
    }

    fn meets(&self, other: &Self) -> bool {
        self.digest == other.digest
    }

    async fn write(rows: &[Self], on: On<'_>) -> Result<Vec<bool>, sqlx::Error> {
        let new: Vec<(Vec<u8>,)> = assertions::INSERT.fetch(on, assertions::inserted(rows)).await?;
        let new: HashSet<Vec<u8>> = new.into_iter().map(|(digest,)| digest).collect();
        Ok(rows.iter().map(|used| new.contains(&used.digest[..])).collect())
    }
}

impl Row for Touch {
    type Answer = ();

    const LATE: () = ();

    fn shard(&self) -> Shard {
        Shard::of(self.session)
    }

    fn meets(&self, other: &Self) -> bool {
        self.session == other.session
    }

    fn absorb(&mut self, later: Self) {
        self.at = self.at.max(later.at);
    }

    async fn write(rows: &[Self], on: On<'_>) -> Result<Vec<()>, sqlx::Error> {
        let mut uses: Vec<(Uuid, Timestamp)> = rows.iter().map(|touch| (touch.session, touch.at)).collect();
        uses.sort_unstable(); // two replicas that touch the same rows in different orders would wait for each other
        sessions::TOUCH.execute(on, sessions::touched(&uses)).await?;
        Ok(Vec::new())
    }
}

impl Row for Refusal {
    type Answer = ();

    const LATE: () = ();

    fn shard(&self) -> Shard {
        self.home()
    }

    fn meets(&self, other: &Self) -> bool {
        let key = |refusal: &Self| (refusal.minute, refusal.act, refusal.person);
        key(self) == key(other) && self.network == other.network
    }

    fn absorb(&mut self, later: Self) {
        self.tries += later.tries;
    }

    async fn write(rows: &[Self], on: On<'_>) -> Result<Vec<()>, sqlx::Error> {
        refusals::ADD.execute(on, refusals::added(rows)).await?;
        Ok(Vec::new())
    }
}
