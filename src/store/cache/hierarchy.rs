//! The hierarchy in memory, whole: it changes some times a year, and is asked at every step.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::Cache;
use crate::base::fault::Fault;
use crate::identity::hierarchy::Hierarchy;
use crate::store::db::Db;
use crate::store::hierarchy;

/// What was read last. What is in doubt is looked at in the database: whoever finds the same number of changes there need not
/// read it anew.
#[derive(Default)]
pub(super) struct Kept(Mutex<State>);

#[derive(Default)]
struct State {
    read: Option<Arc<Hierarchy>>,
    is_sure: bool,
    doubts: u64,
}

impl Kept {
    /// Somebody changed something.
    pub(super) fn doubt(&self) {
        self.look(|state| {
            state.is_sure = false;
            state.doubts += 1;
        });
    }

    fn look<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps what was read when there were so many doubts.
    fn keep(&self, read: &Arc<Hierarchy>, doubts: u64) {
        self.look(|state| {
            if state.read.as_ref().is_none_or(|kept| kept.revision <= read.revision) {
                state.read = Some(Arc::clone(read));
                state.is_sure = state.doubts == doubts;
            }
        });
    }
}

impl Cache {
    /// The hierarchy, as it is.
    pub async fn hierarchy(&self, db: &Db) -> Result<Arc<Hierarchy>, Fault> {
        let (known, is_sure, doubts) = self.hierarchy.look(|state| (state.read.clone(), state.is_sure, state.doubts));
        if let Some(known) = known {
            if is_sure && self.is_believed() {
                return Ok(known);
            }
            if hierarchy::revision(db).await? == known.revision {
                self.hierarchy.keep(&known, doubts);
                return Ok(known);
            }
        }
        let read = Arc::new(hierarchy::read(db).await?);
        self.hierarchy.keep(&read, doubts);
        Ok(read)
    }
}
