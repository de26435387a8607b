//! A right as it is printed, wherever it was read.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Failure;
use super::Out;
use crate::flows::admin::rights::look::Listed;

/// What is known of one.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    id: Uuid,
    holder: String,
    name: String,
    role: String,
    bounds: String,
    may_delegate: bool,
    from: String,
    until: Option<String>,
    granted_by: String,
    approved_by: Option<String>,
    pub(super) undecided: bool,
    note: Option<String>,
}

impl Row {
    pub(super) fn of(listed: &Listed) -> Result<Self, Failure> {
        Ok(serde_json::from_value(listed.json())?)
    }

    /// Whether somebody of this name, or with this id, has it.
    pub(super) fn is_of(&self, person: &str) -> bool {
        self.holder.strip_prefix("person:").is_some_and(|id| id == person || self.name == person)
    }

    pub(super) const fn id(&self) -> Uuid {
        self.id
    }

    pub(super) fn holder(&self) -> &str {
        &self.holder
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, role, bounds, from, .. } = self;
        let on = if self.may_delegate { ", may give it on" } else { "" };
        let until = self.until.as_ref().map(|until| format!(", until {until}")).unwrap_or_default();
        let note = self.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        write!(f, "{id} {name} {role}: {bounds}{on}, since {from}{until}{note}")
    }
}

pub(super) fn listed(all: &[Row]) -> Out {
    let text =
        if all.is_empty() { "no rights\n".to_owned() } else { all.iter().map(|right| format!("{right}\n")).collect() };
    Out::new(text, all.iter().map(|right| json!(right)).collect::<Value>())
}
