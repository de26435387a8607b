//! How people leave: by themselves, with time to think again, or by an operator. What they did stays in the trail, under an
//! identifier that is nobody's.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::letters::Letter;
use crate::letters::Link;
use crate::parts::authority;
use crate::parts::births;
use crate::parts::clock;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Reach;
use crate::parts::telling;
use crate::parts::verified_phones;
use crate::store::cache::Kind;
use crate::store::cache::LiveSession;
use crate::store::closing;
use crate::store::people;
use crate::store::people::Digests;

/// The person of a session wants the account closed: all that they are signed in to ends, and they are told by every way.
/// Returns when it closes; `None` where the person may not sign in any more.
pub async fn close(app: &App, live: &LiveSession, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
    clock::agrees(app)?;
    let (person, on) = (live.session.person_id, now + *app.config.people.closing);
    let mut change = Change::begin(app).await?;
    if !closing::begin(&mut change.tx, person, on).await? {
        drop(change);
        return closes_at(app, person).await; // the same form once more
    }
    sessions::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
    change.act(Event::new(Act::AccountClosing).person(person).session(live.session.id));
    telling::tell(app, &mut change, person, &Letter::AccountCloses { on, keep: Link::to_closing() }, now).await?;
    change.commit().await?;
    sessions::end_late_in_any_case(app, person, now).await;
    Ok(Some(on))
}

/// When the account of a person closes who may sign in, if it does.
pub async fn closes_at(app: &App, person: Uuid) -> Result<Option<Timestamp>, Fault> {
    let row = people::find(&app.db, person).await?.filter(|row| !row.is_disabled());
    Ok(row.and_then(|row| row.closes_at()))
}

/// The person of a session keeps the account.
pub async fn keep(app: &App, live: &LiveSession) -> Result<(), Fault> {
    let person = live.session.person_id;
    let mut change = Change::begin(app).await?;
    if !closing::keep(&mut change.tx, person).await? {
        return Ok(()); // the same form once more
    }
    change.act(Event::new(Act::AccountKept).person(person).session(live.session.id));
    change.announce(Kind::Person, person.to_string()); // their sessions may lead to services again
    change.commit().await.map(drop)
}

/// Closes the account of a person whose time has come; `false` if it has not, or if another replica was faster.
pub async fn finish(app: &App, person: Uuid, now: Timestamp) -> Result<bool, Fault> {
    let mut change = Change::begin(app).await?;
    let Some(data) = closing::hold(&mut change.tx, person, now).await? else { return Ok(false) };
    remove(app, change, (person, &data), Act::AccountClosed, now).await?;
    Ok(true)
}

/// Removes a person by `change`, with their names, which are anybody's from then on: whoever takes one is another person, whom
/// services know by another subject identifier.
pub async fn remove(
    app: &App,
    mut change: Change<'_>,
    (person, data): (Uuid, &[u8]),
    act: Act,
    now: Timestamp,
) -> Result<(), Fault> {
    let data = sealed::open(app, data)?;
    let mut former = sealed::former_digests(app, &data);
    former.extend(verified_phones::digest_of(app, &data));
    people::release_names(&mut change.tx, person, &former, &Digests::default()).await?;
    births::replace(app, &mut change.tx, person, [Some(&data), None]).await?;
    let own = || Actor::Official(Holder::Person(person));
    let by = app.acts_for.as_ref().map_or_else(own, |by| by.actor.clone());
    authority::end_in(&mut change, person, &by, now).await?;
    sessions::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
    people::remove(&mut change.tx, person).await?;
    change.act(Event::new(act).person(person));
    change.commit().await?;
    sessions::end_late_in_any_case(app, person, now).await;
    Ok(())
}
