//! The second page: the code that reached the address.

use super::Asked;
use super::Reached;
use super::Thread;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::parts::one_time_code::Verdict;
use crate::parts::sealed::Sealed;

/// What came of a code.
pub enum Answer {
    /// It is right: this leads on.
    Right(String),
    /// It is another; one may try again.
    Wrong,
    /// Whatever it is: its time or its tries are over.
    Over,
}

/// Takes the code.
pub async fn check(app: &App, asked: &Asked, typed: &Secret<String>, now: Timestamp) -> Result<Answer, Fault> {
    Ok(match asked.code.check(app, typed, now).await? {
        Verdict::Right => {
            let thread = Thread { since: now, ..asked.thread.clone() };
            Answer::Right(Reached { thread }.seal(app, now)?)
        }
        Verdict::Wrong => Answer::Wrong,
        Verdict::Over => Answer::Over,
    })
}
