//! How people prove who they are: steps, each `(proved, presented) -> proved`. What is proved travels sealed with the sign-in;
//! when it suffices for what is asked, the sign-in ends in one [`Authenticated`](super::sessions::Authenticated), whatever
//! proved it.

pub mod code;
mod guess;
pub mod new_passkey;
pub mod passkey;
pub mod password;
mod shut;
pub mod text;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::assurance::Acr;
use crate::identity::assurance::Level;
use crate::identity::audit::Refused;
use crate::identity::proof::Proof;
use crate::identity::proof::Proved;
use crate::parts::networks::network_of;
use crate::parts::record;
use crate::parts::sessions::Visitor;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;
use crate::store::authenticators;
use crate::store::authenticators::Kind;
use crate::store::authenticators::Kinds;
use crate::store::credentials;
use crate::store::db::Tx;
use crate::store::proofings;

/// What a browser presents.
pub enum Presented {
    /// A name and a password.
    Password(password::Typed),
    /// A code, of who proved something else.
    Code(code::Typed),
    /// What a passkey answered to a challenge.
    Passkey(passkey::Answer),
    /// What was made a moment ago, in the form that is answered, of whom it was made for.
    Made(Made),
}

/// What somebody has just made to sign in with. It comes from no browser: whoever makes it has verified what did.
pub struct Made {
    /// Whose it is.
    pub person: Uuid,
    /// What it proves.
    pub proof: Proof,
}

/// What came of a step.
#[derive(Debug)]
pub enum Stepped {
    /// So much is proved now, by somebody who has these kinds of authenticators.
    Proved(Proved, Kinds),
    /// What was proved before stays proved, and nothing more.
    Not(Refusal),
}

/// Why a step proved nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is wrong, or too old.
    Wrong,
    /// Too many tries: the next one counts after this time.
    Wait(Duration),
}

/// By what more a person can prove who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// A code of an authenticator, or from paper.
    pub code: bool,
    /// Whether they have an authenticator app, and not paper alone.
    pub app: bool,
    /// Whether a code from paper is left.
    pub paper: bool,
    /// A code that is sent to their telephone.
    pub text: bool,
    /// A passkey.
    pub passkey: bool,
}

/// What was proved counts for so long, if the sign-in does not end.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// What counts of what was proved.
pub fn alive(proved: Option<&Proved>, now: Timestamp) -> Option<&Proved> {
    proved.filter(|proved| proved.since + LIFETIME > now)
}

/// One step. Somebody else than before begins anew.
pub async fn step(
    app: &Arc<App>,
    proved: Option<&Proved>,
    presented: Presented,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Stepped, Fault> {
    let proved = alive(proved, now);
    let known = proved.map(|proved| proved.person);
    let seen = match &presented {
        Presented::Password(typed) => Some(typed.seen()),
        Presented::Code(_) | Presented::Passkey(_) | Presented::Made(_) => None,
    };
    let checked = match (presented, known) {
        (Presented::Password(typed), _) => password::check(app, typed, visitor, now).await?,
        (Presented::Code(code), Some(person)) => code::check(app, code, person, visitor, now).await?,
        (Presented::Code(_), None) => Err(Refusal::Wrong), // a code alone is nobody's
        (Presented::Passkey(answer), known) => passkey::check(app, answer, known, visitor, now).await?,
        (Presented::Made(Made { person, proof }), _) => {
            Ok((person, proof, authenticators::kinds(&app.db, person).await?))
        }
    };
    let (person, proof, beside) = match checked {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Stepped::Not(refusal)),
    };
    let same = proved.filter(|proved| proved.person == person).cloned();
    let mut proved = match same {
        Some(proved) => proved.and(proof),
        None => Proved::first(person, proof, now),
    };
    proved.seen = seen.or(proved.seen);
    Ok(Stepped::Proved(proved, beside))
}

/// What a step that was right says: who it is, by what, and which kinds of authenticators they have.
type Checked = Result<(Uuid, Proof, Kinds), Refusal>;

/// Whether a guess has to wait for its turn on the throttle's ladder.
pub async fn put_off(app: &App, attempt: &Attempt, visitor: &Visitor, now: Timestamp) -> Option<Refusal> {
    let wait = throttle::must_wait(app, attempt, now).await?;
    record::refused(app, Refused::SignInPutOff, None, &network_of(visitor.address));
    Some(Refusal::Wait(wait))
}

/// A guess was wrong: it stays counted on the ladder, and stands in the trail.
pub fn wrong(app: &App, person: Option<Uuid>, visitor: &Visitor) -> Refusal {
    record::refused(app, Refused::SignIn, person, &network_of(visitor.address));
    Refusal::Wrong
}

/// By what more somebody who proved so much has to prove themselves; `None` where it suffices. Who has a second factor is
/// asked for it, whatever the service wants, unless they are signed in.
pub fn lacks(proved: &Proved, beside: Kinds, wanted: Option<Acr>) -> Option<Ways> {
    let amr = proved.amr();
    // A session is worth its class, and goes on as it is where that suffices.
    let is_short = proved.rests_on().map(|acr| wanted > Some(acr));
    if wanted == Some(Acr::Three) && beside.passkey && is_short.unwrap_or(!proved.resists_phishing()) {
        return Some(Ways { code: false, app: false, paper: false, text: false, passkey: true });
    }
    let (app, paper) = (beside.totp, beside.recovery_code);
    let ways = Ways { code: beside.code(), app, paper, text: beside.text, passkey: beside.passkey };
    (is_short.unwrap_or(!amr.are_several()) && (ways.code || ways.text || ways.passkey)).then_some(ways)
}

/// What a service wants of a person, as far as it can be reached by proving more: the level of who is not proofed stays what it is.
pub async fn within_reach(app: &App, person: Uuid, wanted: Option<Acr>) -> Result<Option<Acr>, Fault> {
    let Some(wanted) = wanted.filter(|wanted| *wanted > Acr::One) else { return Ok(None) };
    Ok((proofings::level(&app.db, person).await? >= Level::Two).then_some(wanted))
}

/// The same as [`lacks`], of what a sign-in under way has proved.
pub async fn ways(app: &App, proved: &Proved, wanted: Option<Acr>) -> Result<Option<Ways>, Fault> {
    let beside = authenticators::kinds(&app.db, proved.person).await?;
    Ok(lacks(proved, beside, within_reach(app, proved.person, wanted).await?))
}

/// Whether anything opens the account of a person whom the transaction holds.
pub async fn is_left_a_way(tx: &mut Tx, person: Uuid) -> Result<bool, Fault> {
    let held = authenticators::held_of(tx, person).await?;
    Ok(held.iter().any(|(_, kind)| *kind == Some(Kind::Passkey)) || credentials::opens(tx, person).await?)
}

/// What somebody proved, and may be asked for more: `None` where nothing that they have would bring them further.
pub async fn further(
    app: &App,
    person: Uuid,
    proof: Proof,
    wanted: Acr,
    now: Timestamp,
) -> Result<Option<Proved>, Fault> {
    let proved = Proved::first(person, proof, now);
    let Some(wanted) = within_reach(app, person, Some(wanted)).await? else { return Ok(None) };
    let beside = authenticators::kinds(&app.db, person).await?;
    let reaches = beside.passkey || wanted == Acr::Two && (beside.code() || beside.text);
    Ok(reaches.then_some(proved))
}
