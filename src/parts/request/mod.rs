//! How an authorization request is read, by whichever way it comes.

pub mod answered;
pub mod jar;
pub mod parameters;
pub mod pushed;
mod room;

use crate::protocol::error::OAuthError;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::protocol::oauth::authorization_request::ReturnAddress;
use crate::store::assertions::UsedAssertion;

/// What was read.
pub enum Read {
    /// A request that can be decided.
    Request(Box<Received>),
    /// One that is refused, and where the refusal goes.
    Refused(ReturnAddress, OAuthError),
    /// One that must not be answered by redirect.
    Unanswerable(Unanswerable),
}

/// A request, and what of it counts once.
pub struct Received {
    /// What is asked for.
    pub request: AuthorizationRequest,
    /// The request object that said so, where it counts once.
    pub object: Option<UsedAssertion>,
    /// By which it was pushed, if it was.
    pub pushed: Option<String>,
}

/// By which way a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Through the browser.
    Browser,
    /// From the client itself (RFC 9126).
    Pushed,
}

/// Why nothing may be sent to the address that a request names.
#[derive(Debug)]
pub enum Unanswerable {
    /// No such client.
    UnknownClient(OAuthError),
    /// The address is missing, repeated, or not the client's.
    UnregisteredAddress(OAuthError),
    /// The request object that would name the address cannot be taken.
    UnusableObject(OAuthError),
    /// No such request was pushed, or it was used, or waited for too long.
    NotPushed(OAuthError),
}

impl Unanswerable {
    /// What a developer reads.
    pub const fn error(&self) -> &OAuthError {
        match self {
            Self::UnknownClient(error)
            | Self::UnregisteredAddress(error)
            | Self::UnusableObject(error)
            | Self::NotPushed(error) => error,
        }
    }
}

/// What is sealed stands in the address of our own pages, in base64: it must leave room below the limit on headers.
pub const LONGEST_SEALED: usize = 8192;
