//! The subject identifier of a person at a client: OpenID Connect Core §8.

use uuid::Uuid;

use crate::app::App;
use crate::flows::clients::Client;
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
