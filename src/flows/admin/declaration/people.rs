//! People of a declaration.

use std::collections::HashSet;

use uuid::Uuid;

use super::Error;
use super::Report;
use super::Work;
use super::file::Declaration;
use super::file::PersonDeclaration;
use super::fresh_id;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::password::StoredPassword;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::parts::hash_pool;
use crate::parts::people as sealed;
use crate::parts::sessions as ending;
use crate::parts::sessions::Reach;
use crate::store::cache::Kind;
use crate::store::credentials;
use crate::store::people;
use crate::store::people::Digests;
use crate::store::people::PersonRow;

/// A person as they are to be.
pub(super) struct Prepared {
    id: Uuid,
    user_name: String,
    known: bool,
    disabled: bool,
    data: Option<(Vec<u8>, Digests)>,
    password: Option<StoredPassword>,
}

/// Compares the people of the file with those of the database, and hashes passwords that are new.
pub(super) async fn prepare(app: &App, declaration: &Declaration, report: &mut Report) -> Result<Vec<Prepared>, Error> {
    let mut prepared: Vec<Prepared> = Vec::new();
    let mut taken = HashSet::new();
    for person in &declaration.people {
        let mistake = |why: &str| declaration.mistake("user_name", &person.user_name, "person", why);
        let data = PersonalData {
            user_name: Some(person.user_name.clone()),
            identity_number: person.identity_number.clone(),
            claims: person.claims.clone(),
        };
        let digests = digests(app, &data).ok_or_else(|| mistake("user_name: is empty or too long"))?;
        let before = find(app, &digests).await?.map_err(mistake)?;
        let same = match &before {
            Some(row) => !row.is_disabled() && row.digests() == digests && sealed::open(app, &row.data)? == data,
            None => false,
        };
        let id = before.as_ref().map_or_else(|| fresh_id(app, app.clock.now()), |row| row.id);
        if !taken.insert(id) {
            return Err(mistake(
                "one of its names is still that of another person of this file: apply that person's change first",
            )
            .into());
        }
        let password = password(app, person, before.as_ref()).await?;
        if person.password.is_some() && password.is_some() {
            let name = &person.user_name;
            report.warnings.push(format!("person {name}: a password stands in plain in the file; keep that to trials"));
        }
        let data = if same { None } else { Some((sealed::seal(app, &data, app.clock.now())?, digests)) };
        let disabled = before.as_ref().is_some_and(PersonRow::is_disabled);
        let (known, user_name) = (before.is_some(), person.user_name.clone());
        prepared.push(Prepared { id, user_name, known, disabled, data, password });
    }
    Ok(prepared)
}

/// The names under which the person signs in, as digests.
fn digests(app: &App, data: &PersonalData) -> Option<Digests> {
    let key = app.data_keys.lookup.expose();
    let digest = |name: &str| SignInName::parse(name).map(|name| name.digest(key).to_vec());
    Some(Digests {
        user_name: Some(digest(data.user_name.as_deref()?)?),
        identity_number: data.identity_number.as_deref().and_then(digest),
        email: data.email().and_then(digest),
    })
}

/// Who has one of these names; two people are a mistake.
async fn find(app: &App, digests: &Digests) -> Result<Result<Option<PersonRow>, &'static str>, Fault> {
    let mut found: Option<PersonRow> = None;
    for digest in [&digests.user_name, &digests.identity_number, &digests.email].into_iter().flatten() {
        let Some(row) = people::find_by_name(&app.db, digest).await? else { continue };
        match &found {
            Some(other) if other.id != row.id => return Ok(Err("its names belong to two people already")),
            _ => found = Some(row),
        }
    }
    Ok(Ok(found))
}

/// The password to store, if the one that is stored is another.
async fn password(
    app: &App,
    person: &PersonDeclaration,
    before: Option<&PersonRow>,
) -> Result<Option<StoredPassword>, Fault> {
    let stored = match before {
        Some(row) => credentials::password(&app.db, row.id).await?,
        None => None,
    };
    match (&person.password, &person.password_hash, stored) {
        (Some(plain), _, Some(stored)) => {
            let right = hash_pool::verify(app, plain.clone(), stored).await?.is_right();
            if right { Ok(None) } else { hash_pool::hash(app, plain.clone()).await.map(Some) }
        }
        (Some(plain), _, None) => hash_pool::hash(app, plain.clone()).await.map(Some),
        // With our pepper it was hashed anew at a sign-in, or is the person's own choice: it stays.
        (None, Some(_), Some(stored)) if stored.pepper.is_some() => Ok(None),
        (None, Some(phc), Some(stored)) if stored.phc == *phc => Ok(None),
        (None, Some(phc), _) => Ok(Some(StoredPassword { phc: phc.clone(), pepper: None })),
        (None, None, _) => Ok(None),
    }
}

/// What ended with another password, or before a disabled person comes back, is dead for good; a job tells the services.
async fn end_former(app: &App, person: &Prepared, work: &mut Work<'_>) -> Result<(), Fault> {
    let acts = [(person.disabled, Act::PersonEnabled), (person.known && person.password.is_some(), Act::PasswordSet)];
    for (_, act) in acts.into_iter().filter(|(happened, _)| *happened) {
        work.change.act(Event::new(act).person(person.id));
    }
    if acts.iter().any(|(happened, _)| *happened) {
        ending::end_all_of(app, &mut work.change, person.id, Reach::Everything, work.now).await?;
        work.ended.push(person.id);
    }
    Ok(())
}

/// Writes what differs.
pub(super) async fn write(app: &App, people: &[Prepared], work: &mut Work<'_>) -> Result<(), Fault> {
    for person in people {
        if let Some((data, digests)) = &person.data {
            people::put(&mut work.change.tx, person.id, data, digests, work.now).await?;
        }
        if let Some(password) = &person.password {
            people::hold(&mut work.change.tx, person.id).await?; // a sign-in by the former password opens before, or not at all
            let id = id::beside(person.id, work.now, &*app.entropy);
            credentials::put_password(&mut work.change.tx, id, person.id, password, work.now).await?;
        }
        end_former(app, person, work).await?;
        let (verb, what) = match (&person.data, &person.password) {
            (None, None) => continue,
            _ if !person.known => ("created", ""),
            (Some(_), None) => ("changed", "data"),
            (None, Some(_)) => ("changed", "password"),
            (Some(_), Some(_)) => ("changed", "data, password"),
        };
        work.changed_person(person.id, verb, &person.user_name, what);
        work.change.announce(Kind::Person, person.id.to_string());
    }
    Ok(())
}

/// Disables the people that the file does not name and ends their sessions; their history stays.
pub(super) async fn prune(app: &App, kept: &[Prepared], work: &mut Work<'_>) -> Result<(), Fault> {
    for id in people::enabled_ids(&mut work.change.tx).await? {
        if !kept.iter().any(|person| person.id == id) {
            people::disable(&mut work.change.tx, id, work.now).await?;
            ending::end_all_of(app, &mut work.change, id, Reach::Everything, work.now).await?;
            work.change.act(Event::new(Act::PersonDisabled).person(id));
            work.report.changes.push(format!("disabled person {id}"));
            work.ended.push(id);
        }
    }
    Ok(())
}
