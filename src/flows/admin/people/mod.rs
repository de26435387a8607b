//! People as operators see them: who somebody is, and where they are signed in; entered, given a password, signed out,
//! disabled, enabled, removed. Commands name people as they sign in; officials have found them before, and name their ids.

pub mod access;
pub mod bulk;
pub mod doing;
pub mod open;
pub mod search;

use uuid::Uuid;

use super::declaration::file::PersonDeclaration;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::new_password;
use crate::identity::credential::new_password::Standing;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::letters::Letter;
use crate::parts::births;
use crate::parts::canonical_names;
use crate::parts::hash_pool;
use crate::parts::leaving;
use crate::parts::new_password as rules;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::parts::sessions as ending;
use crate::parts::sessions::Reach;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;
use crate::parts::verified_phones;
use crate::store::cache::Kind;
use crate::store::credentials;
use crate::store::db::Db;
use crate::store::families;
use crate::store::grants::Grant;
use crate::store::people;
pub use crate::store::people::Count;
use crate::store::people::PersonRow;
use crate::store::sessions;
use crate::store::sessions::Session;

/// A person as operators see them.
pub struct ShownPerson {
    /// The row.
    pub row: PersonRow,
    /// What is known of them.
    pub data: PersonalData,
    /// Where they are signed in.
    pub sessions: Vec<Session>,
    /// What goes on while they are away, the latest first.
    pub away: Vec<Grant>,
}

/// Grants that are shown at most.
const MOST: i64 = 100;

/// Who signs in with this name, in any of its forms: user name, identity number, e-mail address.
pub(in crate::flows::admin) async fn find(app: &App, name: &str) -> Result<Option<PersonRow>, Fault> {
    let Some(name) = SignInName::parse(name) else { return Ok(None) };
    sealed::named(app, &name).await
}

/// What is known of a person; `None` where nobody has the name.
pub async fn show(app: &App, name: &str, now: Timestamp) -> Result<Option<ShownPerson>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    let data = sealed::open(app, &row.data)?;
    let sessions = sessions::all_open_of(&app.db, row.id, now).await?;
    let away = families::of_person(&app.db, row.id, MOST).await?;
    Ok(Some(ShownPerson { row, data, sessions, away }))
}

/// Ends every session of a person, and what goes on while they are away where `reach` says so; a job tells the services.
/// Returns how many sessions ended; `None` where nobody has the name.
pub async fn sign_out(app: &App, name: &str, reach: Reach, now: Timestamp) -> Result<Option<usize>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    end_sessions(app, row.id, reach, now).await.map(Some)
}

async fn end_sessions(app: &App, person: Uuid, reach: Reach, now: Timestamp) -> Result<usize, Fault> {
    let mut change = Change::begin(app).await?;
    let ended = ending::end_all_of(app, &mut change, person, reach, now).await?;
    change.act(Event::new(Act::PersonSignedOut).person(person).detail(reach.as_str()));
    change.commit().await?;
    if reach == Reach::Everything {
        ending::end_late(app, &[person], now).await?;
    }
    Ok(ended)
}

/// Takes from a person the right to sign in, and ends all that they are signed in to. Returns whether they had it; `None`
/// where nobody has the name.
pub async fn disable(app: &App, name: &str, now: Timestamp) -> Result<Option<bool>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    suspend(app, row.id, now).await.map(Some)
}

async fn suspend(app: &App, person: Uuid, now: Timestamp) -> Result<bool, Fault> {
    let mut change = Change::begin(app).await?;
    if !people::disable(&mut change.tx, person, now).await? {
        return Ok(false);
    }
    ending::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
    change.act(Event::new(Act::PersonDisabled).person(person));
    change.commit().await?;
    ending::end_late(app, &[person], now).await?;
    Ok(true)
}

/// Gives it back: to sign in anew, for nothing of before comes to life again. Returns whether they lacked it; `None` where
/// nobody has the name.
pub async fn enable(app: &App, name: &str, now: Timestamp) -> Result<Option<bool>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    admit(app, row.id, now).await.map(Some)
}

async fn admit(app: &App, person: Uuid, now: Timestamp) -> Result<bool, Fault> {
    let mut change = Change::begin(app).await?;
    if !people::enable(&mut change.tx, person).await? {
        return Ok(false);
    }
    // A sign-in may have been under way while the person was disabled.
    ending::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
    change.act(Event::new(Act::PersonEnabled).person(person));
    change.commit().await?;
    ending::end_late(app, &[person], now).await?;
    Ok(true)
}

