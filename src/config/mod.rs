//! What the operator chooses before we start: one TOML file, every key of which an environment variable can override.
//!
//! `MOTCUA__SECTION__KEY` overrides `key` of `[section]`. A list is written as TOML (`["a", "b"]`) or with commas.

pub mod accounts;
pub mod claims_sources;
pub mod database;
pub mod duration;
pub mod ephemeral;
pub mod keys;
pub mod mail;
pub mod officials;
pub mod operations;
pub mod outbound;
pub mod pages;
pub mod passkeys;
pub mod passwords;
pub mod people;
pub mod recovery;
pub mod registration;
pub mod server;
pub mod session;
pub mod sms;
pub mod throttle;
pub mod tokens;
pub mod units;

use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::Serialize;
use toml::Table;
use toml::Value;

use crate::base::secret::Secret;

/// The whole configuration.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)] // each section is documented in its file
pub struct Config {
    pub server: server::Server,
    pub operations: operations::Operations,
    pub database: database::Database,
    pub ephemeral: ephemeral::Ephemeral,
    pub keys: keys::Keys,
    pub session: session::Session,
    pub tokens: tokens::Tokens,
    pub passwords: passwords::Passwords,
    pub passkeys: passkeys::Passkeys,
    pub people: people::People,
    pub officials: officials::Officials,
    pub recovery: recovery::Recovery,
    pub accounts: accounts::Accounts,
    pub throttle: throttle::Throttle,
    pub pages: pages::Pages,
    pub outbound: outbound::Outbound,
    pub mail: mail::Mail,
    pub sms: sms::Sms,
    pub claims_sources: Vec<claims_sources::ClaimsSource>,
    pub registration: registration::Registration,
    pub units: units::Units,
}

/// What is wrong with a configuration: the key, its value, and what is accepted.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl ConfigError {
    /// `key` has a `value` that is not `expected`.
    fn value(key: &str, value: impl std::fmt::Display, expected: &str) -> Self {
        Self(format!("{key} = {value}: expected {expected}"))
    }
}

/// The file that is read where no other is named.
pub const FILE: &str = "motcua.toml";

const PREFIX: &str = "MOTCUA__";

impl Config {
    /// Reads `file`, if there is one, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        // A variable of somebody else's may well be no text.
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let environment = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
        let Some(path) = file else { return Self::read("", environment) };
        let in_file = |error: &dyn std::fmt::Display| ConfigError(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| in_file(&error))?;
        Self::read(&text, environment).map_err(|error| in_file(&error))
    }

    /// Reads a TOML text and the variables of an environment.
    pub fn read(text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut table: Table =
            without_mark(text).parse().map_err(|error: toml::de::Error| ConfigError(error.to_string()))?;
        let model = Table::try_from(Self::default()).map_err(|error| ConfigError(error.to_string()))?;
        let schema = schema();
        let mut overridden = Vec::new();
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(PREFIX) {
                let path = path.to_lowercase();
                overlay(&mut table, &model, &name, &path, &value)?;
                overridden.push((path.replacen("__", ".", 1), name));
            } else if let Some(right) = meant(&schema, &name) {
                return Err(ConfigError(format!("{name}: counts for nothing with single underscores; write {right}")));
            }
        }
        // Whoever looks for a mistake in the file must know where else the value comes from.
        let with_source = |error: ConfigError| match overridden.iter().find(|(key, _)| error.names(key)) {
            Some((_, name)) => ConfigError(format!("{name}: {error}")),
            None => error,
        };
        let config: Self = serde_path_to_error::deserialize(table.clone())
            .map_err(|error| unread(&table, &schema, &error.path().to_string(), error.inner().message()))
            .map_err(with_source)?;
        config.validate().map_err(with_source)?;
        Ok(config)
    }

    /// The effective configuration as TOML, secrets as `***`.
    pub fn print(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_default()
    }

    fn validate(&self) -> Result<(), ConfigError> {
        self.server.validate()?;
        self.operations.validate(self.server.listen)?;
        self.database.validate()?;
        self.ephemeral.validate()?;
        self.keys.validate()?;
        self.session.validate()?;
        self.tokens.validate()?;
        self.passwords.validate()?;
        self.passkeys.validate(&self.server.issuer)?;
        self.recovery.validate()?;
        self.people.validate()?;
        self.officials.validate()?;
        self.throttle.validate()?;
        self.pages.validate()?;
        self.mail.validate()?;
        self.sms.validate()?;
        self.accounts.validate(self.mail.host.is_some() || self.sms.url.is_some())?;
        self.registration.validate()?;
        claims_sources::validate(&self.claims_sources)
    }

    /// Where this deployment is: the issuer first, then its other host names.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        let others = self.passkeys.related_origins.iter().map(|url| url.as_str().trim_end_matches('/'));
        std::iter::once(self.server.issuer.as_str()).chain(others)
    }

    /// Whether an origin is one of them.
    pub fn is_own_origin(&self, origin: &[u8]) -> bool {
        self.origins().any(|own| own.as_bytes() == origin)
    }
}

