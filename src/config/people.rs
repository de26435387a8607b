//! `[people]`: what is asked of the data of people whom a declaration or a command enters.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// People as they are entered.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct People {
    /// How many digits an identity number has; 0 where it is not of digits alone. Default: 12, as in Vietnam.
    pub identity_number_digits: usize,
}

impl Default for People {
    fn default() -> Self {
        Self { identity_number_digits: 12 }
    }
}
