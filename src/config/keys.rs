//! `[keys]`: the instance's own key material, and how keys that sign or decrypt follow each other.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;
use crate::protocol::oidc::id_token::Algorithm;

/// Key material.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// The directory of the root secrets (see `keys/README.md`), made by `motcua serve --init`; every replica needs the same.
    /// Default: `keys`.
    pub directory: PathBuf,
    /// Where private keys are kept, sealed: `database` (shared by all replicas) or `file` (in the directory).
    /// Default: `database`.
    pub custody: Custody,
    /// The algorithms that ID tokens can be signed with. RS256 must be among them (OpenID Connect Core §15.1).
    /// Default: all.
    pub algorithms: Vec<Algorithm>,
    /// How long a new key is published before it signs. Default: `1h`.
    pub lead: Span,
    /// The age at which a key gets a successor. Default: `90d`.
    pub rotate_after: Span,
}

/// Where private keys are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Custody {
    #[default]
    Database,
    File,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            directory: "keys".into(),
            custody: Custody::default(),
            algorithms: Algorithm::ALL.to_vec(),
            lead: Span::hours(1),
            rotate_after: Span::days(90),
        }
    }
}

impl Keys {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        for needed in [Algorithm::Es256, Algorithm::Rs256] {
            if !self.algorithms.contains(&needed) {
                let value = self.algorithms.iter().map(|alg| alg.as_str()).collect::<Vec<_>>().join(", ");
                let expected = format!("a list with {needed} in it");
                return Err(ConfigError::value("keys.algorithms", format!("[{value}]"), &expected));
            }
        }
        if *self.rotate_after <= *self.lead {
            let expected = format!("more than keys.lead ({}), for which a new key is published first", self.lead);
            return Err(ConfigError::value("keys.rotate_after", self.rotate_after, &expected));
        }
        Ok(())
    }
}