impl ConfigError {
    fn names(&self, key: &str) -> bool {
        self.0.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', ':']))
    }
}

/// The secret that a file holds and nothing else, without the end of its line.
///
/// # Errors
///
/// The file cannot be read, is empty, or holds more than one line.
pub fn secret_file(key: &str, path: &Path) -> Result<Secret<String>, ConfigError> {
    let wrong = |why: &dyn std::fmt::Display| {
        ConfigError(format!(
            "{key} = {}: {why}; expected a file that this user may read, with one line",
            path.display()
        ))
    };
    let text = std::fs::read_to_string(path).map_err(|why| wrong(&why))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(wrong(&"is empty")),
        line if line.contains(['\r', '\n']) => Err(wrong(&"has several lines")),
        line => Ok(Secret::new(line.to_owned())),
    }
}

/// The variables of our environment that override keys.
pub fn variables() -> Vec<String> {
    let mut names: Vec<String> =
        std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|n| n.starts_with(PREFIX)).collect();
    names.sort();
    names
}

/// A text without the byte order mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The shape of a configuration, with what its types say of each key.
pub fn schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Config>().to_value()
}

/// The value at `path` is none of those that its key takes: what the reference says of the key is said here.
fn unread(table: &Table, schema: &serde_json::Value, path: &str, why: &str) -> ConfigError {
    let mut parts = path.split(['.', '[']);
    let (section, key) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let value = table.get(section).and_then(|section| section.get(key));
    let shape =
        schema.get("properties").and_then(|all| all.get(section)?.get("properties")?.get(key)?.get("description"));
    match (value, shape.and_then(serde_json::Value::as_str)) {
        (Some(value), Some(said)) => {
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            ConfigError(format!("{section}.{key} = {value}: {why}; expected: {said}"))
        }
        _ => ConfigError(format!("{path}: {why}")),
    }
}

