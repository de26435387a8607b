//! `[pages]`: what a deployment changes about its pages.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::ConfigError;
use crate::identity::agency::Bilingual;

/// Name, emblem and links.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Pages {
    /// The name at the head. Default: «Một Cửa».
    pub name: Bilingual,
    /// What stands beneath it. Default: «Tài khoản công dân» / "Citizen account".
    pub subtitle: Bilingual,
    /// An SVG file that replaces the open door. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emblem: Option<PathBuf>,
    /// A style sheet that sets other colour tokens, after ours. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<PathBuf>,
    /// Whose emblem the browser may load: `approved` or `registered`. Default: `approved`.
    pub client_logo: ClientLogo,
    /// From where what is known of people comes, as the page of consent names it. Default: the account here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<Bilingual>,
    /// Where help is found. Default: none, and no link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The privacy statement. Default: none, and no link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// The accessibility statement. Default: none, and no link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessibility: Option<String>,
}

/// Whose emblem a browser may load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClientLogo {
    /// Only marks that the operator approved; services have their initials.
    #[default]
    Approved,
    /// The one that the client registered, for conformance runs.
    Registered,
}

impl Pages {
    /// Where a click leads: whoever reads the page must be able to trust it.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let scheme = |text: &str| Url::parse(text).map(|url| url.scheme().to_owned()).ok();
        let is_phone = |text: &str| text.chars().any(|c| c.is_ascii_digit()) && !text.contains(|c| !is_of_phone(c));
        if let Some(help) = &self.help
            && !is_phone(help)
            && !matches!(scheme(help).as_deref(), Some("https" | "http" | "mailto" | "tel"))
        {
            let expected = "a telephone number, or a URL that begins with https:, http:, mailto: or tel:";
            return Err(ConfigError::value("pages.help", format!("{help:?}"), expected));
        }
        for (key, page) in [("pages.privacy", &self.privacy), ("pages.accessibility", &self.accessibility)] {
            let Some(page) = page else { continue };
            let own = page.starts_with('/') && !page.starts_with("//") && !page.contains('\\');
            if !own && !matches!(scheme(page).as_deref(), Some("https" | "http")) {
                let expected = "a URL that begins with https: or http:, or a path that begins with /";
                return Err(ConfigError::value(key, format!("{page:?}"), expected));
            }
        }
        for (key, text) in [("pages.name", &self.name), ("pages.subtitle", &self.subtitle)] {
            if text.vi.trim().is_empty() || text.en.trim().is_empty() {
                return Err(ConfigError(format!(
                    "{key}: expected a text in both languages: {{ vi = \"…\", en = \"…\" }}"
                )));
            }
        }
        Ok(())
    }
}

/// What a telephone number is written with.
pub const fn is_of_phone(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | '+')
}

impl Default for Pages {
    fn default() -> Self {
        let both = |vi: &str, en: &str| Bilingual { vi: vi.into(), en: en.into() };
        Self {
            name: both("Một Cửa", "Một Cửa"),
            subtitle: both("Tài khoản công dân", "Citizen account"),
            emblem: None,
            tokens: None,
            client_logo: ClientLogo::default(),
            records: None,
            help: None,
            privacy: None,
            accessibility: None,
        }
    }
}
