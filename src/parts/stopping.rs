//! The link of a letter by which somebody stops what they did not do.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::letters::Link;
use crate::parts::sealed::Sealed;

/// What such a link carries.
#[derive(Serialize, Deserialize)]
pub struct Stop {
    /// Whose account it is.
    pub person: Uuid,
    /// When it was done.
    pub at: Timestamp,
    /// What was done.
    pub what: Done,
}

/// What can be stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// A recovery of this id began.
    Recovery(Uuid),
    /// Authenticators of this kind were added.
    Added(String),
    /// One was removed: it does not come back.
    Removed,
    /// The password is another.
    Password,
    /// Addresses of these ways are others, and perhaps the password with them.
    Addresses(Vec<String>),
    /// The same as who reads at a new one may stop it: as long as each way leads where this mark says.
    NewAddresses(Vec<(String, String)>),
    /// Somebody confirmed who they are.
    Proofed,
}

impl Sealed for Stop {
    const PURPOSE: Purpose = Purpose("stop");
}

/// The link that stops what is done to `person` at `now`.
pub fn link(app: &App, person: Uuid, what: Done, now: Timestamp) -> Result<Link, Fault> {
    Ok(Link::to_stop(&sealed(app, person, what, now)?))
}

/// What such a link carries.
pub fn sealed(app: &App, person: Uuid, what: Done, now: Timestamp) -> Result<String, Fault> {
    Stop { person, at: now, what }.seal(app, now)
}
