//! Which days of the history a statement may name.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

/// The days since 1970 of which a table has a partition that nobody drops soon; none on SQLite.
#[derive(Clone, Default)]
pub struct Days(Arc<RwLock<BTreeMap<&'static str, BTreeSet<i64>>>>);

impl Days {
    pub(in crate::store) fn has(&self, table: &str, day: i64) -> bool {
        let days = self.0.read().unwrap_or_else(PoisonError::into_inner);
        days.get(table).is_some_and(|days| days.contains(&day))
    }

    /// The first of them.
    pub(in crate::store) fn first(&self, table: &str) -> Option<i64> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(table)?.first().copied()
    }

    pub(in crate::store) fn set(&self, table: &'static str, days: BTreeSet<i64>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(table, days);
    }
}
