//! Client registration and its management: RFC 7591 §3, RFC 7592 §2.

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::Request;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::StatusCode;

use crate::flows::registration;
use crate::flows::registration::Application;
use crate::flows::registration::Manager;
use crate::flows::registration::Refusal;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::bearer;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::http::extract::visitor;
use crate::http::respond;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;

/// Registers a client.
pub async fn register(State(web): State<Arc<Web>>, request: Request) -> Response {
    let address = visitor::of(&web, &request).address;
    let token = match bearer::token(request.headers()) {
        Ok(token) => token.map(str::to_owned),
        Err(twice) => return error::registration(&Refusal::Unauthorized(Some(twice))),
    };
    let body = match json(request).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let application = Application { token: token.as_deref(), body: &body, address };
    match registration::register(&web.app, &application, web.app.clock.now()).await {
        Ok(information) => respond::json(StatusCode::CREATED, &information),
        Err(refusal) => error::registration(&refusal),
    }
}

/// Tells a client what it is registered as.
pub async fn read(State(web): State<Arc<Web>>, Path(client_id): Path<String>, request: Request) -> Response {
    let token = match manager(&request) {
        Ok(token) => token,
        Err(refusal) => return error::registration(&refusal),
    };
    drop(request); // its body cannot be shared between threads
    match registration::read(&web.app, &Manager { client_id: &client_id, token: &token }).await {
        Ok(information) => respond::json(StatusCode::OK, &information),
        Err(refusal) => error::registration(&refusal),
    }
}

/// Replaces what a client is registered as.
pub async fn update(State(web): State<Arc<Web>>, Path(client_id): Path<String>, request: Request) -> Response {
    let token = match manager(&request) {
        Ok(token) => token,
        Err(refusal) => return error::registration(&refusal),
    };
    let body = match json(request).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let manager = Manager { client_id: &client_id, token: &token };
    match registration::update(&web.app, &manager, &body, web.app.clock.now()).await {
        Ok(information) => respond::json(StatusCode::OK, &information),
        Err(refusal) => error::registration(&refusal),
    }
}

/// Removes a client.
pub async fn remove(State(web): State<Arc<Web>>, Path(client_id): Path<String>, request: Request) -> Response {
    let token = match manager(&request) {
        Ok(token) => token,
        Err(refusal) => return error::registration(&refusal),
    };
    drop(request); // its body cannot be shared between threads
    let manager = Manager { client_id: &client_id, token: &token };
    match registration::remove(&web.app, &manager).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => error::registration(&refusal),
    }
}

/// The registration access token.
fn manager(request: &Request) -> Result<String, Refusal> {
    let token = bearer::token(request.headers()).map_err(|twice| Refusal::Unauthorized(Some(twice)))?;
    token.map(str::to_owned).ok_or(Refusal::Unauthorized(None))
}

/// The body of a request that brings JSON.
async fn json(request: Request) -> Result<Vec<u8>, Response> {
    let (parts, body) = request.into_parts();
    let refused = |status, error| {
        let mut response = error::oauth(&Error::Refused(error));
        *response.status_mut() = status;
        response
    };
    if !form::is(&parts.headers, "application/json") {
        let error = OAuthError::invalid_request("the content type must be application/json");
        return Err(refused(Unread::NotAForm.status(), error));
    }
    form::whole(&parts.headers, body).await.map_err(|unread| refused(unread.status(), unread.error()))
}
