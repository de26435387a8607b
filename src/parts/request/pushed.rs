//! Requests that were pushed: RFC 9126 §4. One is looked at when its page is opened, and used up when its client gets a
//! code: a reload on the way harms nobody, and of two ends one counts.

use serde::Deserialize;
use serde::Serialize;

use super::Received;
use super::answered;
use super::answered::Answered;
use super::room;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::parts::clients::Client;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::par;
use crate::store::assertions::UsedAssertion;

/// A request that waits for its browser.
#[derive(Serialize, Deserialize)]
struct Pushed {
    client_id: String,
    opens_until: Timestamp,
    request: AuthorizationRequest,
    object: Option<UsedAssertion>,
}

/// Keeps a request until its browser comes and its person has signed in; returns its URI, or `None` where what the client
/// pushed before takes all that it may.
pub async fn keep(
    app: &App,
    client: &Client,
    received: Received,
    opens_until: Timestamp,
    now: Timestamp,
) -> Result<Option<String>, Fault> {
    let request_uri = par::request_uri(&base64url(&app.entropy.bytes::<32>()));
    let Received { request, object, .. } = received;
    let pushed = Pushed { client_id: client.id.clone(), opens_until, request, object };
    let value = serde_json::to_vec(&pushed).map_err(Fault::broken)?;
    // The person may take longer than the browser had time to come.
    let kept = (opens_until + *app.config.tokens.login).since(now);
    let stored = app.ephemeral.put_within(&room::shares(client), &key(&reference(&request_uri)), value, kept).await?;
    Ok(stored.then_some(request_uri))
}

/// The request that `client_id` pushed under this URI, while it may be opened (§4). The browser that it answered may open it
/// again: its answer may have been lost.
pub async fn open(
    app: &App,
    client_id: &str,
    request_uri: &str,
    browser: Option<&str>,
    now: Timestamp,
) -> Result<Option<Received>, Fault> {
    let reference = reference(request_uri);
    let pushed = match look(app, &reference).await? {
        Some(pushed) => Some(pushed),
        None if browser.is_some() => own(answered::find(app, &reference).await?, browser),
        None => None,
    };
    let pushed = pushed.filter(|pushed| pushed.client_id == client_id && now < pushed.opens_until);
    Ok(pushed.map(|Pushed { request, object, .. }| Received { request, object, pushed: Some(reference) }))
}

/// The request of a sign-in in progress, while it is kept and nobody else has used it up.
pub async fn resume(
    app: &App,
    reference: &str,
    browser: &str,
    now: Timestamp,
) -> Result<Option<AuthorizationRequest>, Fault> {
    let kept = |pushed: &Pushed| now < pushed.opens_until + *app.config.tokens.login;
    let pushed = match look(app, reference).await? {
        Some(pushed) => Some(pushed),
        None => own(answered::find(app, reference).await?, Some(browser)),
    };
    Ok(pushed.filter(kept).map(|pushed| pushed.request))
}

/// Uses a request up; who did gets it.
pub async fn use_up(app: &App, reference: &str) -> Result<Option<Vec<u8>>, Fault> {
    app.ephemeral.take(&key(reference)).await
}

async fn look(app: &App, reference: &str) -> Result<Option<Pushed>, Fault> {
    let value = app.ephemeral.get(&key(reference)).await?;
    Ok(value.and_then(|value| serde_json::from_slice(&value).ok()))
}

/// The request that was answered a moment ago, for the browser that it answered.
fn own(answered: Option<Answered>, browser: Option<&str>) -> Option<Pushed> {
    let own = answered.filter(|answered| browser == Some(&*answered.browser));
    own.and_then(|answered| serde_json::from_slice(&answered.pushed?).ok())
}

/// The digest by which a request is found: whoever reads the store learns no request URI.
fn reference(request_uri: &str) -> String {
    base64url(&sha256(request_uri.as_bytes()))
}

fn key(reference: &str) -> String {
    format!("par:{reference}")
}
