//! `[mail]`: the server that takes our letters.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::ConfigError;
use super::duration::Span;
use crate::base::uri::is_loopback;

/// A mail server that takes letters for others (RFC 6409).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The host name of the server. Default: none, and no letter goes by mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its port. Default: 465, where TLS is implicit.
    pub port: u16,
    /// How the connection is encrypted: `implicit`, TLS from the first byte (RFC 8314 §3.3); `starttls`, which the server must
    /// offer (RFC 3207), mostly at port 587; `none`, on loopback alone. Default: `implicit`.
    pub tls: MailTls,
    /// The address that letters come from; the name beside it is `pages.name`. Default: none; needed with `mail.host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The user name at the server. Default: none, and the server is not signed in to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The file that holds the password, and nothing else. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Certificates of authorities (PEM) that count beside the public ones. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_ca: Option<PathBuf>,
    /// How long one letter may take, from the connection to the server's word that it has it. Default: `10s`.
    pub timeout: Span,
    /// How many letters may be under way at once. Default: 8.
    pub at_once: usize,
}

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum MailTls {
    #[default]
    Implicit,
    Starttls,
    None,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: None,
            port: 465,
            tls: MailTls::default(),
            from: None,
            user_name: None,
            password_file: None,
            extra_ca: None,
            timeout: Span::seconds(10),
            at_once: 8,
        }
    }
}

impl Mail {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let Some(host) = &self.host else {
            let others = [("from", self.from.is_some()), ("user_name", self.user_name.is_some())];
            return match others.into_iter().find(|(_, given)| *given) {
                Some((key, _)) => Err(ConfigError(format!("mail.{key}: expected mail.host as well"))),
                None => Ok(()),
            };
        };
        let url = Url::parse(&format!("smtp://{host}/")).ok().filter(|url| url.host_str() == Some(host.as_str()));
        let Some(url) = url else {
            return Err(ConfigError::value("mail.host", format!("{host:?}"), "a host name, without a port"));
        };
        if self.from.is_none() {
            return Err(ConfigError("mail.from: is not given; expected an address such as no-reply@id.example".into()));
        }
        let port = |expected| Err(ConfigError::value("mail.port", self.port, expected));
        match self.tls {
            MailTls::None if !is_loopback_host(&url) => {
                let expected = "implicit or starttls (none for a server on loopback only)";
                return Err(ConfigError::value("mail.tls", "\"none\"", expected));
            }
            MailTls::Implicit if matches!(self.port, 25 | 587) => {
                return port(
                    "465, or another port at which TLS begins at once; mail.tls = \"starttls\" belongs to 587",
                );
            }
            MailTls::Starttls if self.port == 465 => return port("587; mail.tls = \"implicit\" belongs to 465"),
            _ => {}
        }
        if self.user_name.is_some() != self.password_file.is_some() {
            return Err(ConfigError("mail.user_name: expected mail.password_file as well, both or none".into()));
        }
        if self.timeout.is_zero() || self.timeout.as_secs() > 60 {
            return Err(ConfigError::value("mail.timeout", self.timeout, "1s to 60s"));
        }
        if !(1..=64).contains(&self.at_once) {
            return Err(ConfigError::value("mail.at_once", self.at_once, "1 to 64"));
        }
        Ok(())
    }
}

/// Hosts of a scheme that the URL standard does not know are names, whatever they look like.
fn is_loopback_host(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    Url::parse(&format!("http://{host}/")).is_ok_and(|url| is_loopback(&url))
}
