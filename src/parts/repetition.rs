//! A form that took a secret and is sent once more: it is known again by what was typed, so that nothing is compared with what
//! is stored, and nothing can be guessed by it.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::secret::hmac_sha256;
use crate::base::secret::sha256;

/// So long a form may come once more.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// So often it may: a script sends it as often as it is clicked.
const MOST: u64 = 20;

/// A form, and what was typed in it.
pub struct Repetition {
    key: String,
    typed: [u8; 32],
}

impl Repetition {
    /// The form of this kind about `id`.
    pub fn of(app: &App, kind: &str, id: Uuid, typed: &[&Secret<String>]) -> Self {
        let digests: Vec<[u8; 32]> = typed.iter().map(|secret| sha256(secret.expose().as_bytes())).collect();
        let typed = hmac_sha256(app.data_keys.lookup.expose(), &[b"repetition", digests.concat().as_slice()]);
        Self { key: format!("repetition:{kind}:{id}"), typed }
    }

    /// Whether it was taken before. The try counts before it is compared, and once another comes none is known: what was typed
    /// cannot be guessed by it.
    pub async fn is_known(&self, app: &App) -> bool {
        let tries = app.ephemeral.count(&format!("{}:tries", self.key), LIFETIME).await;
        let Ok(Some(known)) = app.ephemeral.get(&self.key).await else { return false };
        if equal(&known, &self.typed) {
            return tries.is_ok_and(|tries| tries <= MOST);
        }
        let _ = app.ephemeral.take(&self.key).await; // what is not taken away is counted
        false
    }

    /// It is taken. Where this is not kept, the same form once more is told that it is wrong.
    pub async fn remember(&self, app: &App) {
        let _ = app.ephemeral.put(&self.key, self.typed.to_vec(), LIFETIME).await;
    }
}
