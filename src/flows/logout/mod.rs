//! Sign out everywhere of this browser.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::time::Timestamp;
use crate::flows::people;
use crate::flows::record;
use crate::flows::sessions;
use crate::flows::sessions::Visitor;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::store::cache::Kind;
use crate::store::grants;

/// What the confirmation page shows.
pub struct Confirmation {
    /// Who is signed in.
    pub name: String,
    /// The value that proves that the page was ours and this browser's.
    pub confirm: String,
}

const PURPOSE: Purpose = Purpose("logout");

/// What to confirm; `None` if nobody is signed in.
pub async fn confirmation(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Confirmation>, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(None) };
    let person = people::find(app, live.session.person_id).await?.unwrap_or_default();
    let sealed = app.sealing.seal(PURPOSE, live.session.id.as_bytes(), now, &*app.entropy);
    Ok(Some(Confirmation { name: person.display_name().to_owned(), confirm: base64url(&sealed) }))
}

/// Ends the browser's session and all that it gave; `false` where `confirm` was not made for it.
pub async fn confirmed(app: &App, visitor: &Visitor, confirm: &str, now: Timestamp) -> Result<bool, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(true) };
    let opened = from_base64url(confirm).and_then(|blob| app.sealing.open(PURPOSE, &blob));
    if opened.as_deref() != Some(live.session.id.as_bytes().as_slice()) {
        return Ok(false);
    }
    end(app, live.session.id, live.session.person_id, now).await?;
    Ok(true)
}

/// Ends a session: dead here at once, and within a second on every replica.
pub async fn end(app: &App, session: Uuid, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    if !crate::store::sessions::end(&mut tx, session, now).await? {
        return Ok(());
    }
    grants::revoke_with_session(&mut tx, session, now).await?;
    let event = Event::new(Act::SignedOut).person(person).session(session);
    record::in_transaction(app, &mut tx, event, now).await?;
    record::commit(app, tx, &[(Kind::Session, session.to_string())], now).await
}
