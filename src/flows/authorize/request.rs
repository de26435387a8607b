//! Reading an authorization request: first who asks and where answers may go, then the rest.

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::clients;
use crate::flows::clients::Client;
use crate::flows::issue;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::authorization_request::ReturnAddress;
use crate::protocol::oauth::parameters::Parameters;

/// What was read.
pub enum Read {
    /// A request that can be decided.
    Request(Arc<Client>, Box<AuthorizationRequest>),
    /// One that is refused, and where the refusal goes.
    Refused(ReturnAddress, OAuthError),
    /// One that must not be answered by redirect.
    Unanswerable(Unanswerable),
}

/// Why nothing may be sent to the address that a request names.
#[derive(Debug)]
pub enum Unanswerable {
    /// No such client.
    UnknownClient(OAuthError),
    /// The address is missing, repeated, or not the client's.
    UnregisteredAddress(OAuthError),
}

/// A request whose canonical form is longer must be pushed.
const LONGEST: usize = 4096;
/// What is sealed stands in the address of our own pages, in base64: it must leave room below the limit on headers.
const LONGEST_SEALED: usize = 8192;

/// Reads the parameters of a request.
pub async fn read(app: &App, parameters: &Parameters, now: Timestamp) -> Result<Read, Fault> {
    let Some(id) = parameters.get("client_id") else {
        let error = OAuthError::invalid_request("client_id is missing or repeated");
        return Ok(Read::Unanswerable(Unanswerable::UnknownClient(error)));
    };
    let Some(client) = clients::find(app, id, now).await? else {
        let error = OAuthError::invalid_client("no client is registered under this client_id");
        return Ok(Read::Unanswerable(Unanswerable::UnknownClient(error)));
    };
    let address = match ReturnAddress::parse(parameters, &client.metadata) {
        Ok(address) => address,
        Err(error) => return Ok(Read::Unanswerable(Unanswerable::UnregisteredAddress(error))),
    };
    if parameters.canonical_len() > LONGEST {
        let error = OAuthError::invalid_request("the request is longer than 4 KiB");
        return Ok(Read::Refused(address, error));
    }
    match AuthorizationRequest::parse(parameters, &client.id, &client.metadata, &address) {
        Ok(request) if sealed_size(&request)? > LONGEST_SEALED => {
            let error = OAuthError::invalid_request("the request is too long to travel through the sign-in pages");
            Ok(Read::Refused(address, error))
        }
        Ok(mut request) => {
            request.claims = issue::claims::permitted(app, &client, request.claims);
            Ok(Read::Request(client, Box::new(request)))
        }
        Err(error) => Ok(Read::Refused(address, error)),
    }
}

/// How long the request is as it will be sealed: escapes make it longer than it came.
fn sealed_size(request: &AuthorizationRequest) -> Result<usize, Fault> {
    struct Counter(usize);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, request).map_err(Fault::broken)?;
    Ok(counter.0)
}