/// What should have been written for a variable that names a key with single underscores. Others of that beginning are
/// none of ours: a cluster names its services so.
fn meant(schema: &serde_json::Value, name: &str) -> Option<String> {
    let rest = name.strip_prefix("MOTCUA_")?.to_lowercase();
    let sections = schema.get("properties")?.as_object()?;
    sections.iter().find_map(|(section, shape)| {
        let key = rest.strip_prefix(section.as_str())?.strip_prefix('_')?;
        let known = shape.get("properties")?.get(key).is_some();
        known.then(|| format!("{PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase()))
    })
}

/// Puts one variable in its place, read as what the default at that place is.
fn overlay(table: &mut Table, model: &Table, name: &str, path: &str, value: &str) -> Result<(), ConfigError> {
    let Some((section, key)) = path.split_once("__") else {
        return Err(ConfigError(format!("{name}: expected {PREFIX}SECTION__KEY")));
    };
    let default = model.get(section).and_then(|section| section.get(key));
    let parsed = read_value(default, value).map_err(|expected| ConfigError(format!("{name}: expected {expected}")))?;
    let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    match section {
        Value::Table(section) => {
            section.insert(key.to_owned(), parsed);
            Ok(())
        }
        _ => Err(ConfigError(format!("{name}: its section is not a table in the file"))),
    }
}

fn read_value(default: Option<&Value>, text: &str) -> Result<Value, &'static str> {
    let literal = || format!("v = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("v"));
    match default {
        Some(Value::Integer(_)) => text.trim().parse().map(Value::Integer).map_err(|_| "a whole number"),
        Some(Value::Boolean(_)) => text.trim().parse().map(Value::Boolean).map_err(|_| "true or false"),
        Some(Value::Table(_)) => {
            literal().filter(Value::is_table).ok_or("an inline table such as { vi = \"…\", en = \"…\" }")
        }
        Some(Value::Array(_)) => Ok(literal().filter(Value::is_array).unwrap_or_else(|| {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
        })),
        _ => Ok(Value::String(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let issuer = ("MOTCUA__SERVER__ISSUER", "https://id.example");
        let named = text.contains("issuer");
        let environment = environment
            .iter()
            .chain((!named).then_some(&issuer))
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::read(text, environment).map_err(|error| error.to_string())
    }

    #[test]
    fn the_environment_overrides_the_file_lists_included() {
        let file = "[session]\nidle = \"20m\"\n[server]\ntrusted_proxies = [\"10.0.0.1/32\"]";
        let config = read(file, &[("MOTCUA__SESSION__IDLE", "5m"), ("PATH", "/bin")]).unwrap();
        assert_eq!(config.session.idle.as_secs(), 300);
        assert_eq!(config.server.trusted_proxies.len(), 1);
        let config = read(file, &[("MOTCUA__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.1/32")]).unwrap();
        assert_eq!(config.server.trusted_proxies.len(), 2);
        let config = read(file, &[("MOTCUA__SERVER__TRUSTED_PROXIES", "[\"fd00::/8\"]")]).unwrap();
        assert_eq!(config.server.trusted_proxies[0].to_string(), "fd00::/8");
    }

    #[test]
    fn an_unknown_key_is_named_with_what_is_accepted() {
        let error = read("[session]\nidel = \"5m\"", &[]).unwrap_err();
        assert!(error.contains("session") && error.contains("idel") && error.contains("idle"), "{error}");
        let error = read("", &[("MOTCUA__SESSION__IDEL", "5m")]).unwrap_err();
        assert!(error.contains("idel") && error.contains("idle"), "{error}");
        let error = read("", &[("MOTCUA__NONE__IDLE", "5m")]).unwrap_err();
        assert!(error.contains("none"), "{error}");
    }

    #[test]
    fn a_bad_value_is_named_with_what_is_accepted() {
        for short in ["history = \"30d\"\nrefresh_absolute = \"1d\"", "access_token = \"25h\"", "id_token = \"2d\""] {
            let error = read(&format!("[tokens]\n{short}"), &[]).unwrap_err();
            assert!(error.contains("tokens."), "{error}");
        }
        let error = read("[session]\nidle = \"soon\"", &[]).unwrap_err();
        assert!(error.contains("session.idle") && error.contains("15m"), "{error}");
        let error = read("", &[("MOTCUA__PASSWORDS__ITERATIONS", "many")]).unwrap_err();
        assert!(error.contains("MOTCUA__PASSWORDS__ITERATIONS") && error.contains("whole number"), "{error}");
        let error = read("[server]\nissuer = \"http://id.example\"", &[]).unwrap_err();
        assert!(error.contains("server.issuer") && error.contains("https"), "{error}");
    }

    #[test]
    fn secrets_print_as_stars_and_the_print_is_read_again() {
        let config = read("[database]\nurl = \"postgres://motcua:sesame@db/motcua\"", &[]).unwrap();
        let printed = config.print();
        assert!(!printed.contains("sesame") && printed.contains("***"), "{printed}");
        assert!(read(&printed.replace("***", "x"), &[]).is_ok(), "{printed}");
    }
}
