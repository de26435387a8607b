//! Who may register a client: RFC 7591 §1.2 and §3.

use std::net::IpAddr;
use std::time::Duration;

use super::Refusal;
use crate::app::App;
use crate::base::secret::equal;
use crate::base::secret::from_base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::config::registration::Policy;
use crate::parts::counting;
use crate::parts::networks::network_of;
use crate::protocol::error::OAuthError;

/// As whom somebody may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// He has an initial access token.
    Invited,
    /// Anybody.
    Stranger,
}

const HOUR: Duration = Duration::from_secs(3600);

impl Admitted {
    /// As it stands in the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "with an initial access token",
            Self::Stranger => "open registration",
        }
    }
}

/// Decides by the policy and the initial access token. One that does not count is refused under every policy.
pub fn admit(app: &App, token: Option<&str>) -> Result<Admitted, Refusal> {
    let config = &app.config.registration;
    match (config.policy, token) {
        (Policy::Closed, _) => Err(Refusal::Closed),
        (Policy::Open, None) => Ok(Admitted::Stranger),
        (Policy::InitialAccessToken, None) => Err(Refusal::Unauthorized(None)),
        (Policy::Open | Policy::InitialAccessToken, Some(token)) => {
            let digest = sha256(token.as_bytes());
            let is_it = |known: &String| from_base64url(known).is_some_and(|known| equal(&known, &digest));
            match config.initial_access_tokens.iter().filter(|known| is_it(known)).count() {
                0 => {
                    Err(Refusal::Unauthorized(Some(OAuthError::invalid_token("the initial access token is not valid"))))
                }
                _ => Ok(Admitted::Invited),
            }
        }
    }
}

/// Counts a stranger's registration: neither a network nor all of them register clients without end.
pub async fn count(app: &App, address: IpAddr, now: Timestamp) -> Result<(), Refusal> {
    let config = &app.config.registration;
    within(app, &format!("register:{}", network_of(address)), config.hourly_limit, now).await?;
    within(app, "register-all", config.hourly_limit_total, now).await
}

/// Counts an update of a client: each is a row of the audit trail, and may fetch what the client names.
pub async fn count_update(app: &App, client_id: &str, now: Timestamp) -> Result<(), Refusal> {
    within(app, &format!("register-again:{client_id}"), app.config.registration.hourly_updates, now).await
}

/// Counts under `what`, which has `limit` in each hour; 0 sets none.
async fn within(app: &App, what: &str, limit: u32, now: Timestamp) -> Result<(), Refusal> {
    if limit == 0 {
        return Ok(());
    }
    match counting::count(app, what, HOUR, now).await? {
        count if count > u64::from(limit) => Err(Refusal::TooMany(counting::rest(HOUR, now))),
        _ => Ok(()),
    }
}
