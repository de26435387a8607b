//! What is measured: each path, the least that it must do, and how many times that it may cost (`sign-in.md`).

use super::bare::Need;
use super::user::Operation;

pub struct Path {
    pub name: &'static str,
    pub operation: Operation,
    pub state: State,
    pub floor: &'static [(f64, Need)],
    /// Times the floor, on SQLite and on PostgreSQL, where a bound was set.
    pub wanted: Option<[f64; 2]>,
}

/// What the provider remembers of those who call.
#[derive(Clone, Copy, PartialEq)]
pub enum State {
    Warm,
    /// It started since their last call, and served others.
    Restarted,
    /// Each brings a token that was never shown before.
    FreshToken,
    /// Each brings the refresh token of a grant of some day long ago; where a history is asked for only.
    LongAgo,
    /// Each has a passkey.
    Keyed,
}

const SSO: &[(f64, Need)] = &[(2.0, Need::Exchange), (2.0, Need::Signature)];
const REFRESH: &[(f64, Need)] = &[(1.0, Need::Exchange), (2.0, Need::Signature)];
const VERIFIED: &[(f64, Need)] = &[(1.0, Need::Exchange), (1.0, Need::Verification)];
const EXCHANGE: &[(f64, Need)] = &[(1.0, Need::Exchange)];

pub const PATHS: [Path; 11] = [
    Path { name: "SSO sign-in", operation: Operation::Sso, state: State::Warm, floor: SSO, wanted: Some([2.0, 2.5]) },
    Path {
        name: "SSO sign-in, nothing in memory",
        operation: Operation::Sso,
        state: State::Restarted,
        floor: SSO,
        wanted: Some([4.0, 5.0]),
    },
    Path {
        name: "refresh",
        operation: Operation::Refresh,
        state: State::Warm,
        floor: REFRESH,
        wanted: Some([2.5, 3.0]),
    },
    Path {
        name: "refresh, of 180 days",
        operation: Operation::Refresh,
        state: State::LongAgo,
        floor: REFRESH,
        wanted: Some([2.5, 3.0]),
    },
    Path {
        name: "client credentials",
        operation: Operation::ClientCredentials,
        state: State::Warm,
        floor: &[(1.0, Need::Exchange), (1.0, Need::Signature)],
        wanted: Some([2.0, 2.0]),
    },
    Path {
        name: "UserInfo, a fresh token",
        operation: Operation::UserInfo,
        state: State::FreshToken,
        floor: VERIFIED,
        wanted: Some([2.5, 3.0]),
    },
    Path {
        name: "UserInfo again",
        operation: Operation::UserInfo,
        state: State::Warm,
        floor: EXCHANGE,
        wanted: Some([5.0, 8.0]),
    },
    Path {
        name: "introspection, a fresh token",
        operation: Operation::Introspection,
        state: State::FreshToken,
        floor: VERIFIED,
        wanted: Some([2.5, 3.0]),
    },
    Path {
        name: "introspection again",
        operation: Operation::Introspection,
        state: State::Warm,
        floor: EXCHANGE,
        wanted: Some([5.0, 8.0]),
    },
    Path {
        name: "password sign-in",
        operation: Operation::PasswordSignIn,
        state: State::Warm,
        floor: &[(1.0, Need::Hash)],
        wanted: Some([1.05, 1.05]),
    },
    // The page, the challenge, and the answer that gets a code.
    Path {
        name: "passkey sign-in",
        operation: Operation::PasskeySignIn,
        state: State::Keyed,
        floor: &[(3.0, Need::Exchange), (1.0, Need::Verification)],
        wanted: None,
    },
];
