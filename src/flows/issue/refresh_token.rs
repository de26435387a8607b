//! Refresh tokens: family ‖ generation ‖ MAC. Nothing of them is stored but the generation (RFC 9700 §4.14).

use uuid::Uuid;

use crate::app::App;
use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::from_base64url;
use crate::base::secret::hmac_sha256;

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
        let body = [self.family.as_bytes().as_slice(), &self.generation.to_be_bytes()].concat();
        base64url(&[body.as_slice(), &mac(app, &body)].concat())
    }

    /// The token that a text stands for; `None` for what we did not make.
    pub fn open(app: &App, text: &str) -> Option<Self> {
        let bytes = from_base64url(text).filter(|bytes| bytes.len() == 56)?;
        let (body, tag) = bytes.split_at_checked(24)?;
        let (family, generation) = body.split_first_chunk::<16>()?;
        let generation = i64::from_be_bytes(generation.try_into().ok()?);
        equal(&mac(app, body), tag).then_some(Self { family: Uuid::from_bytes(*family), generation })
    }
}

fn mac(app: &App, body: &[u8]) -> [u8; 32] {
    hmac_sha256(app.data_keys.refresh.expose(), &[b"refresh-token", body])
}
