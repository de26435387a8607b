//! What the five portals together have seen of each browser: the observer of the demonstration.
//!
//! Real portals do not talk to one another, and nothing that the provider gives them would let them: each is told a `sub`
//! and a `sid` of its own. This one process runs all five and gives the browser one cookie for all, so it can count how
//! often a password was typed for what they show; every number comes out of ID tokens that a portal has verified.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use moka::sync::Cache;

use crate::base::time::Timestamp;

use super::kind::Kind;

/// What the portals have seen, by the observer's cookie.
pub struct Board(Cache<String, Arc<Mutex<Seen>>>);

/// One verified ID token, as the board notes it.
#[derive(Clone, Copy, Debug)]
pub struct Sighting {
    /// The portal that verified it.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// Its `auth_time`.
    pub auth_time: Timestamp,
    /// How the person authenticated at `auth_time`.
    pub method: Method,
}

/// What the `amr` of an ID token comes to (RFC 8176 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `pwd` is among its values, and no passkey.
    Password,
    /// Both are: a passkey took further who had typed a password, at that time or earlier in the session.
    PasswordAndKey,
    /// `pwd` is not.
    Other,
}

#[derive(Default)]
struct Seen {
    /// The first sighting of each authentication, by its `auth_time`.
    authentications: BTreeMap<Timestamp, Sighting>,
    visits: Vec<(Kind, Timestamp)>,
    /// The session as each portal was told of it.
    sids: BTreeMap<Kind, String>,
}

impl Default for Board {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(SESSIONS).time_to_live(KEPT).build())
    }
}

impl Board {
    /// Notes what a verified ID token of the session `sid` says in a browser. Where the portal knew of another session
    /// there, that one is over.
    pub fn note(&self, browser: &str, sid: &str, sighting: Sighting) {
        let seen = self.0.get_with(browser.to_owned(), Arc::default);
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.sids.get(&sighting.kind).is_some_and(|known| known != sid) {
            *seen = Seen::default();
        }
        seen.sids.insert(sighting.kind, sid.to_owned());
        seen.authentications.entry(sighting.auth_time).or_insert(sighting);
        seen.visits.retain(|(kind, _)| *kind != sighting.kind);
        seen.visits.push((sighting.kind, sighting.at));
    }

    /// The session of a browser is over.
    pub fn forget(&self, browser: &str) {
        self.0.invalidate(browser);
    }

    /// How many times a password was typed in the session: the distinct `auth_time` values with `pwd` in `amr`, but for those
    /// at which a passkey took an earlier one further.
    pub fn password_count(&self, browser: &str) -> usize {
        let typed = |seen: &Seen| {
            seen.authentications.values().fold(0, |count: usize, first| match (first.method, count) {
                (Method::Password, _) | (Method::PasswordAndKey, 0) => count.saturating_add(1),
                (Method::PasswordAndKey | Method::Other, _) => count,
            })
        };
        self.look(browser, typed).unwrap_or(0)
    }

    /// The first portal that was told of the authentication at `auth_time`, and when.
    pub fn first(&self, browser: &str, auth_time: Timestamp) -> Option<(Kind, Timestamp)> {
        self.look(browser, |seen| seen.authentications.get(&auth_time).map(|first| (first.kind, first.at))).flatten()
    }

    /// When the portal was last opened in the session, if it was.
    pub fn visit(&self, browser: &str, kind: Kind) -> Option<Timestamp> {
        self.look(browser, |seen| seen.visits.iter().find(|(seen, _)| *seen == kind).map(|(_, at)| *at)).flatten()
    }

    fn look<T>(&self, browser: &str, ask: impl FnOnce(&Seen) -> T) -> Option<T> {
        let seen = self.0.get(browser)?;
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        Some(ask(&seen))
    }
}

const SESSIONS: u64 = 10_000;
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    fn sighting(kind: Kind, auth_time: i64, method: Method) -> Sighting {
        Sighting {
            kind,
            at: Timestamp::from_seconds(auth_time + 5),
            auth_time: Timestamp::from_seconds(auth_time),
            method,
        }
    }

    #[test]
    fn five_portals_that_share_an_auth_time_saw_one_password() {
        let board = Board::default();
        for kind in Kind::all() {
            board.note("s", &format!("sid at {kind:?}"), sighting(kind, 100, Method::Password));
        }
        assert_eq!(board.password_count("s"), 1);
        let first = Some((Kind::National, Timestamp::from_seconds(105)));
        assert_eq!(board.first("s", Timestamp::from_seconds(100)), first);
        board.note("s", "sid at Hospital", sighting(Kind::Hospital, 200, Method::Password));
        assert_eq!(board.password_count("s"), 2);
        assert_eq!(board.visit("s", Kind::Hospital), Some(Timestamp::from_seconds(205)));
    }

    #[test]
    fn a_passkey_that_took_a_password_further_is_no_second_password() {
        let board = Board::default();
        board.note("s", "a", sighting(Kind::National, 100, Method::Password));
        board.note("s", "b", sighting(Kind::Hospital, 200, Method::PasswordAndKey));
        assert_eq!(board.password_count("s"), 1);
        board.note("t", "a", sighting(Kind::National, 100, Method::PasswordAndKey));
        assert_eq!(board.password_count("t"), 1);
    }

    #[test]
    fn another_session_or_another_method_is_not_counted() {
        let board = Board::default();
        board.note("s", "a", sighting(Kind::National, 100, Method::Other));
        assert_eq!(board.password_count("s"), 0);
        assert_eq!(board.password_count("t"), 0);
        assert_eq!(board.visit("t", Kind::National), None);
    }

    #[test]
    fn another_session_in_the_same_browser_begins_anew() {
        let board = Board::default();
        board.note("s", "a", sighting(Kind::National, 100, Method::Password));
        board.note("s", "b", sighting(Kind::Hospital, 100, Method::Password));
        board.note("s", "c", sighting(Kind::National, 300, Method::Password));
        assert_eq!((board.password_count("s"), board.visit("s", Kind::Hospital)), (1, None));
        board.forget("s");
        assert_eq!(board.password_count("s"), 0);
    }
}
