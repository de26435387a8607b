//! One lane for each kind of row: the rows that share a statement, and who waits for each.

use tokio::sync::oneshot;

use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::store::batch::On;

/// The way back to a caller.
pub(super) type Reply<T> = oneshot::Sender<Result<T, Fault>>;

/// A kind of row.
pub(super) trait Row: Clone + Send + Sync + Sized + 'static {
    /// What its caller learns.
    type Answer: Clone + Send + 'static;

    /// Where it lies.
    fn shard(&self) -> Shard;

    /// Whether two rows must not share a statement: the later one is answered as if it had come after the commit of the
    /// earlier, with [`Row::LATE`], or is added to it.
    fn meets(&self, _other: &Self) -> bool {
        false
    }

    /// What the later of two rows that meet is answered.
    const LATE: Self::Answer;

    /// Takes a later row in that meets this one.
    fn absorb(&mut self, _later: Self) {}

    /// The time of the commit.
    fn stamp(&mut self, _now: Timestamp) {}

    /// How many statements write these rows.
    fn statements(_rows: &[Self]) -> usize {
        1
    }

    /// Writes the rows; the answers in their order.
    fn write(rows: &[Self], on: On<'_>) -> impl Future<Output = Result<Vec<Self::Answer>, sqlx::Error>> + Send;
}

/// The rows of one kind in a batch.
pub(super) struct Lane<R: Row> {
    rows: Vec<R>,
    callers: Vec<Option<Reply<R::Answer>>>,
    late: Vec<Reply<R::Answer>>,
}

impl<R: Row> Default for Lane<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), callers: Vec::new(), late: Vec::new() }
    }
}

impl<R: Row> Lane<R> {
    /// Takes a row in; `false` if its caller has gone meanwhile.
    pub(super) fn take(&mut self, mut row: R, caller: Option<Reply<R::Answer>>, now: Timestamp) -> bool {
        if caller.as_ref().is_some_and(oneshot::Sender::is_closed) {
            return false;
        }
        row.stamp(now);
        match self.rows.iter_mut().find(|earlier| earlier.meets(&row)) {
            Some(earlier) => {
                earlier.absorb(row);
                self.late.extend(caller);
            }
            None => {
                self.rows.push(row);
                self.callers.push(caller);
            }
        }
        true
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many statements it takes.
    pub(super) fn statements(&self) -> usize {
        if self.rows.is_empty() { 0 } else { R::statements(&self.rows) }
    }

    pub(super) async fn write(&self, on: On<'_>) -> Result<Vec<R::Answer>, sqlx::Error> {
        if self.rows.is_empty() { Ok(Vec::new()) } else { R::write(&self.rows, on).await }
    }

    pub(super) fn answer(self, answers: Vec<R::Answer>) {
        for (caller, answer) in self.callers.into_iter().zip(answers) {
            caller.map(|caller| caller.send(Ok(answer)));
        }
        for caller in self.late {
            let _ = caller.send(Ok(R::LATE));
        }
    }

    pub(super) fn fail(self, again: impl Fn() -> Fault) {
        for caller in self.callers.into_iter().flatten().chain(self.late) {
            let _ = caller.send(Err(again()));
        }
    }

    /// Its rows, each with who waits for it. Whoever came late to one of them tries again: it is not written yet.
    pub(super) fn into_rows(self) -> impl Iterator<Item = (R, Option<Reply<R::Answer>>)> {
        for caller in self.late {
            let _ = caller.send(Err(Fault::unavailable("the ledger could not write what came before")));
        }
        self.rows.into_iter().zip(self.callers)
    }
}
