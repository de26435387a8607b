//! What a sign-in gave: one value, carried whole from the code to the grant and from there to every token.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::assurance::Acr;
use super::assurance::Amr;
use crate::base::time::Timestamp;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;

/// A sign-in page stands open for so long at most: an id of what a sign-in gave may be older than its session by as much.
pub const LONGEST_LOGIN: Duration = Duration::from_secs(4 * 3600);

/// What one sign-in at one client gave. Names are those that codes and rows had before it was one value, so that a former
/// version reads them beside this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authorization {
    /// The grant, whose death is that of everything issued on it; the code had this id before.
    #[serde(rename = "id")]
    pub grant: Uuid,
    /// The person.
    #[serde(rename = "person_id")]
    pub person: Uuid,
    /// The session in which the person signed in.
    #[serde(rename = "session_id")]
    pub session: Uuid,
    /// The client.
    #[serde(rename = "client_id")]
    pub client: String,
    /// Which incarnation of it.
    pub client_epoch: i64,
    /// What was granted; what counts of it may be less today.
    pub scope: Scope,
    /// The claims that were asked for one by one.
    pub claims: ClaimsRequest,
    /// The resource that access tokens are for (RFC 8707); ourselves where absent.
    pub resource: Option<String>,
    /// What the ID token that answers the request repeats.
    pub nonce: Option<String>,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// How surely.
    pub acr: Acr,
    /// By which methods.
    pub amr: Amr,
}

/// Of whom an access token speaks.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Of a person, by what their sign-in gave.
    Person(&'a Authorization),
    /// Of the same person to somebody who learns nothing but this identifier, made for the occasion.
    Occasion {
        /// What the person's sign-in gave.
        of: &'a Authorization,
        /// The identifier.
        sub: &'a str,
    },
    /// Of the client itself (RFC 6749 §4.4): nobody else stands behind it.
    Client,
}
