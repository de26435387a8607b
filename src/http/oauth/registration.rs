//! Client registration and its management: RFC 7591 §3, RFC 7592 §2.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Path;
use axum::extract::Request;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use crate::flows::registration;
use crate::flows::registration::Application;
use crate::flows::registration::Manager;
use crate::flows::registration::Refusal;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::authorization;
use crate::http::extract::form;
use crate::http::respond;
use crate::parts::sessions::Visitor;
use crate::protocol::error::Error;

/// Registers a client.
pub async fn register(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Bearer(token): Bearer,
    Json(body): Json,
) -> Result<Response, Response> {
    let application = Application { token: token.as_deref(), body: &body, address: visitor.address };
    let registered = registration::register(&web.app, &application, web.app.clock.now()).await;
    registered.map(|information| respond::json(StatusCode::CREATED, &information)).map_err(refused(None))
}

/// Tells a client what it is registered as.
pub async fn read(
    State(web): State<Arc<Web>>,
    Path(client_id): Path<String>,
    Managing(token): Managing,
) -> Result<Response, Response> {
    let read = registration::read(&web.app, &Manager { client_id: &client_id, token: &token }).await;
    read.map(|information| respond::json(StatusCode::OK, &information)).map_err(refused(Some(&client_id)))
}

/// Replaces what a client is registered as.
pub async fn update(
    State(web): State<Arc<Web>>,
    Path(client_id): Path<String>,
    Managing(token): Managing,
    Json(body): Json,
) -> Result<Response, Response> {
    let manager = Manager { client_id: &client_id, token: &token };
    let updated = registration::update(&web.app, &manager, &body, web.app.clock.now()).await;
    updated.map(|information| respond::json(StatusCode::OK, &information)).map_err(refused(Some(&client_id)))
}

/// Removes a client.
pub async fn remove(
    State(web): State<Arc<Web>>,
    Path(client_id): Path<String>,
    Managing(token): Managing,
) -> Result<Response, Response> {
    let removed = registration::remove(&web.app, &Manager { client_id: &client_id, token: &token }).await;
    removed.map(|()| StatusCode::NO_CONTENT.into_response()).map_err(refused(Some(&client_id)))
}

fn refused(client_id: Option<&str>) -> impl Fn(Refusal) -> Response {
    move |refusal| error::registration(client_id, &refusal)
}

/// The initial access token, if there is one.
pub struct Bearer(Option<String>);

impl FromRequestParts<Arc<Web>> for Bearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Web>) -> Result<Self, Response> {
        let token = authorization::bearer_token(&parts.headers)
            .map_err(|twice| refused(None)(Refusal::Unauthorized(Some(twice))))?;
        Ok(Self(token.map(str::to_owned)))
    }
}

/// The registration access token.
pub struct Managing(String);

impl FromRequestParts<Arc<Web>> for Managing {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let Bearer(token) = Bearer::from_request_parts(parts, web).await?;
        token.map(Self).ok_or_else(|| refused(None)(Refusal::Unauthorized(None)))
    }
}

/// The body of a request that brings JSON.
pub struct Json(Vec<u8>);

impl FromRequest<Arc<Web>> for Json {
    type Rejection = Response;

    async fn from_request(request: Request, _: &Arc<Web>) -> Result<Self, Response> {
        let refused = |refusal| error::oauth("/register", &Error::Refused(refusal));
        form::json(request).await.map(Self).map_err(|unread| error::unread(unread, refused))
    }
}
