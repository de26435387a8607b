//! Pushed authorization requests: RFC 9126. A request is read whole when it is pushed, looked at when its page is opened,
//! and used up when its client gets a code: a reload on the way harms nobody, and of two ends one counts.

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::authenticate::throttle::network_of;
use super::authorize::request;
use super::authorize::request::Read;
use super::authorize::request::Received;
use super::authorize::request::Way;
use super::client_authentication;
use super::counting;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::par;
use crate::protocol::oauth::par::PushedResponse;
use crate::protocol::oauth::parameters::Parameters;
use crate::store::assertions::UsedAssertion;

/// A request that waits for its browser.
#[derive(Serialize, Deserialize)]
struct Pushed {
    client_id: String,
    opens_until: Timestamp,
    request: AuthorizationRequest,
    object: Option<UsedAssertion>,
}

/// Takes a request from its client (§2.1).
pub async fn push(
    app: &App,
    authorization: Option<&str>,
    parameters: &Parameters,
    address: IpAddr,
    now: Timestamp,
) -> Result<PushedResponse, Error> {
    let client = client_authentication::of(app, authorization, parameters, now).await?;
    if !client.metadata.is_confidential() {
        count(app, &client.id, parameters, address, now).await?;
    }
    if parameters.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("request_uri must not be pushed").into()); // §2.1
    }
    let received = match request::take(app, &client, parameters, Way::Pushed, now).await? {
        Read::Request(received) => received,
        Read::Refused(_, error) => return Err(error.into()),
        Read::Unanswerable(why) => return Err(why.error().clone().into()),
    };
    let lifetime = *app.config.tokens.par;
    let request_uri = par::request_uri(&base64url(&app.entropy.bytes::<32>()));
    let pushed = Pushed {
        client_id: client.id.clone(),
        opens_until: now + lifetime,
        request: received.request,
        object: received.object,
    };
    let value = serde_json::to_vec(&pushed).map_err(Fault::broken)?;
    // Kept while the person signs in, which may take longer than the browser had time to come.
    app.ephemeral.put(&key(&reference(&request_uri)), value, lifetime + *app.config.tokens.login).await?;
    Ok(PushedResponse { request_uri, expires_in: lifetime.as_secs() })
}

/// Anybody can push in the name of a client that does not authenticate: such requests are short and counted.
async fn count(
    app: &App,
    client_id: &str,
    parameters: &Parameters,
    address: IpAddr,
    now: Timestamp,
) -> Result<(), Error> {
    if parameters.canonical_len() > LONGEST_UNAUTHENTICATED {
        return Err(OAuthError::invalid_request("the request of a client without authentication is over 8 KiB").into());
    }
    for (whose, most) in [(network_of(address), MOST_FOR_A_NETWORK), (client_id.to_owned(), MOST_FOR_A_CLIENT)] {
        if counting::count(app, &format!("pushes:{whose}"), WINDOW, now).await? > most {
            let text = "too many requests were pushed without client authentication";
            return Err(OAuthError::new(ErrorCode::TemporarilyUnavailable, text).into());
        }
    }
    Ok(())
}

/// In bytes.
const LONGEST_UNAUTHENTICATED: usize = 8 * 1024;
/// The span in which pushes are counted.
const WINDOW: Duration = Duration::from_secs(600);
const MOST_FOR_A_NETWORK: u64 = 1_000;
const MOST_FOR_A_CLIENT: u64 = 10_000;

/// The request that `client_id` pushed under this URI, while it may be opened (§4).
pub async fn open(app: &App, client_id: &str, request_uri: &str, now: Timestamp) -> Result<Option<Received>, Fault> {
    let reference = reference(request_uri);
    let pushed = look(app, &reference).await?;
    let pushed = pushed.filter(|pushed| pushed.client_id == client_id && now < pushed.opens_until);
    Ok(pushed.map(|Pushed { request, object, .. }| Received { request, object, pushed: Some(reference) }))
}

/// The request of a sign-in in progress, while it is kept and nobody has used it up.
pub async fn resume(app: &App, reference: &str, now: Timestamp) -> Result<Option<AuthorizationRequest>, Fault> {
    let kept = |pushed: &Pushed| now < pushed.opens_until + *app.config.tokens.login;
    Ok(look(app, reference).await?.filter(kept).map(|pushed| pushed.request))
}

/// Uses a request up; `true` for the one that did.
pub async fn use_up(app: &App, reference: &str) -> Result<bool, Fault> {
    Ok(app.ephemeral.take(&key(reference)).await?.is_some())
}

async fn look(app: &App, reference: &str) -> Result<Option<Pushed>, Fault> {
    let value = app.ephemeral.get(&key(reference)).await?;
    Ok(value.and_then(|value| serde_json::from_slice(&value).ok()))
}

/// The digest by which a request is found: whoever reads the store learns no request URI.
fn reference(request_uri: &str) -> String {
    base64url(&sha256(request_uri.as_bytes()))
}

fn key(reference: &str) -> String {
    format!("par:{reference}")
}
