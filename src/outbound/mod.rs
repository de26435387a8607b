//! The way out of the building.

pub mod address;
pub mod api;
pub mod fetch;
pub mod jwks;
pub mod mail;
pub mod resolve;
pub mod sms;
pub mod turns;

use std::future::Future;
use std::pin::Pin;
use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::timeout;

use crate::base::secret::Secret;

/// The port through which every URL is opened that a stranger can make us open.
pub trait Fetch: Send + Sync {
    /// Sends `request`, once.
    fn send<'a>(&'a self, request: Request<'a>) -> Fetching<'a>;
}

/// What [`Fetch::send`] answers.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Response, Unreachable>> + Send + 'a>>;

/// A request that leaves the building.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// On whose behalf: a client's id, or another name that stands for nobody else. Turns are counted by it.
    pub whom: &'a str,
    /// For what, on whose word: look-ups of one lane take none of another's.
    pub lane: Lane,
    /// An https URL.
    pub url: &'a str,
    /// Parameters of a form to post; a GET where absent.
    pub form: Option<&'a [(&'a str, &'a str)]>,
    /// An access token to present (RFC 6750 §2.1).
    pub bearer: Option<&'a Secret<String>>,
    /// What a successful answer must be.
    pub expect: Expect,
}

/// Why we leave the building, and on whose word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The operator named the place, or the client that did.
    Declared,
    /// A client that registered itself named it, or somebody who would.
    Strangers,
    /// A notice to a client of the operator's.
    Notices,
    /// A notice to a client that registered itself.
    StrangersNotices,
}

/// What a successful answer must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// `application/json`, or a type with the suffix `+json`.
    Json,
    /// A JWT: its signature counts, not its media type.
    Jwt,
    /// Its status alone.
    Status,
}

/// An answer with a 2xx status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The body; empty where the status alone was wanted.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// We do not go there: not https, an address that is not public, a URL that is none.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// Too many requests are under way on the same behalf, and none ended in time.
    #[error("too many requests of ours are under way")]
    Busy,
    /// No answer: name, connection, certificate, time.
    #[error("no answer: {0}")]
    Failed(String),
    /// A status other than 2xx.
    #[error("the answer has status {0}")]
    Status(u16),
    /// An answer that is too long, or not what was expected.
    #[error("the answer {0}")]
    Unusable(&'static str),
}

impl<'a> Request<'a> {
    /// A GET on behalf of `whom`, whose answer must be `expect`.
    pub const fn get(whom: &'a str, url: &'a str, expect: Expect) -> Self {
        Self { whom, lane: Lane::Strangers, url, form: None, bearer: None, expect }
    }

    /// A form by POST on behalf of `whom`, whose answer is its status.
    pub const fn post(whom: &'a str, url: &'a str, form: &'a [(&'a str, &'a str)]) -> Self {
        Self { whom, lane: Lane::Strangers, url, form: Some(form), bearer: None, expect: Expect::Status }
    }

    /// The same in another lane than the strangers'.
    pub const fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }
}

/// Why a letter did not leave. Neither says to whom it was: operators read it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// Nobody can be reached there, now or later.
    #[error("{0}")]
    Refused(String),
    /// The gateway does not take this one: that may pass, and says nothing of others.
    #[error("{0}")]
    Unwelcome(String),
    /// The gateway did not take it: that may pass.
    #[error("{0}")]
    Failed(String),
}

/// Whether a gateway failed when it was last tried, or took half as long as it may. What it says of one address is no failure
/// of its, nor the end of one.
#[derive(Debug, Default)]
pub struct Trouble(AtomicBool);

impl Trouble {
    /// Follows a try that may take as long as `patience`: that it takes long is known before it ends.
    pub async fn follow(
        &self,
        patience: Duration,
        letter: impl Future<Output = Result<(), Unsent>>,
    ) -> Result<(), Unsent> {
        let mut letter = pin!(letter);
        let (outcome, is_slow) = match timeout(patience / 2, &mut letter).await {
            Ok(outcome) => (outcome, false),
            Err(_) => {
                self.0.store(true, Ordering::Relaxed);
                (letter.await, true)
            }
        };
        match &outcome {
            Err(Unsent::Refused(_) | Unsent::Unwelcome(_)) => {}
            Ok(()) => self.0.store(is_slow, Ordering::Relaxed),
            Err(Unsent::Failed(_)) => self.0.store(true, Ordering::Relaxed),
        }
        outcome
    }

    /// Whether it is in trouble.
    pub fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
