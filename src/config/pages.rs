//! `[pages]`: what a deployment changes about its pages.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::identity::agency::Bilingual;

/// Name, emblem and links.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientLogo {
    /// Only marks that the operator approved; services have their initials.
    #[default]
    Approved,
    /// The one that the client registered, for conformance runs.
    Registered,
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
