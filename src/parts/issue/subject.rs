//! The subject identifier of a person at a client: OpenID Connect Core §8.

use uuid::Uuid;

use crate::app::App;
use crate::base::secret::base64url;
use crate::base::secret::hmac_sha256;
use crate::parts::clients::Client;
use crate::protocol::oauth::client_metadata::SubjectType;
use crate::protocol::oidc::subject;

/// The `sub` of `person` at `client`.
pub fn of(app: &App, person: Uuid, client: &Client) -> String {
    let key = app.pairwise.expose();
    match client.metadata.subject_type {
        SubjectType::Pairwise => subject::pairwise(key, client.sector.0, person),
        SubjectType::Public => subject::public(key, person),
    }
}

/// The `sid` of `session` at `client`: one for the clients of a sector, and it says nothing to any other.
pub fn session(app: &App, session: Uuid, client: &Client) -> String {
    subject::session(app.pairwise.expose(), client.sector.0, session)
}

/// The `sub` of a token that one client hands to a claims source: it says nothing to either. The source learns its own
/// identifier of the person by introspection, and neither of them the other's.
pub fn between(app: &App, grant: Uuid, source: &str) -> String {
    base64url(&hmac_sha256(app.pairwise.expose(), &[b"between", grant.as_bytes(), source.as_bytes()]))
}
