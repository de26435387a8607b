//! The door for pushed authorization requests: RFC 9126 §2. A request is read whole when it is pushed.

use std::time::Duration;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::parts::client_authentication;
use crate::parts::client_authentication::ClientRequest;
use crate::parts::counting;
use crate::parts::request::Read;
use crate::parts::request::Way;
use crate::parts::request::parameters;
use crate::parts::request::pushed;
use crate::parts::throttle::network_of;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::par::PushedResponse;

/// Takes a request from its client (§2.1).
pub async fn push(app: &App, request: &ClientRequest, now: Timestamp) -> Result<PushedResponse, Error> {
    let client = client_authentication::of(app, request, now).await?;
    let form = &request.parameters;
    if !client.metadata.is_confidential() {
        count(app, &client.id, request, now).await?;
    }
    if form.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("request_uri must not be pushed").into()); // §2.1
    }
    let received = match parameters::take(app, &client, form, Way::Pushed, now).await? {
        Read::Request(received) => received,
        Read::Refused(_, error) => return Err(error.into()),
        Read::Unanswerable(why) => return Err(why.error().clone().into()),
    };
    let lifetime = *app.config.tokens.par;
    let request_uri = pushed::keep(app, &client.id, *received, now + lifetime, now).await?;
    Ok(PushedResponse { request_uri, expires_in: lifetime.as_secs() })
}

/// Anybody can push in the name of a client that does not authenticate: such requests are short and counted.
async fn count(app: &App, client_id: &str, request: &ClientRequest, now: Timestamp) -> Result<(), Error> {
    if request.parameters.canonical_len() > LONGEST_UNAUTHENTICATED {
        return Err(OAuthError::invalid_request("the request of a client without authentication is over 8 KiB").into());
    }
    for (whose, most) in [(network_of(request.address), MOST_FOR_A_NETWORK), (client_id.to_owned(), MOST_FOR_A_CLIENT)]
    {
        if counting::count(app, &format!("pushes:{whose}"), WINDOW, now).await? > most {
            let text = "too many requests were pushed without client authentication";
            return Err(OAuthError::too_many(counting::rest(WINDOW, now), text).into());
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
