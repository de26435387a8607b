//! Requests that count once and were answered: kept as long as the code lives, for a browser that comes again because the
//! answer was lost (RFC 9126 §4: "MAY allow for duplicate requests due to a user reloading/refreshing their user agent").

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::room;
use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::clients::Client;

/// An answer that was given.
#[derive(Serialize, Deserialize)]
pub struct Answered {
    /// Digest of the browser's cookie.
    pub browser: String,
    /// Who signed in.
    pub person: Uuid,
    /// The grant that its code becomes.
    pub grant: Uuid,
    /// The request, where it was pushed.
    pub pushed: Option<Vec<u8>>,
}

impl Answered {
    /// Whether `other` is the same browser and person once more.
    pub fn is_repeated_by(&self, other: &Self) -> bool {
        self.browser == other.browser && self.person == other.person
    }
}

/// Notes an answer under the name of what counts once. Where it cannot be kept, a repetition is refused.
pub async fn note(app: &App, client: &Client, what: &str, answered: Answered) {
    let Ok(value) = serde_json::to_vec(&answered) else { return };
    let (shares, key) = (room::shares(client), key(what));
    if let Err(fault) = app.ephemeral.put_within(&shares, &key, value, *app.config.tokens.code).await {
        tracing::debug!(%fault, "an answer could not be kept for its repetition");
    }
}

/// The answer that was noted. One that is being given this moment is waited for.
pub async fn find(app: &App, what: &str) -> Result<Option<Answered>, Fault> {
    const PATIENCE: u32 = 20;
    for _ in 0..PATIENCE {
        if let Some(value) = app.ephemeral.get(&key(what)).await? {
            return Ok(serde_json::from_slice(&value).ok());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Ok(None)
}

fn key(what: &str) -> String {
    format!("answered:{what}")
}
