//! A form that a client sends, and how it authenticates: RFC 6749 §2.3.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::response::Response;
use http::header;

use super::form;
use super::visitor;
use crate::http::Web;
use crate::http::error;
use crate::parts::client_authentication::ClientRequest;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;

impl FromRequest<Arc<Web>> for ClientRequest {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
        let (first, second) = (headers.next(), headers.next());
        if second.is_some() {
            let twice = OAuthError::invalid_request("the request has two Authorization headers");
            return Err(error::oauth(&Error::Refused(twice)));
        }
        let authorization = first.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let address = visitor::of(web, &request).address;
        match form::body(request).await {
            Ok(parameters) => Ok(Self { authorization, parameters, address }),
            Err(unread) => {
                let status = unread.status();
                let mut response = error::oauth(&Error::Refused(unread.error()));
                *response.status_mut() = status;
                Err(response)
            }
        }
    }
}
