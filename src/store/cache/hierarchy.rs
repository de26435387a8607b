//! The hierarchy in memory, whole: it changes some times a year.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::Cache;
use crate::base::fault::Fault;
use crate::identity::hierarchy::Hierarchy;
use crate::store::db::Db;
use crate::store::hierarchy;

/// What was read last.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<Arc<Hierarchy>>>);

impl Kept {
    fn look<T>(&self, look: impl FnOnce(&mut Option<Arc<Hierarchy>>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Cache {
    /// The hierarchy, as it is. Nobody is told of a change, and nothing is believed: whoever finds in the database the number
    /// of changes that it knows, which is one row, need not read all others.
    pub async fn hierarchy(&self, db: &Db) -> Result<Arc<Hierarchy>, Fault> {
        if let Some(known) = self.hierarchy.look(|kept| kept.clone())
            && hierarchy::revision(db).await? == known.revision
        {
            return Ok(known);
        }
        let read = Arc::new(hierarchy::read(db).await?);
        self.hierarchy.look(|kept| {
            if kept.as_ref().is_none_or(|kept| kept.revision < read.revision) {
                *kept = Some(Arc::clone(&read));
            }
        });
        Ok(read)
    }
}
