//! A form that took a secret and is sent once more: it is known again by what was typed, so that nothing is compared with what
//! is stored, and nothing can be guessed by it.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::secret::hmac_sha256;
use crate::base::secret::sha256;
use crate::store::ephemeral::Ephemeral;

/// So long a form may come once more.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// So many tries may be under way at once.
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

    /// Whether it was taken before, as often as it comes.
    pub async fn is_known(&self, app: &App) -> bool {
        self.is_kept(&*app.ephemeral).await || self.is_kept(&app.fallback).await
    }

    /// The try counts before it is compared, and once another comes none is known: what was typed cannot be guessed by it.
    async fn is_kept(&self, store: &dyn Ephemeral) -> bool {
        let Ok(Some(known)) = store.get(&self.key).await else { return false };
        let counted = format!("{}:tries", self.key);
        let tries = store.count(&counted, LIFETIME).await;
        if equal(&known, &self.typed) {
            let _ = store.uncount(&counted).await; // what stays counted expires by itself
            return tries.is_ok_and(|tries| tries <= MOST);
        }
        let _ = store.take(&self.key).await; // what is not taken away is counted
        false
    }

    /// It is taken. Where Redis is away this process alone knows it: the same form once more is told that it is wrong by another.
    pub async fn remember(&self, app: &App) {
        if app.ephemeral.put(&self.key, self.typed.to_vec(), LIFETIME).await.is_err() {
            let _ = app.fallback.put(&self.key, self.typed.to_vec(), LIFETIME).await;
        }
    }
}
