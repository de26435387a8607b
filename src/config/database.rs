//! `[database]`: where everything lasting is kept.

use std::borrow::Cow;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use url::Url;

use super::ConfigError;

/// SQLite or PostgreSQL.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`. Default: `sqlite:motcua.db`.
    pub url: SecretUrl,
    /// The most connections of requests and jobs; a few more are the ledger's and the announcements'. Default: 4 for each
    /// core, at least 8.
    pub connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let connections = u32::try_from(cores * 4).unwrap_or(u32::MAX).max(8);
        Self { url: SecretUrl("sqlite:motcua.db".into()), connections }
    }
}

impl Database {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let refused = |expected: &str| Err(ConfigError::value("database.url", &self.url, expected));
        match Url::parse(&self.url.0).map(|url| url.scheme().to_owned()).as_deref() {
            Ok("sqlite" | "postgres" | "postgresql") => {}
            Err(error) if self.url.0.starts_with("postgres") => {
                let why =
                    format!("a URL ({error}); in user name and password write @ / : % # ? as %40 %2F %3A %25 %23 %3F");
                return refused(&why);
            }
            _ => return refused("sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"),
        }
        if self.connections == 0 {
            return Err(ConfigError::value("database.connections", self.connections, "1 or more"));
        }
        Ok(())
    }
}

/// A URL that may hold a password, which prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(pub String);

impl SecretUrl {
    fn redacted(&self) -> String {
        // Where the password stands is not known: nothing after the scheme is shown.
        let Ok(mut url) = Url::parse(&self.0) else {
            return self.0.split_once(':').map_or_else(|| self.0.clone(), |(scheme, _)| format!("{scheme}:***"));
        };
        let is_secret = |name: &str| name.contains("password");
        let in_query = url.query_pairs().any(|(name, _)| is_secret(&name));
        if in_query {
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let shown = pairs.iter().map(|(name, value)| (name, if is_secret(name) { "***" } else { value }));
            url.query_pairs_mut().clear().extend_pairs(shown);
        }
        if url.password().is_some() {
            let _ = url.set_password(Some("***"));
        } else if !in_query {
            return self.0.clone();
        }
        url.to_string()
    }
}

impl std::fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl JsonSchema for SecretUrl {
    fn schema_name() -> Cow<'static, str> {
        "SecretUrl".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
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
