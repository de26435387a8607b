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

    /// Whether it was taken before.
    pub async fn is_known(&self, app: &App) -> bool {
        app.ephemeral.get(&self.key).await.is_ok_and(|known| known.is_some_and(|known| equal(&known, &self.typed)))
    }

    /// It is taken. Where this is not kept, the same form once more is told that it is wrong.
    pub async fn remember(&self, app: &App) {
        let _ = app.ephemeral.put(&self.key, self.typed.to_vec(), LIFETIME).await;
    }
}
