//! A form that a client sends, and how it authenticates: RFC 6749 §2.3.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::response::Response;

use super::authorization;
use super::form;
use super::visitor;
use crate::http::Web;
use crate::http::error;
use crate::parts::client_authentication::ClientRequest;
use crate::protocol::error::Error;

impl FromRequest<Arc<Web>> for ClientRequest {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let endpoint = request.uri().path().to_owned();
        let refused = |refusal| error::oauth(&endpoint, &Error::Refused(refusal));
        let authorization = authorization::value(request.headers()).map_err(refused)?.map(str::to_owned);
        let address = visitor::of(web, &request).address;
        let parameters = form::body(request).await.map_err(|unread| error::unread(unread, refused))?;
        Ok(Self { endpoint, authorization, parameters, address })
    }
}
