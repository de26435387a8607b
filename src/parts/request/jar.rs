//! Request objects at the door: RFC 9101 §6, OpenID Connect Core §6.3. By value, or by reference to a place that the client
//! registered.

use std::borrow::Cow;
use std::time::Duration;

use super::Way;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::outbound;
use crate::outbound::Expect;
use crate::parts::client_keys;
use crate::parts::client_keys::Unproven;
use crate::parts::client_keys::Wanted;
use crate::parts::clients::Client;
use crate::parts::encryption;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::jar;
use crate::protocol::oauth::jar::RequestObject;
use crate::protocol::oauth::parameters::Parameters;
use crate::store::assertions::UsedAssertion;

/// What a request with a request object asks for.
pub struct Unwrapped {
    /// The parameters that count.
    pub parameters: Parameters,
    /// The object itself, where it counts once: it has an identifier and an end.
    pub object: Option<UsedAssertion>,
}

/// For so long the identifier of a request object is remembered at most.
const REMEMBERED: Duration = Duration::from_secs(86_400);

/// The parameters in the request object of `outer`; `None` where it has none.
pub async fn unwrap(
    app: &App,
    client: &Client,
    outer: &Parameters,
    way: Way,
    now: Timestamp,
) -> Result<Option<Unwrapped>, Error> {
    let object: Cow<'_, str> = match (outer.get("request"), outer.get("request_uri")) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(OAuthError::invalid_request("request and request_uri exclude each other").into()); // RFC 9101 §5
        }
        (Some(object), None) => object.into(),
        (None, Some(request_uri)) => fetch(app, client, request_uri).await?.into(),
    };
    outer.each_once()?;
    let rules = RequestObject {
        client_id: &client.id,
        profile: client.metadata.profile,
        issuer: &app.config.server.issuer,
        now,
    };
    let wanted = Wanted { algorithms: &client.metadata.request_object_algorithms(), rules: &rules };
    if !client_keys::are_registered(client) {
        return Err(unproven(Unproven::NoKeys)); // a decryption costs, and nothing could come of it
    }
    let signed = encryption::opened(app, &object, now).await?;
    let signed = signed.ok_or_else(|| refused("the request object could not be decrypted"))?;
    let claims = client_keys::verify(app, client, &signed, &wanted, now).await.map_err(unproven)?;
    let inner = jar::parameters(&claims, &client.id)?;
    let object = client_keys::used("request object", client, &claims);
    let object = object.map(|used| UsedAssertion { until: used.until.min(now + REMEMBERED), ..used });
    Ok(Some(Unwrapped { parameters: assemble(client, inner, outer, way)?, object }))
}

/// RFC 9101 §6.3: "The authorization server MUST only use the parameters in the Request Object, even if the same parameter
/// is provided in the query parameter"; OpenID Connect Core §6.3, for clients of its profile that need not sign all: it
/// "MUST assemble the set of Authorization Request parameters to be used from the Request Object value and the OAuth 2.0
/// Authorization Request parameters", of which the former win.
fn assemble(client: &Client, inner: Parameters, outer: &Parameters, way: Way) -> Result<Parameters, OAuthError> {
    let metadata = &client.metadata;
    if way == Way::Pushed || metadata.profile.takes_signed_parameters_only() || metadata.require_signed_request_object {
        return Ok(inner);
    }
    let types = (inner.get("response_type"), outer.get("response_type"));
    if matches!(types, (Some(inside), Some(outside)) if inside != outside) {
        return Err(OAuthError::invalid_request("response_type differs in the request object"));
    }
    Ok(inner.completed_by(outer))
}

async fn fetch(app: &App, client: &Client, request_uri: &str) -> Result<String, OAuthError> {
    let refused = |why: &'static str| OAuthError::new(ErrorCode::InvalidRequestUri, why);
    if !jar::is_registered(&client.metadata, request_uri) {
        return Err(refused("request_uri is not registered for this client"));
    }
    let request = outbound::Request::get(&client.id, jar::without_fragment(request_uri), Expect::Jwt);
    let answer = app.fetch.send(request).await;
    let body = answer.map_err(|why| refused("request_uri does not answer with a request object").because(why))?.body;
    let text = String::from_utf8(body).map_err(|_| refused("what is at request_uri is no request object"))?;
    Ok(text.trim().to_owned())
}

fn unproven(why: Unproven) -> Error {
    match why {
        Unproven::Token(error) => refused(format!("request object: {error}")),
        Unproven::NoKeys => refused("the client registered no keys to sign request objects"),
        Unproven::UnknownKey => refused("the request object is signed by none of the client's keys"),
        Unproven::Unreachable(_) | Unproven::Malformed(_) => refused("the client's keys cannot be read").because(why),
    }
    .into()
}

fn refused(why: impl Into<Cow<'static, str>>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequestObject, why)
}