/// Enters a person who is new, with a password; else why not.
pub async fn add(app: &App, person: &PersonDeclaration, now: Timestamp) -> Result<Result<Uuid, String>, Fault> {
    while canonical_names::go_on(app, now).await? {} // or somebody might be made a second time
    let data = person.data();
    if let Err(why) = person.check().and_then(|()| person.check_number(&app.config)) {
        return Ok(Err(why));
    }
    let Some(digests) = sealed::digests(app, &data) else { return Ok(Err("the name is empty or too long".into())) };
    let Some(plain) = &person.password else { return Ok(Err("a password is missing".into())) };
    for digest in digests.all() {
        if let Some(other) = people::find_by_name(&app.db, digest).await? {
            let other = sealed::open(app, &other.data)?.user_name.unwrap_or_default();
            return Ok(Err(format!("the person {other:?} signs in with one of these names")));
        }
    }
    let password = match rules::check(app, plain.expose(), &data, Standing::Alone) {
        Ok(new) => hash_pool::hash(app, new.into_secret()).await?,
        Err(refusals) => return Ok(Err(new_password::told(&refusals))),
    };
    let id = id::new(now, &*app.entropy);
    let mut change = Change::begin(app).await?;
    people::put(&mut change.tx, id, &sealed::seal(app, &data, now)?, &digests, now).await?;
    verified_phones::put(app, &mut change.tx, id, &data).await?;
    births::replace(app, &mut change.tx, id, [None, Some(&data)]).await?;
    let credential = id::beside(id, now, &*app.entropy);
    credentials::put_password(&mut change.tx, credential, id, &password, now).await?;
    change.act(Event::new(Act::PersonAdded).person(id));
    change.announce(Kind::Person, id.to_string());
    change.commit().await?;
    Ok(Ok(id))
}

/// Gives a person another password, and ends all that they are signed in to by the former. Returns how many sessions
/// ended, or why it may not be this one; `None` where nobody has the name.
pub async fn set_password(
    app: &App,
    name: &str,
    password: Secret<String>,
    now: Timestamp,
) -> Result<Option<Result<usize, String>>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    let data = sealed::open(app, &row.data)?;
    let password = match rules::check(app, password.expose(), &data, Standing::Alone) {
        Ok(new) => hash_pool::hash(app, new.into_secret()).await?,
        Err(refusals) => return Ok(Some(Err(new_password::told(&refusals)))),
    };
    let mut change = Change::begin(app).await?;
    people::hold(&mut change.tx, row.id).await?; // a sign-in by the former password opens before, or not at all
    let credential = id::beside(row.id, now, &*app.entropy);
    credentials::put_password(&mut change.tx, credential, row.id, &password, now).await?;
    people::forget_devices(&mut change.tx, row.id).await?; // the former one may have been a stranger's
    let ended = ending::end_all_of(app, &mut change, row.id, Reach::Everything, now).await?;
    change.act(Event::new(Act::PasswordSet).person(row.id));
    let letter = Letter::PasswordChanged { at: now, stop: stopping::link(app, row.id, Done::Password, now)? };
    telling::tell_of(app, &mut change, (row.id, &data), &letter, now)?;
    change.commit().await?;
    ending::end_late(app, &[row.id], now).await?;
    Ok(Some(Ok(ended)))
}

/// Removes a person, and ends all that they are signed in to; what they did stays in the trail, under an identifier that is
/// nobody's. Whoever is entered by the same name later is another, whom services know by another subject identifier.
/// Returns the identifier; `None` where nobody has the name.
pub async fn remove(app: &App, name: &str, now: Timestamp) -> Result<Option<Uuid>, Fault> {
    let Some(row) = find(app, name).await? else { return Ok(None) };
    erase(app, &row, now).await?;
    Ok(Some(row.id))
}

async fn erase(app: &App, row: &PersonRow, now: Timestamp) -> Result<(), Fault> {
    leaving::remove(app, Change::begin(app).await?, (row.id, &row.data), Act::PersonRemoved, now).await
}

/// How many people there are: about so many, where that is known and `all` need not be read.
pub async fn count(db: &Db, all: bool) -> Result<Count, Fault> {
    if all { people::count_all(db).await } else { people::count(db).await }
}
