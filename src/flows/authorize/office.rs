//! A person who is to act at our API does so in one office, and while they are there: the token names it, and no other
//! follows it.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Holder;
use crate::parts::offices;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::protected_resource;
use crate::protocol::oauth::resource_indicators;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;

/// Says in the request in which office, where it is for our API.
pub(super) async fn settle(
    app: &App,
    request: &mut AuthorizationRequest,
    person: Uuid,
    now: Timestamp,
) -> Result<Result<(), OAuthError>, Fault> {
    let api = protected_resource::api(&app.config.server.issuer);
    let asked = request.resource.as_deref().map(resource_indicators::split);
    let Some((_, office)) = asked.filter(|(resource, _)| *resource == api) else { return Ok(Ok(())) };
    let office = match offices::choose(app, &Holder::Person(person), office, now).await? {
        Ok(office) => office,
        Err(refusal) => return Ok(Err(refusal)),
    };
    request.resource = Some(resource_indicators::within(&api, &office.to_string()));
    request.scope = request.scope.filtered(|value| value != OFFLINE_ACCESS);
    Ok(Ok(()))
}
