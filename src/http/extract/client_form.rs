//! A form that a client sends, and how it authenticates: RFC 6749 §2.3.

use axum::extract::Request;
use axum::response::Response;
use http::header;

use super::form;
use crate::http::error;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;

/// What a client sent.
pub struct ClientForm {
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The parameters in the body.
    pub parameters: Parameters,
}

/// Reads the form; the answer where it cannot be read.
pub async fn read(request: Request) -> Result<ClientForm, Response> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
    let (first, second) = (headers.next(), headers.next());
    if second.is_some() {
        let twice = OAuthError::invalid_request("the request has two Authorization headers");
        return Err(error::oauth(&Error::Refused(twice)));
    }
    let authorization = first.and_then(|value| value.to_str().ok()).map(str::to_owned);
    match form::body(request).await {
        Ok(parameters) => Ok(ClientForm { authorization, parameters }),
        Err(unread) => {
            let status = unread.status();
            let mut response = error::oauth(&Error::Refused(unread.error()));
            *response.status_mut() = status;
            Err(response)
        }
    }
}
