//! What waits for a second official as it is told, wherever it was read.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::pending::State;
use crate::base::fault::Fault;

/// What waits, in words.
pub struct Shown {
    /// On one line.
    pub line: String,
    /// More lines.
    pub more: String,
    /// For a program.
    pub json: Value,
}

/// All that is known of what waits, or did.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // as in store::pending_acts::Row
pub struct Waiting {
    pub id: Uuid,
    pub act: String,
    /// The act in words.
    pub what: String,
    pub deed: Value,
    pub asked_by: String,
    /// What whoever asked is called.
    pub asked_by_name: String,
    pub office: Option<String>,
    pub reason: String,
    pub asked_at: String,
    pub expires_at: String,
    pub state: String,
    /// Whether it waits no more, because its time has passed.
    pub is_over: bool,
    pub decided_by: Option<String>,
    /// What whoever decided is called.
    pub decided_by_name: Option<String>,
    pub decided_at: Option<String>,
    pub done_at: Option<String>,
    pub why: Option<String>,
    /// The right that the decision gave; known to whoever decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<Uuid>,
}

impl Waiting {
    /// As it is shown.
    pub fn shown(self) -> Result<Shown, Fault> {
        let json = serde_json::to_value(&self).map_err(Fault::broken)?;
        Ok(Shown { line: self.line(), more: self.more(), json })
    }

    fn line(&self) -> String {
        let Self { id, act, what, asked_by_name, asked_at, .. } = self;
        let state = match (self.is_over, self.state == State::Waits.as_str()) {
            (true, _) => "over".to_owned(),
            (false, true) => format!("waits until {}", self.expires_at),
            (false, false) => self.state.clone(),
        };
        format!("{id} {act}: {what}; asked by {asked_by_name} at {asked_at}; {state}")
    }

    fn more(&self) -> String {
        let mut more = format!("reason: {}\n", self.reason);
        if let Some(office) = &self.office {
            more.push_str(&format!("office: {office}\n"));
        }
        if let (Some(by), Some(at)) = (&self.decided_by_name, &self.decided_at) {
            let why = self.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
            more.push_str(&format!("decided by {by} at {at}{why}\n"));
        }
        more
    }
}
