//! The trail, watched for what came to nothing.

use crate::store::texts;
use crate::town::Town;

/// What the trail says of tries that came to nothing, each once.
#[derive(Default)]
pub struct Watch(Vec<String>);

impl Watch {
    /// Those since the last time.
    pub async fn new_tries(&mut self, town: &Town) -> Vec<String> {
        let sql = "SELECT actor || ': ' || detail FROM audit_events WHERE act = 'official_refused' ORDER BY 1";
        let all = texts(&town.app.db, sql.to_owned()).await;
        let (mut known, mut new) = (std::mem::replace(&mut self.0, all.clone()), all);
        new.retain(|one| match known.iter().position(|own| own == one) {
            Some(at) => {
                known.swap_remove(at);
                false
            }
            None => true,
        });
        new
    }
}
