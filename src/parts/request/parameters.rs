//! Reading an authorization request: first who asks and where answers may go, then the rest.

use std::borrow::Cow;
use std::sync::Arc;

use super::LONGEST_SEALED;
use super::Read;
use super::Received;
use super::Unanswerable;
use super::Way;
use super::jar;
use super::pushed;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::issue;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::authorization_request::ReturnAddress;
use crate::protocol::oauth::par::is_ours;
use crate::protocol::oauth::parameters::Parameters;

/// A request whose canonical form is longer must be pushed.
const LONGEST: usize = 4096;
/// The longest request that may be pushed, as it is stored.
const LONGEST_PUSHED: usize = 32 * 1024;

/// Reads the parameters that a browser brings to the authorization endpoint; `browser` is the digest of its cookie.
pub async fn read(
    app: &App,
    parameters: &Parameters,
    browser: Option<&str>,
    now: Timestamp,
) -> Result<Result<(Arc<Client>, Read), Unanswerable>, Fault> {
    let Some(id) = parameters.get("client_id") else {
        let error = OAuthError::invalid_request("client_id is missing or repeated");
        return Ok(Err(Unanswerable::UnknownClient(error)));
    };
    let Some(client) = clients::find(app, id).await? else {
        let error = OAuthError::invalid_client("no client is registered under this client_id");
        return Ok(Err(Unanswerable::UnknownClient(error)));
    };
    let read = match parameters.get("request_uri").filter(|uri| is_ours(uri)) {
        Some(request_uri) => {
            let received = pushed::open(app, &client.id, request_uri, browser, now).await?;
            was_pushed(&client, received)
        }
        None => take(app, &client, parameters, Way::Browser, now).await?,
    };
    Ok(Ok((client, read)))
}

/// RFC 9126 §4: what was pushed counts, and nothing that stands beside its name.
fn was_pushed(client: &Client, received: Option<Received>) -> Read {
    match received {
        Some(received) if client.metadata.is_redirect_uri(&received.request.redirect_uri) => {
            Read::Request(Box::new(received))
        }
        Some(_) => {
            let error = OAuthError::invalid_request("redirect_uri is registered for this client no more");
            Read::Unanswerable(Unanswerable::UnregisteredAddress(error))
        }
        None => {
            let why = "request_uri was not pushed by this client, or was used, or has expired";
            Read::Unanswerable(Unanswerable::NotPushed(OAuthError::new(ErrorCode::InvalidRequestUri, why)))
        }
    }
}

/// Reads the request that `client` makes with these parameters.
pub async fn take(app: &App, client: &Client, outer: &Parameters, way: Way, now: Timestamp) -> Result<Read, Fault> {
    let unwrapped = match jar::unwrap(app, client, outer, way, now).await {
        Ok(unwrapped) => unwrapped,
        Err(Error::Failed(fault)) => return Err(fault),
        Err(Error::Refused(error)) => {
            return Ok(match ReturnAddress::parse(outer, &client.metadata) {
                Ok(address) => Read::Refused(address, error),
                Err(_) => Read::Unanswerable(Unanswerable::UnusableObject(error)),
            });
        }
    };
    let signed = unwrapped.is_some();
    let (parameters, object) = match unwrapped {
        Some(unwrapped) => (Cow::Owned(unwrapped.parameters), unwrapped.object),
        None => (Cow::Borrowed(outer), None),
    };
    let address = match ReturnAddress::parse(&parameters, &client.metadata) {
        Ok(address) => address,
        Err(error) => return Ok(Read::Unanswerable(Unanswerable::UnregisteredAddress(error))),
    };
    if let Err(error) = comes_as_registered(client, way, signed) {
        return Ok(Read::Refused(address, error));
    }
    let canonical_len = parameters.canonical_len();
    if way == Way::Browser && canonical_len > LONGEST {
        let error = OAuthError::invalid_request("the request is longer than 4 KiB and must be pushed");
        return Ok(Read::Refused(address, error));
    }
    let longest = if way == Way::Browser { LONGEST_SEALED } else { LONGEST_PUSHED };
    let issuer = &app.config.server.issuer;
    match AuthorizationRequest::parse(&parameters, &client.id, &client.metadata, &address, issuer) {
        Ok(request) if is_longer(&request, canonical_len, longest)? => {
            Ok(Read::Refused(address, OAuthError::too_long("the request is too long")))
        }
        Ok(mut request) => {
            request.claims = issue::claims::permitted(app, client, request.claims);
            Ok(Read::Request(Box::new(Received { request, object, pushed: None })))
        }
        Err(error) => Ok(Read::Refused(address, error)),
    }
}

/// RFC 9126 §6, RFC 9101 §10.5: a client may be registered for requests of one kind alone.
fn comes_as_registered(client: &Client, way: Way, signed: bool) -> Result<(), OAuthError> {
    if client.metadata.require_pushed_authorization_requests && way == Way::Browser {
        return Err(OAuthError::invalid_request("this client must push its authorization requests"));
    }
    if client.metadata.require_signed_request_object && !signed {
        return Err(OAuthError::invalid_request("this client must use signed request objects"));
    }
    Ok(())
}

/// Whether the request is longer than `most` as it will be sealed. An escape makes six bytes of one, and the claims request
/// is written anew: only then is it worth measuring.
fn is_longer(request: &AuthorizationRequest, canonical_len: usize, most: usize) -> Result<bool, Fault> {
    if request.claims.is_empty() && canonical_len <= LONGEST_SEALED / 8 {
        return Ok(false);
    }
    Ok(serde_json::to_vec(request).map_err(Fault::broken)?.len() > most)
}
