//! A right as a declaration names it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::day::Day;
use crate::flows::admin::rights::bounds::Named;

/// A right of an official, or of a client that acts by itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RightDeclaration {
    /// Who has it, by the user name; or `client`.
    pub person: Option<String>,
    /// The `client_id` of who has it.
    pub client: Option<String>,
    /// `national-operator`, `unit-administrator`, `branch-administrator`, `registrar`, `approver`, `support-desk`,
    /// `proofing-official` or `auditor`.
    pub role: String,
    /// A unit, and all beneath it: its code, or `LEVEL/CODE`. Everywhere where absent.
    pub unit: Option<String>,
    /// A branch of administration, and all beneath it. All where absent.
    pub branch: Option<String>,
    /// The `id` of an agency. All within the other bounds where absent.
    pub agency: Option<String>,
    /// Whether the subordinates of the agency belong to it.
    pub subordinates: bool,
    /// Whether its holder may give it on, or less than it.
    pub may_delegate: bool,
    /// The first day, such as `"2027-01-01"`; at once where absent.
    #[schemars(with = "Option<String>")]
    pub from: Option<Day>,
    /// The last day; for good where absent.
    #[schemars(with = "Option<String>")]
    pub until: Option<Day>,
}

impl RightDeclaration {
    /// The member that says who has it, and what it says.
    pub(super) fn holder(&self) -> Result<(&'static str, &str), String> {
        match (&self.person, &self.client) {
            (Some(person), None) => Ok(("person", person)),
            (None, Some(client)) => Ok(("client", client)),
            _ => Err("person and client: expected one of them".to_owned()),
        }
    }

    /// The same, by codes.
    pub(super) fn named(&self) -> Named {
        Named {
            role: self.role.clone(),
            unit: self.unit.clone(),
            branch: self.branch.clone(),
            agency: self.agency.clone(),
            subordinates: self.subordinates,
            may_delegate: self.may_delegate,
            from: self.from,
            until: self.until,
        }
    }
}
