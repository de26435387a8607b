//! `[database]`: where everything lasting is kept.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use url::Url;

use super::ConfigError;

/// SQLite or PostgreSQL.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`. Default: `sqlite:motcua.db`.
    pub url: SecretUrl,
    /// The most connections of this process. Default: 16.
    pub connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: SecretUrl("sqlite:motcua.db".into()), connections: 16 }
    }
}

impl Database {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let known = ["sqlite:", "postgres:", "postgresql:"];
        if !known.iter().any(|scheme| self.url.0.starts_with(scheme)) {
            return Err(ConfigError("database.url: expected sqlite:PATH or postgres://…".into()));
        }
        if self.connections == 0 {
            return Err(ConfigError("database.connections: expected 1 or more".into()));
        }
        Ok(())
    }
}

/// A URL that may hold a password, which prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(pub String);

impl SecretUrl {
    fn redacted(&self) -> String {
        match Url::parse(&self.0) {
            Ok(mut url) if url.password().is_some() => {
                let _ = url.set_password(Some("***"));
                url.to_string()
            }
            _ => self.0.clone(),
        }
    }
}

impl std::fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.redacted())
    }
}

impl<'de> Deserialize<'de> for SecretUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}
