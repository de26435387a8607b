//! The `prompt` parameter: OpenID Connect Core §3.1.2.1.

use serde::Deserialize;
use serde::Serialize;

use crate::protocol::error::OAuthError;

/// What the client wants the person to be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// The person signs in again.
    pub login: bool,
    /// The person is asked for consent again.
    pub consent: bool,
    /// The person chooses an account.
    pub select_account: bool,
}

/// The values that `prompt_values_supported` lists.
pub const VALUES: [&str; 4] = ["none", "login", "consent", "select_account"];

impl Prompt {
    /// Reads the space-delimited list; `none` stands alone.
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        let mut prompt = Self::default();
        for value in text.unwrap_or_default().split(' ').filter(|value| !value.is_empty()) {
            match value {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return Err(OAuthError::invalid_request("prompt has a value that is not supported")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
            return Err(OAuthError::invalid_request("prompt=none must stand alone"));
        }
        Ok(prompt)
    }
}
