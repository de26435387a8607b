//! How sure a service wants to be of who signs in.

use crate::identity::assurance::Acr;
use crate::parts::clients::Client;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;

/// The class that a request asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// This one, if it can be had.
    pub acr: Acr,
    /// Nothing less than this one counts.
    pub essential: Option<Acr>,
}

/// The class that a request asks for: the strictest of what it says and of what its client takes at all, of which each may
/// name several.
pub fn of(request: &AuthorizationRequest, client: &Client) -> Option<Wanted> {
    let voluntary = Acr::least(request.acr_values.iter().map(String::as_str));
    let essential = Acr::least(request.claims.essential_acr().unwrap_or_default());
    let essential = essential.max(Acr::least(client.metadata.min_acr.as_deref()));
    let acr = voluntary.max(essential)?;
    Some(Wanted { acr, essential })
}
