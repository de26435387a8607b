//! How sure a service wants to be of who signs in.

use uuid::Uuid;

use crate::identity::assurance::Acr;
use crate::parts::clients::Client;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;

/// The class that a sign-in in progress is to reach.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// This one, if it can be had.
    acr: Acr,
    /// Nothing less than this one counts.
    pub essential: Option<Acr>,
    /// Who goes on with less than could be had.
    without: Option<Uuid>,
}

/// The class that a sign-in is to reach: the strictest of what its request says and of what its client takes at all, of which
/// each may name several. Who goes on `without` is asked for the least.
pub fn of(request: &AuthorizationRequest, client: &Client, without: Option<Uuid>) -> Option<Wanted> {
    let voluntary = Acr::least(request.acr_values.iter().map(String::as_str));
    let voluntary = voluntary.max(Acr::least(request.claims.voluntary_acr().unwrap_or_default()));
    let essential = Acr::least(request.claims.essential_acr().unwrap_or_default());
    let essential = essential.max(Acr::least(client.metadata.min_acr.as_deref()));
    let acr = voluntary.max(essential)?;
    Some(Wanted { acr, essential, without })
}

impl Wanted {
    /// This class, where no service asks.
    pub const fn class(acr: Acr) -> Self {
        Self { acr, essential: None, without: None }
    }

    /// What this person is asked for.
    pub fn asked_of(&self, person: Uuid) -> Option<Acr> {
        if self.without == Some(person) { self.essential } else { Some(self.acr) }
    }
}
