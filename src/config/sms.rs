//! `[sms]`: the gateway that takes our text messages, whatever it speaks over HTTP.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::ConfigError;
use super::duration::Span;
use crate::base::secret::Secret;
use crate::base::uri::is_loopback;

/// A gateway for text messages, and how it is asked. In `url` and `body`, `{to}` stands for the number as +84912000412,
/// `{digits}` for the same without the sign, `{text}` for the message, `{id}` for a name of the message that stays the same
/// when it is sent again; each is escaped as the place needs it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sms {
    /// The https URL of the gateway (http on loopback only). Default: none, and no letter goes by SMS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `POST`, `PUT` or `GET`. Default: `POST`.
    pub method: SmsMethod,
    /// What the body is: `json`, `form` or `xml`. Values are escaped for it, and its content type is sent. Default: `json`.
    pub format: SmsFormat,
    /// The body. Default: `{"to":"{to}","text":"{text}"}`.
    pub body: String,
    /// Further headers: a text, or `{ file = "sms.header" }` or `{ env = "SMS_HEADER" }`, whose content is the whole value, such
    /// as `Bearer …`. Default: none.
    pub headers: BTreeMap<String, HeaderValue>,
    /// The statuses that mean that the gateway has the message. Default: `[200, 201, 202]`.
    pub accepted: Vec<u16>,
    /// A text that its answer must hold as well. Default: none, and the status decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_text: Option<String>,
    /// The country calling code of numbers that begin with a zero. Default: `84`, of Vietnam.
    pub country_code: String,
    /// Certificates of authorities (PEM) that count beside the system's. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_ca: Option<PathBuf>,
    /// How long one message may take. Default: `10s`.
    pub timeout: Span,
    /// How many messages may be under way at once. Default: 8.
    pub at_once: usize,
}

/// The method by which a gateway is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum SmsMethod {
    #[default]
    Post,
    Put,
    Get,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum SmsFormat {
    #[default]
    Json,
    Form,
    Xml,
}

/// The value of a header, or where it stands.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum HeaderValue {
    /// The value itself.
    Text(Secret<String>),
    /// In a file.
    File {
        /// Its path.
        file: PathBuf,
    },
    /// In the environment.
    Environment {
        /// The name of the variable.
        env: String,
    },
}

impl HeaderValue {
    /// The value.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the variable is not set.
    #[allow(clippy::disallowed_methods)] // the configuration names the variable
    pub fn read(&self) -> Result<Secret<String>, ConfigError> {
        match self {
            Self::Text(value) => Ok(value.clone()),
            Self::File { file } => super::secret_file("sms.headers", file),
            Self::Environment { env } => std::env::var(env).map(Secret::new).map_err(|_| {
                ConfigError(format!(
                    "sms.headers: the variable {env} is not set, or no text; expected the value of a header"
                ))
            }),
        }
    }
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            url: None,
            method: SmsMethod::default(),
            format: SmsFormat::default(),
            body: r#"{"to":"{to}","text":"{text}"}"#.into(),
            headers: BTreeMap::new(),
            accepted: vec![200, 201, 202],
            accepted_text: None,
            country_code: "84".into(),
            extra_ca: None,
            timeout: Span::seconds(10),
            at_once: 8,
        }
    }
}

impl Sms {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let Some(text) = &self.url else {
            let given = !self.headers.is_empty();
            return if given { Err(ConfigError("sms.headers: expected sms.url as well".into())) } else { Ok(()) };
        };
        let secure = |url: &Url| url.scheme() == "https" || url.scheme() == "http" && is_loopback(url);
        // A value that is put in must not decide which host is asked.
        let host = |text: &str| Url::parse(text).ok().filter(secure).map(|url| url.origin().ascii_serialization());
        if host(text).is_none_or(|host| host.contains(['{', '}', '%'])) {
            let expected = "an https URL (http on loopback only), {to} and {text} in its path or query at most";
            return Err(ConfigError::value("sms.url", format!("{text:?}"), expected));
        }
        let whole = [text.as_str(), &self.body].concat();
        let has = |name: &str| whole.contains(name);
        if !(has("{to}") || has("{digits}")) || !has("{text}") {
            let expected = "{text}, and {to} or {digits}, here or in sms.url";
            return Err(ConfigError::value("sms.body", format!("{:?}", self.body), expected));
        }
        if self.format == SmsFormat::Json && self.method != SmsMethod::Get {
            let samples = [("{to}", "+84900000000"), ("{digits}", "84900000000"), ("{text}", "x"), ("{id}", "x")];
            let filled = samples.into_iter().fold(self.body.clone(), |body, (name, value)| body.replace(name, value));
            serde_json::from_str::<serde_json::Value>(&filled)
                .map_err(|why| ConfigError(format!("sms.body = {:?}: {why}; expected JSON", self.body)))?;
        }
        if self.accepted.is_empty() || self.accepted.iter().any(|status| !(200..300).contains(status)) {
            return Err(ConfigError::value("sms.accepted", format!("{:?}", self.accepted), "statuses from 200 to 299"));
        }
        if self.country_code.is_empty() || self.country_code.bytes().any(|b| !b.is_ascii_digit()) {
            return Err(ConfigError::value("sms.country_code", &self.country_code, "digits alone, such as 84"));
        }
        if self.timeout.is_zero() || self.timeout.as_secs() > 60 {
            return Err(ConfigError::value("sms.timeout", self.timeout, "1s to 60s"));
        }
        if !(1..=64).contains(&self.at_once) {
            return Err(ConfigError::value("sms.at_once", self.at_once, "1 to 64"));
        }
        Ok(())
    }
}
