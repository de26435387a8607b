//! `[units]`: by which clock the hierarchy changes.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::zone::Zone;

/// Territory, branches and agencies.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Units {
    /// The time zone at whose midnight a reorganization takes effect, by whose clock pages and letters tell when something
    /// happened, and by which days and months are counted, by its name in the IANA database. Default: `Asia/Ho_Chi_Minh`.
    #[schemars(with = "String")]
    pub time_zone: Zone,
}
