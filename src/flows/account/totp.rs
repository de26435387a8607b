//! An authenticator app of a person: added when a first code of it is right, removed.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::security::Changing;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::credential::totp::Totp;
use crate::parts::authenticate::code;
use crate::parts::people;
use crate::parts::sealed::Sealed;
use crate::store::authenticators;
use crate::store::authenticators::Kind;
use crate::store::authenticators::NewAuthenticator;
use crate::store::cache::LiveSession;

/// An app that is about to be added.
pub struct Offer {
    /// What travels, sealed, until the first code is right.
    pub offer: String,
    /// What the app is given, as a link and a picture.
    pub url: Secret<String>,
    /// The same to type.
    pub text: Secret<String>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is added, or was before.
    Done,
    /// The code is not the app's.
    Wrong,
    /// The offer is too old, or was made for another session.
    Stale,
    /// Something was removed since it was made, this app perhaps.
    Past,
    /// There is one already.
    Already,
}

#[derive(Serialize, Deserialize)]
struct Making {
    session: Uuid,
    at: Timestamp,
    secret: String,
    #[serde(default)]
    removals: i64,
}

impl Sealed for Making {
    const PURPOSE: Purpose = Purpose("totp-making");
}

/// An app is added within so long.
const LIFETIME: std::time::Duration = std::time::Duration::from_secs(1800);

/// Makes a secret, or takes up the one of an offer that was shown before.
pub async fn offer(app: &App, live: &LiveSession, former: Option<&str>, now: Timestamp) -> Result<Offer, Fault> {
    let (person, session) = (live.session.person_id, live.session.id);
    let former = former.and_then(|former| Some((former.to_owned(), taken_up(app, former, session, now)?)));
    let (offer, secret) = match former {
        Some((offer, (_, secret))) => (offer, secret),
        None => {
            let secret = app.entropy.bytes::<20>().to_vec();
            let removals = authenticators::removals(&app.db, person).await?;
            let making = Making { session, at: now, secret: base64url(&secret), removals };
            (making.seal(app, now)?, secret)
        }
    };
    let data = people::find(app, person).await?.unwrap_or_default();
    let account = data.user_name.as_deref().unwrap_or_else(|| data.display_name());
    let totp = Totp::of(&secret, &app.config.pages.name.vi, account);
    let totp = totp.ok_or_else(|| Fault::broken("a TOTP secret is too short"))?;
    let url = totp.otpauth_url();
    Ok(Offer { offer, url: Secret::new(url), text: Secret::new(totp.base32()) })
}

fn taken_up(app: &App, offer: &str, session: Uuid, now: Timestamp) -> Option<(Making, Vec<u8>)> {
    let making = Making::open(app, offer).filter(|making| making.session == session && making.at + LIFETIME > now)?;
    let secret = from_base64url(&making.secret)?;
    Some((making, secret))
}

/// Whether the person has one.
pub async fn exists(app: &App, live: &LiveSession) -> Result<bool, Fault> {
    Ok(authenticators::kinds(&app.db, live.session.person_id).await?.totp)
}

/// Adds it, where the code is the app's. That code opens nothing any more.
pub async fn add(app: &App, live: &LiveSession, offer: &str, typed: &str, now: Timestamp) -> Result<Added, Fault> {
    let (person, session) = (live.session.person_id, live.session.id);
    let Some((making, secret)) = taken_up(app, offer, session, now) else { return Ok(Added::Stale) };
    let Some(step) = Totp::of(&secret, "", "").and_then(|totp| totp.step(typed, 0, now)) else {
        return Ok(Added::Wrong);
    };
    let id = id::derived(person, making.at, &sha256(&secret));
    let sealed = code::seal(app, &secret, now)?;
    let Some(mut changing) = Changing::begin(app, live, now).await? else { return Ok(Added::Stale) };
    match changing.of_kind(Kind::Totp).next() {
        Some(own) if own == id => return Ok(Added::Done),
        Some(_) => return Ok(Added::Already),
        None if changing.is_past(making.removals) => return Ok(Added::Past),
        None => {}
    }
    let new =
        NewAuthenticator { id, person, kind: Kind::Totp, secret: &sealed, lookup: None, counter: step, model: None };
    authenticators::insert(&mut changing.change.tx, &new, now).await?;
    changing.added(Kind::Totp, None).await?;
    Ok(Added::Done)
}

/// Removes it.
pub async fn remove(app: &App, live: &LiveSession, now: Timestamp) -> Result<(), Fault> {
    let person = live.session.person_id;
    let Some(mut changing) = Changing::begin(app, live, now).await? else { return Ok(()) };
    if changing.of_kind(Kind::Totp).next().is_none() {
        return Ok(());
    }
    authenticators::remove_all(&mut changing.change.tx, person, Some(Kind::Totp)).await?;
    changing.removed(Kind::Totp, None).await
}
