//! Codes by SMS as a second factor of a person: added when a code that came to their number is right, removed.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::security::Changing;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::parts::authenticate::text;
pub use crate::parts::authenticate::text::Standing;
use crate::parts::letters::Channel;
use crate::parts::one_time_code;
use crate::parts::one_time_code::Asker;
use crate::parts::one_time_code::OneTimeCode;
use crate::parts::one_time_code::Verdict;
use crate::parts::people;
use crate::parts::sealed::Sealed;
use crate::store::authenticators;
use crate::store::authenticators::Kind;
use crate::store::authenticators::NewAuthenticator;
use crate::store::cache::LiveSession;

/// A code on its way, sealed in the page that asks for it.
#[derive(Serialize, Deserialize)]
struct Making {
    session: Uuid,
    code: OneTimeCode,
    #[serde(default)]
    removals: i64,
}

impl Sealed for Making {
    const PURPOSE: Purpose = Purpose("text-making");
}

/// What came of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is added, or was before.
    Done,
    /// It is another, or too old.
    Wrong,
    /// Something was removed since it was sent, codes to this number perhaps.
    Past,
}

/// How it stands with the person of a session.
pub async fn standing(app: &App, live: &LiveSession) -> Result<Standing, Fault> {
    let person = live.session.person_id;
    text::standing(app, person, authenticators::kinds(&app.db, person).await?).await
}

/// Sends a code to their number; what the page carries then. `None` where nothing can be sent.
pub async fn send(app: &App, live: &LiveSession, lang: Lang, now: Timestamp) -> Result<Option<String>, Fault> {
    let person = live.session.person_id;
    let Some(data) = people::find(app, person).await? else { return Ok(None) };
    let code = OneTimeCode::new(app, now).await?;
    let removals = authenticators::removals(&app.db, person).await?;
    if !one_time_code::send(app, (person, &data), Channel::Sms, (Asker::Proved, &code), lang, now).await? {
        return Ok(None);
    }
    Making { session: live.session.id, code, removals }.seal(app, now).map(Some)
}

/// Adds it, where the code is the one that was sent.
pub async fn add(
    app: &App,
    live: &LiveSession,
    (sent, typed): (&str, &Secret<String>),
    now: Timestamp,
) -> Result<Added, Fault> {
    let person = live.session.person_id;
    let making = Making::open(app, sent).filter(|making| making.session == live.session.id);
    let (Some(making), Some(data)) = (making, people::find(app, person).await?) else { return Ok(Added::Wrong) };
    let Some(number) = text::number(&data) else { return Ok(Added::Wrong) };
    if making.code.check(app, typed, now).await? != Verdict::Right {
        return Ok(Added::Wrong);
    }
    let digest = text::digest(app, number);
    let id = id::derived(person, making.code.made_at(), &sha256(&digest));
    let Some(mut changing) = Changing::begin(app, live, now).await? else { return Ok(Added::Wrong) };
    if changing.of_kind(Kind::Text).next().is_some() {
        return Ok(Added::Done);
    }
    if changing.is_past(making.removals) {
        return Ok(Added::Past);
    }
    let counter = making.code.made_at().micros();
    let new = NewAuthenticator { id, person, kind: Kind::Text, secret: &digest, lookup: None, counter, model: None };
    authenticators::insert(&mut changing.change.tx, &new, now).await?;
    changing.added(Kind::Text, None).await?;
    Ok(Added::Done)
}

/// Removes it.
pub async fn remove(app: &App, live: &LiveSession, now: Timestamp) -> Result<(), Fault> {
    let person = live.session.person_id;
    let Some(mut changing) = Changing::begin(app, live, now).await? else { return Ok(()) };
    if changing.of_kind(Kind::Text).next().is_none() {
        return Ok(());
    }
    authenticators::remove_all(&mut changing.change.tx, person, Some(Kind::Text)).await?;
    changing.removed(Kind::Text, None).await
}
