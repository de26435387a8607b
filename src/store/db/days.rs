//! Which days of the history a statement may name.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

/// The days since 1970 whose grants have a partition that nobody drops soon; none on SQLite.
#[derive(Clone, Default)]
pub struct Days(Arc<RwLock<BTreeSet<i64>>>);

impl Days {
    pub(in crate::store) fn has(&self, day: i64) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&day)
    }

    /// The first of them.
    pub(in crate::store) fn first(&self) -> Option<i64> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).first().copied()
    }

    pub(in crate::store) fn set(&self, days: BTreeSet<i64>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = days;
    }
}
