//! Browsers in which somebody signed in before: a sealed cookie names the person, and how often their browsers were forgotten by
//! then. Whoever recovers an account forgets them all: one that was lost knows nothing any more.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::parts::sealed;
use crate::parts::sessions::Visitor;
use crate::store::people;

const DEVICE: Purpose = Purpose("device");
/// A browser is remembered for so long after a sign-in.
pub const LIFETIME: Duration = Duration::from_secs(180 * 86_400);

/// What the cookie of a visitor's browser names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    /// The account; with a cookie of a former version, perhaps a name.
    pub account: [u8; 32],
    forgotten: i64,
}

/// The cookie by which a browser is known in which this person signs in now.
pub async fn cookie(app: &App, person: Uuid, now: Timestamp) -> Result<String, Fault> {
    let mut plain = account_of(person).to_vec();
    // Where none were forgotten it is what a former version makes and reads.
    match people::devices_forgotten(&app.db, person).await? {
        0 => {}
        times => plain.extend(times.to_be_bytes()),
    }
    sealed::seal(app, DEVICE, &plain, now)
}

/// Whether this person signed in before in the visitor's browser, and it was not forgotten since.
pub async fn knows(app: &App, person: Uuid, visitor: &Visitor) -> bool {
    match named(app, visitor).filter(|named| named.account == account_of(person)) {
        Some(named) => named.counts_for(app, person).await,
        None => false,
    }
}

/// What the visitor's cookie names.
pub(super) fn named(app: &App, visitor: &Visitor) -> Option<Named> {
    let plain = sealed::open(app, DEVICE, visitor.device.as_deref()?)?;
    let (account, times) = plain.split_at_checked(32)?;
    let forgotten = if times.is_empty() { 0 } else { i64::from_be_bytes(times.try_into().ok()?) };
    Some(Named { account: account.try_into().ok()?, forgotten })
}

impl Named {
    /// Whether the browser was not forgotten since. Where that cannot be known, it was.
    pub(super) async fn counts_for(self, app: &App, person: Uuid) -> bool {
        people::devices_forgotten(&app.db, person).await.is_ok_and(|times| times == self.forgotten)
    }
}

/// The digest that stands for a person's account.
pub(super) fn account_of(person: Uuid) -> [u8; 32] {
    sha256(&[b"person".as_slice(), person.as_bytes()].concat())
}
