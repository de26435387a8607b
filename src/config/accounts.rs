//! `[accounts]`: accounts that people open by themselves.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;

/// Accounts that people open by themselves. Nobody has looked who they are: their level is none until they are proofed.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Accounts {
    /// Whether people may open one, by an address that `[mail]` or `[sms]` reaches. Default: false.
    pub open: bool,
    /// Accounts that one network (/24, /48) begins in an hour before each doubling of their number doubles what the next
    /// one costs. Default: 30.
    pub hourly_free: u32,
    /// Codes that one network gets in an hour at most, whatever it pays. A carrier may have thousands of people behind one.
    /// Default: 1000.
    pub hourly_most: u32,
    /// What an account costs a browser that runs scripts: a hash that begins with so many zero bits (SHA-256); 0 asks for
    /// none. Default: 16.
    pub puzzle_bits: u8,
    /// What it costs a browser that runs none: a wait. Default: `20s`.
    pub wait: Span,
    /// User names that nobody may choose, nor what looks like them. Default: those by which offices and administrators are called.
    pub reserved_user_names: Vec<String>,
}

/// RFC 2142, and what people take for the state's.
const RESERVED: [&str; 20] = [
    "abuse",
    "admin",
    "administrator",
    "help",
    "hostmaster",
    "info",
    "mailer-daemon",
    "motcua",
    "mot-cua",
    "noreply",
    "no-reply",
    "postmaster",
    "root",
    "security",
    "staff",
    "support",
    "system",
    "sysadmin",
    "webmaster",
    "quantri",
];

impl Default for Accounts {
    fn default() -> Self {
        let reserved_user_names = RESERVED.map(str::to_owned).into();
        let (hourly_free, hourly_most) = (30, 1000);
        let wait = Span::seconds(20);
        Self { open: false, hourly_free, hourly_most, puzzle_bits: 16, wait, reserved_user_names }
    }
}

impl Accounts {
    pub(super) fn validate(&self, is_reached: bool) -> Result<(), ConfigError> {
        if self.open && !is_reached {
            let expected = "mail.host or sms.url as well: an account begins with an address that a code reaches";
            return Err(ConfigError::value("accounts.open", self.open, expected));
        }
        if self.hourly_free == 0 {
            return Err(ConfigError::value("accounts.hourly_free", self.hourly_free, "1 or more"));
        }
        if self.hourly_most < self.hourly_free {
            return Err(ConfigError::value("accounts.hourly_most", self.hourly_most, "accounts.hourly_free or more"));
        }
        if self.puzzle_bits > 22 {
            return Err(ConfigError::value("accounts.puzzle_bits", self.puzzle_bits, "0 to 22"));
        }
        if self.wait.as_secs() > 600 {
            return Err(ConfigError::value("accounts.wait", self.wait, "10m or less"));
        }
        Ok(())
    }
}
