//! Requests that say by a key that they are the same one, sent again (draft-ietf-httpapi-idempotency-key-header): done once,
//! and answered in the same way for a day. A key is that of who sent it, in the office in which he acts.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::listing::whose;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::store::kept_answers;

/// So long an answer is kept.
pub const KEPT: Duration = Duration::from_secs(86_400);

const PURPOSE: Purpose = Purpose("kept-answer");

/// A request that is done now.
pub struct First([u8; 32]);

/// What was answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers that belong to it.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The acts that it tells of.
    #[serde(default)]
    pub acts: Vec<String>,
}

/// What a key stands for.
pub enum Begun {
    /// Nothing yet: the request is to be done.
    First(First),
    /// A request that was answered so.
    Again(Answer),
    /// Another request.
    Another,
    /// The same one, which is under way, or ended without an answer.
    UnderWay,
}

/// Begins what is asked under a key.
pub async fn begin(app: &App, key: &str, what: [&[u8]; 3], now: Timestamp) -> Result<Begun, Fault> {
    begin_for(app, key, what, now, KEPT).await
}

/// The same under a key that stands for it so long and no longer.
pub async fn begin_for(app: &App, key: &str, what: [&[u8]; 3], now: Timestamp, long: Duration) -> Result<Begun, Fault> {
    let id = digest([whose(app).as_bytes(), key.as_bytes(), b""]);
    let request = digest(what);
    if kept_answers::begin(&app.db, &id, &request, now, now - long).await? {
        return Ok(Begun::First(First(id)));
    }
    let Some(kept) = kept_answers::find(&app.db, &id).await? else { return Ok(Begun::UnderWay) };
    if kept.request != request {
        return Ok(Begun::Another);
    }
    let answer = kept.answer.and_then(|sealed| app.sealing.open(PURPOSE, &sealed));
    let answer = answer.and_then(|plain| serde_json::from_slice(&plain).ok());
    Ok(answer.map_or(Begun::UnderWay, Begun::Again))
}

/// Keeps how it was answered.
pub async fn finish(app: &App, First(id): &First, answer: &Answer, now: Timestamp) -> Result<(), Fault> {
    let plain = serde_json::to_vec(answer).map_err(Fault::broken)?;
    let sealed = app.sealing.seal(PURPOSE, &plain, now, &*app.entropy)?;
    kept_answers::finish(&app.db, id, &sealed).await
}

/// It was not done, and may be tried again under the same key.
pub async fn forget(app: &App, First(id): &First) -> Result<(), Fault> {
    kept_answers::forget(&app.db, id).await
}

/// Whether the rights of whoever acts here let him do an act still, somewhere in his office: all of it has the same bounds.
pub async fn still(app: &App, act: Act, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    Ok(authority::sight(app, act, now).await?.map(drop).map_err(Refusal::from))
}

/// Of texts that do not run into each other.
fn digest(texts: [&[u8]; 3]) -> [u8; 32] {
    sha256(&texts.map(sha256).concat())
}
