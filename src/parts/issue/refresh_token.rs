//! Refresh tokens: family, hidden ‖ generation ‖ MAC. Nothing of them is stored but the generation (RFC 9700 §4.14).

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::from_base64url;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::parts::clients::Client;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::store::grants::Grant;

/// A refresh token that we made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its grant.
    pub family: Uuid,
    /// How often the family was exchanged before.
    pub generation: i64,
}

impl RefreshToken {
    /// The text that travels.
    pub fn seal(self, app: &App) -> String {
        let body = [app.data_keys.family.hide(self.family).as_slice(), &self.generation.to_be_bytes()].concat();
        base64url(&[body.as_slice(), &mac(app, &body)].concat())
    }

    /// The token that a text stands for; `None` for what we did not make.
    pub fn open(app: &App, text: &str) -> Option<Self> {
        let bytes = from_base64url(text).filter(|bytes| bytes.len() == 56)?;
        let (body, tag) = bytes.split_at_checked(24)?;
        let (family, generation) = body.split_first_chunk::<16>()?;
        let generation = i64::from_be_bytes(generation.try_into().ok()?);
        equal(&mac(app, body), tag).then(|| Self { family: app.data_keys.family.show(*family), generation })
    }
}

/// For how long the refresh tokens of `client` live: since their last use, and since the code was redeemed.
pub fn lifetimes(app: &App, client: &Client) -> (Duration, Duration) {
    let (own, tokens) = (&client.metadata.lifetimes, &app.config.tokens);
    let idle = ClientMetadata::lifetime(own.refresh_idle, *tokens.refresh_idle);
    (idle, ClientMetadata::lifetime(own.refresh_absolute, *tokens.refresh_absolute))
}

/// When the refresh tokens of a grant are void unless they are used.
pub fn expires_at(app: &App, client: &Client, grant: &Grant) -> Timestamp {
    let (idle, absolute) = lifetimes(app, client);
    (grant.used_at + idle).min(grant.created_at + absolute)
}

/// Whether a generation that was just exchanged is answered once more with the same successor. After a time in which the
/// database did not answer, the grace of what was exchanged then begins when it does again: nobody may have been told of it.
pub fn is_in_grace(app: &App, generation: i64, grant: &Grant, now: Timestamp) -> bool {
    let grace = *app.config.tokens.refresh_grace;
    let age = now.since(grant.used_at);
    grant.generation == generation + 1 && (age <= grace || app.cache.may_be_untold(age, grace))
}

fn mac(app: &App, body: &[u8]) -> [u8; 32] {
    hmac_sha256(app.data_keys.refresh.expose(), &[b"refresh-token", body])
}
