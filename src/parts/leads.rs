//! Where a sign-in with a password leads before it goes on, and what answers it.

use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::credential::new_password::Standing;
use crate::identity::lead::Lead;
use crate::identity::lead::Mended;
use crate::identity::proof::Proved;
use crate::parts::record::Change;
use crate::store::authenticators::Kinds;
use crate::store::cache::Kind;
use crate::store::sessions;
use crate::store::sessions::Session;

/// What is known of somebody in whose name a session opens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// What they prove themselves with beside a password.
    pub beside: Kinds,
    /// Whether they signed in in this browser before.
    pub browser: bool,
}

/// After "not now" a passkey is offered no earlier than this, and only in a browser in which the person never signed in
/// before: each device is asked once, and one that forgets everything does not ask every day.
pub const PAUSE: Duration = Duration::from_secs(30 * 86_400);

/// After "never" a passkey is offered no more.
pub const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// Where a sign-in leads; nowhere without a password. A password that is too short comes before an offer.
pub fn due(app: &App, proved: &Proved, known: Known, offer_after: Option<Timestamp>, now: Timestamp) -> Option<Lead> {
    let seen = proved.seen?;
    if let Some(short) = Lead::of_length(seen.characters, standing(known.beside)) {
        return Some(short);
    }
    let may_offer = offer_after.is_none_or(|after| after <= now && !known.browser);
    let makes_one = seen.makes_passkeys && app.passkeys.is_some() && !known.beside.passkey;
    (may_offer && makes_one).then_some(Lead::Passkey)
}

/// How a password stands beside these.
pub const fn standing(beside: Kinds) -> Standing {
    if beside.totp || beside.passkey || beside.text { Standing::WithSecondFactor } else { Standing::Alone }
}

/// Whether a session waits for an answer that cannot be put off: until then it is nobody's.
pub fn holds_up(app: &App, session: &Session, now: Timestamp) -> bool {
    let over = app
        .config
        .passwords
        .short_until
        .and_then(|day| app.config.units.time_zone.end(day))
        .is_some_and(|end| end <= now);
    over && session.lead().is_some_and(Lead::is_short)
}

/// What somebody did may be what their session led to.
pub async fn meet(change: &mut Change<'_>, session: &Session, mended: Mended) -> Result<(), Fault> {
    match session.lead() {
        Some(lead) if lead.is_met_by(mended) => answer(change, session).await,
        Some(_) | None => Ok(()),
    }
}

/// It is answered: the session leads nowhere any more.
pub async fn answer(change: &mut Change<'_>, session: &Session) -> Result<(), Fault> {
    sessions::answer(&mut change.tx, session.id).await?;
    change.announce(Kind::Session, session.id.to_string());
    Ok(())
}
