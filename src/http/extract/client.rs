//! What clients send to the token endpoint and its kin: a form, with at most one `Authorization` header.

use axum::extract::Request;
use axum::response::Response;
use http::header;

use super::form;
use crate::http::error;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;

/// The request of a client.
pub struct ClientRequest {
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The form.
    pub parameters: Parameters,
}

/// Reads a client's request; the error is its answer (RFC 6749 §5.2).
#[allow(clippy::result_large_err)] // it is sent as it is
pub async fn read(request: Request) -> Result<ClientRequest, Response> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
    let (first, second) = (headers.next(), headers.next());
    if second.is_some() {
        let twice = OAuthError::invalid_request("the request has two Authorization headers");
        return Err(error::oauth(&Error::Refused(twice)));
    }
    let authorization = first.and_then(|value| value.to_str().ok()).map(str::to_owned);
    match form::body(request).await {
        Ok(parameters) => Ok(ClientRequest { authorization, parameters }),
        Err(unread) => {
            let status = unread.status();
            let mut response = error::oauth(&Error::Refused(unread.error()));
            *response.status_mut() = status;
            Err(response)
        }
    }
}
