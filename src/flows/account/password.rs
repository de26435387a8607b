//! A person's password: changed by who knows the present one, or set by who has none.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::security::is_open;
use super::sessions;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::Secret;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::new_password::Refusal;
use crate::identity::credential::password::StoredPassword;
use crate::identity::lead::Mended;
use crate::identity::proof::Proof;
use crate::letters::Letter;
use crate::parts::authenticate;
use crate::parts::authenticate::password;
use crate::parts::hash_pool;
use crate::parts::leads;
use crate::parts::networks::Network;
use crate::parts::new_password;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::repetition::Repetition;
use crate::parts::sessions::Visitor;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;
use crate::store::authenticators;
use crate::store::cache::LiveSession;
use crate::store::credentials;
use crate::store::credentials::Password;
use crate::store::people as rows;
use crate::store::sessions::Session;

/// What somebody typed.
pub struct Typed {
    /// The present password.
    pub current: Secret<String>,
    /// The one that they choose.
    pub new: Secret<String>,
    /// Whether they are signed out everywhere else.
    pub end_others: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The password is the new one. Where every other browser was forgotten, this one is known by this cookie.
    Done(Option<String>),
    /// The present one is another.
    Wrong,
    /// Too many tries: the next one counts after this time.
    Wait(Duration),
    /// The new one cannot be taken, for each of these reasons.
    Refused(Vec<Refusal>),
}

/// Whose it is.
pub struct Holder {
    /// A name that they sign in with.
    pub name: String,
    /// Whether they are asked for the one that they have.
    pub is_asked: bool,
    /// Characters that another has to have.
    pub least: usize,
}

/// Whose password the page of this session changes.
pub async fn holder(app: &App, live: &LiveSession) -> Result<Holder, Fault> {
    let data = people::find(app, live.session.person_id).await?.unwrap_or_default();
    let own = present(app, live).await?;
    let beside = match &own {
        Some(own) => own.beside,
        None => authenticators::kinds(&app.db, live.session.person_id).await?,
    };
    let least = leads::standing(beside).least();
    Ok(Holder { name: data.sign_in_name().to_owned(), is_asked: own.is_some(), least })
}

/// The one that they have. One that was tried in vain too often proves nothing any more: who signed in by more than that sets
/// another, as who has none.
async fn present(app: &App, live: &LiveSession) -> Result<Option<Password>, Fault> {
    let password = credentials::password_among(&app.db, live.session.person_id).await?;
    Ok(password.filter(|password| !password.is_shut() || !live.session.amr().are_several()))
}

/// Gives the person of a session another password.
pub async fn change(
    app: &Arc<App>,
    live: &LiveSession,
    typed: Typed,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Changed, Fault> {
    let person = live.session.person_id;
    let others = typed.end_others.then(|| Network::of(app, person, visitor.address));
    let repetition = Repetition::of(app, "password", live.session.id, &[&typed.current, &typed.new]);
    let is_known = repetition.is_known(app).await;
    if is_known && password::is_stored(app, person, &typed.new).await? {
        return end_others(app, &live.session, others, now).await.map(Changed::Done);
    }
    let (former, beside) = match present(app, live).await? {
        None => (None, authenticators::kinds(&app.db, person).await?),
        // It was right when the form came first: no guess is counted.
        Some(own) if is_known && !own.is_shut() => match password::proof(app, person, &typed.current).await? {
            Some(Proof::Password(digest)) => (Some(digest), own.beside),
            _ => return changed_meanwhile(app, live, &typed.new, others, now).await,
        },
        Some(_) => match password::check_current(app, person, typed.current.clone(), visitor, now).await? {
            Ok(known) => (Some(sha256(known.stored.phc.as_bytes())), known.beside),
            Err(authenticate::Refusal::Wait(wait)) => return Ok(Changed::Wait(wait)),
            // The same form may have been taken while this one waited.
            Err(_) if repetition.is_known(app).await => {
                return changed_meanwhile(app, live, &typed.new, others, now).await;
            }
            Err(_) => return Ok(Changed::Wrong),
        },
    };
    let Some(data) = people::find(app, person).await? else { return Ok(Changed::Wrong) };
    let new = match new_password::check(app, typed.new.expose(), &data, leads::standing(beside)) {
        Ok(new) => hash_pool::hash(app, new.into_secret()).await?,
        Err(refusals) => return Ok(Changed::Refused(refusals)),
    };
    repetition.remember(app).await;
    let (own, session) = (Arc::clone(app), live.session.clone());
    // Once begun it goes on to its end, whoever waits for it.
    let setting = tokio::spawn(async move {
        match set(&own, &session, (former, &new), now).await? {
            true => end_others(&own, &session, others, now).await.map(Some),
            false => Ok(None),
        }
    });
    match setting.await.unwrap_or_else(|error| Err(Fault::broken(error)))? {
        Some(device) => Ok(Changed::Done(device)),
        None => changed_meanwhile(app, live, &typed.new, None, now).await,
    }
}

/// What came of a form that found another password than it was to change: perhaps the same form, sent before, has changed it.
async fn changed_meanwhile(
    app: &Arc<App>,
    live: &LiveSession,
    new: &Secret<String>,
    others: Option<Network>,
    now: Timestamp,
) -> Result<Changed, Fault> {
    match password::is_stored(app, live.session.person_id, new).await? {
        true => end_others(app, &live.session, others, now).await.map(Changed::Done),
        false => Ok(Changed::Wrong),
    }
}

/// Where they want it, they are signed out everywhere else than in this network's browser, which gets another cookie.
async fn end_others(
    app: &Arc<App>,
    here: &Session,
    others: Option<Network>,
    now: Timestamp,
) -> Result<Option<String>, Fault> {
    match others {
        Some(network) => sessions::end_elsewhere(app, here, network, now).await.map(Some),
        None => Ok(None),
    }
}

/// Sets the password, unless the session ended or the former password is another meanwhile.
async fn set(
    app: &App,
    session: &Session,
    (former, new): (Option<[u8; 32]>, &StoredPassword),
    now: Timestamp,
) -> Result<bool, Fault> {
    let (mut change, person) = (Change::begin(app).await?, session.person_id);
    let is_held = rows::hold(&mut change.tx, person).await?.is_some();
    if !is_held || !is_open(&mut change, session, now).await? || !is_still(&mut change, person, former.as_ref()).await?
    {
        return Ok(false);
    }
    credentials::put_password(&mut change.tx, id::beside(person, now, &*app.entropy), person, new, now).await?;
    change.act(Event::new(Act::PasswordChanged).person(person).session(session.id));
    leads::meet(&mut change, session, Mended::Password).await?;
    let letter = Letter::PasswordChanged { at: now, stop: stopping::link(app, person, Done::Password, now)? };
    telling::tell(app, &mut change, person, &letter, now).await?;
    change.commit().await?;
    Ok(true)
}

async fn is_still(change: &mut Change<'_>, person: Uuid, former: Option<&[u8; 32]>) -> Result<bool, Fault> {
    match former {
        Some(digest) => credentials::is_password(&mut change.tx, person, digest).await,
        None => Ok(true),
    }
}
