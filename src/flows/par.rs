//! The door for pushed authorization requests: RFC 9126 §2. A request is read whole when it is pushed.

use std::time::Duration;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::parts::client_authentication;
use crate::parts::client_authentication::ClientRequest;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::counting;
use crate::parts::networks::network_of;
use crate::parts::request::Read;
use crate::parts::request::Way;
use crate::parts::request::parameters;
use crate::parts::request::pushed;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::par::PushedResponse;

/// Takes a request from its client (§2.1).
pub async fn push(app: &App, request: &ClientRequest, now: Timestamp) -> Result<PushedResponse, Error> {
    let client = client_authentication::of(app, request, now).await?;
    let form = &request.parameters;
    count(app, &client, request, now).await?;
    if form.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("request_uri must not be pushed").into()); // §2.1
    }
    let received = match parameters::take(app, &client, form, Way::Pushed, now).await? {
        Read::Request(received) => received,
        Read::Refused(_, error) => return Err(error.into()),
        Read::Unanswerable(why) => return Err(why.error().clone().into()),
    };
    let lifetime = *app.config.tokens.par;
    let request_uri = pushed::keep(app, &client, *received, now + lifetime, now).await?;
    let request_uri = request_uri.ok_or_else(|| OAuthError::too_many(lifetime, "too many pushed requests are kept"))?;
    Ok(PushedResponse { request_uri, expires_in: lifetime.as_secs() })
}

/// Anybody can push in the name of a client that does not authenticate, or register one that does: such requests are short
/// and counted. What others may keep is a matter of room.
async fn count(app: &App, client: &Client, request: &ClientRequest, now: Timestamp) -> Result<(), Error> {
    let confidential = client.metadata.is_confidential();
    if confidential && !client.registered {
        return Ok(());
    }
    if request.parameters.canonical_len() > LONGEST_OF_STRANGERS {
        let text = "the request of a client that registered itself, or does not authenticate, is over 8 KiB";
        return Err(OAuthError::too_long(text).into());
    }
    let mut counts = Vec::new();
    if !confidential {
        counts.push((network_of(request.address), MOST_FOR_A_NETWORK));
        counts.push((client.id.clone(), MOST_FOR_A_CLIENT));
    }
    if client.registered {
        counts.push((format!("domain:{}", clients::domain(client)), MOST_FOR_A_DOMAIN));
        counts.push(("registered".to_owned(), MOST_FOR_THE_REGISTERED));
    }
    for (whose, most) in counts {
        if counting::count(app, &format!("pushes:{whose}"), WINDOW, now).await? > most {
            return Err(OAuthError::too_many(counting::rest(WINDOW, now), "too many requests were pushed").into());
        }
    }
    Ok(())
}

/// In bytes.
const LONGEST_OF_STRANGERS: usize = 8 * 1024;
/// The span in which pushes are counted.
const WINDOW: Duration = Duration::from_secs(600);
const MOST_FOR_A_NETWORK: u64 = 1_000;
const MOST_FOR_A_CLIENT: u64 = 10_000;
/// For clients that registered themselves with redirect URIs of one registered domain, and for all of them.
const MOST_FOR_A_DOMAIN: u64 = 2_000;
const MOST_FOR_THE_REGISTERED: u64 = 20_000;
