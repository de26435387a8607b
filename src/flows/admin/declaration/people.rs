//! People of a declaration. The user name alone says who somebody is; every other name may pass on to another.

use std::collections::HashSet;

use uuid::Uuid;

use super::Error;
use super::Report;
use super::Work;
use super::diff;
use super::file::Declaration;
use super::file::PersonDeclaration;
use super::fresh_id;
use super::letters;
use super::letters::Changed;
use super::letters::Owners;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::new_password;
use crate::identity::credential::new_password::Standing;
use crate::identity::credential::password::StoredPassword;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::parts::births;
use crate::parts::canonical_names;
use crate::parts::hash_pool;
use crate::parts::new_password as rules;
use crate::parts::people as sealed;
use crate::parts::sessions as ending;
use crate::parts::sessions::Reach;
use crate::parts::verified_phones;
use crate::store::cache::Kind;
use crate::store::credentials;
use crate::store::people;
use crate::store::people::Digests;
use crate::store::people::PersonRow;

/// A person as they are to be.
pub(super) struct Prepared {
    pub(super) id: Uuid,
    pub(super) user_name: String,
    before: Option<PersonalData>,
    disabled: bool,
    after: PersonalData,
    /// What to write of their data, where that differs.
    data: Option<(Vec<u8>, Digests)>,
    password: Option<StoredPassword>,
    /// What to remember of the hash in the file, where that differs.
    declared: Option<Option<String>>,
}

/// What a person of the file has to sign in with from now on.
#[derive(Default)]
struct NewPassword {
    stored: Option<StoredPassword>,
    declared: Option<Option<String>>,
    /// Whether it is not known if this hash was applied before.
    assumed: bool,
}

/// Compares the people of the file with those of the database, and hashes passwords that are new.
pub(super) async fn prepare(app: &App, declaration: &Declaration, report: &mut Report) -> Result<Vec<Prepared>, Error> {
    if !declaration.people.is_empty() {
        while canonical_names::go_on(app, app.clock.now()).await? {} // or somebody might be taken for another
    }
    let mut prepared: Vec<Prepared> = Vec::new();
    let mut assumed = 0_u32;
    for person in &declaration.people {
        let mistake = |why: &str| declaration.mistake("user_name", &person.user_name, "person", why);
        let mut after = person.data();
        person.check_number(&app.config).map_err(|why| mistake(&why))?;
        let digests = sealed::digests(app, &after).ok_or_else(|| mistake("user_name: is empty or too long"))?;
        let found = find(app, &person.user_name).await?;
        let (row, before) = found.map_or((None, None), |(row, data)| (Some(row), Some(data)));
        check_same_number(before.as_ref(), &after).map_err(|why| mistake(&why))?;
        check_not_own(before.as_ref()).map_err(mistake)?;
        after.language = before.as_ref().and_then(|data| data.language.clone()); // no file says what they chose
        let disabled = row.as_ref().is_some_and(PersonRow::is_disabled);
        let same =
            !disabled && before.as_ref() == Some(&after) && row.as_ref().is_some_and(|row| row.digests() == digests);
        let password = password(app, person, row.as_ref())
            .await?
            .ok_or_else(|| mistake("could never sign in: give a password_hash (`motcua hash-password` makes one)"))?;
        if let Some(plain) = person.password.as_ref().filter(|_| password.stored.is_some()) {
            rules::check(app, plain.expose(), &after, Standing::Alone)
                .map_err(|refusals| mistake(&new_password::told(&refusals)))?;
            let name = &person.user_name;
            report.warnings.push(format!("person {name}: a password stands in plain in the file; keep that to trials"));
        }
        assumed += u32::from(password.assumed);
        prepared.push(Prepared {
            id: row.map_or_else(|| fresh_id(app, app.clock.now()), |row| row.id),
            user_name: person.user_name.clone(),
            data: if same { None } else { Some((sealed::seal(app, &after, app.clock.now())?, digests)) },
            before,
            disabled,
            after,
            password: password.stored,
            declared: password.declared,
        });
    }
    if assumed > 0 {
        report.warnings.push(format!(
            "people: {assumed} password_hash are taken to be those that were applied before; where one is new, give it with \
             `motcua people set-password`"
        ));
    }
    check_owners(app, declaration, &prepared).await?;
    Ok(prepared)
}

/// A user name that is given to another human is no reason to give them what the former one had.
fn check_same_number(before: Option<&PersonalData>, after: &PersonalData) -> Result<(), String> {
    let number = |data: &PersonalData| SignInName::parse(data.identity_number.as_deref()?);
    match (before.and_then(number), number(after)) {
        (Some(old), Some(new)) if old.canonical() != new.canonical() => Err(
            "identity_number: this user name is that of somebody with another number; another human has another user name, \
             and a number that was wrong is taken away by applying the file once without it"
                .into(),
        ),
        _ => Ok(()),
    }
}

/// Who opened an account under a name is not taken for whom the operator means by it.
fn check_not_own(before: Option<&PersonalData>) -> Result<(), &'static str> {
    match before.and_then(|data| data.own.as_ref()) {
        Some(_) => Err("user_name: somebody opened an account under this name; enter another, or remove theirs with \
             `motcua people remove`"),
        None => Ok(()),
    }
}

/// Who bears this user name. It may be an e-mail address of somebody else.
async fn find(app: &App, user_name: &str) -> Result<Option<(PersonRow, PersonalData)>, Fault> {
    let Some(name) = SignInName::parse(user_name) else { return Ok(None) };
    let Some(row) = sealed::named(app, &name).await? else { return Ok(None) };
    let data = sealed::open(app, &row.data)?;
    let own = data.user_name.as_deref().and_then(SignInName::parse);
    Ok(own.is_some_and(|own| own.canonical() == name.canonical()).then_some((row, data)))
}

/// What somebody signs in with who is not in the file stays theirs; those of the file pass on what they lose.
async fn check_owners(app: &App, declaration: &Declaration, prepared: &[Prepared]) -> Result<(), Error> {
    let named: HashSet<Uuid> = prepared.iter().map(|person| person.id).collect();
    for person in prepared {
        let Some((_, digests)) = &person.data else { continue };
        let names = [
            ("user_name", &digests.user_name),
            ("identity_number", &digests.identity_number),
            ("claims.email", &digests.email),
        ];
        for (member, digest) in names {
            let Some(digest) = digest else { continue };
            let Some(owner) = people::find_by_name(&app.db, digest).await? else { continue };
            if named.contains(&owner.id) {
                continue; // the file gives the name to one of its people, or it is their own
            }
            let owner = sealed::open(app, &owner.data)?.user_name.unwrap_or_default();
            let why = format!("{member}: the person {owner:?} signs in with the same, and is not in this file");
            return Err(declaration.mistake("user_name", &person.user_name, "person", &why).into());
        }
    }
    Ok(())
}

/// The password to store, if another is stored; `None` where there would be none.
async fn password(
    app: &App,
    person: &PersonDeclaration,
    before: Option<&PersonRow>,
) -> Result<Option<NewPassword>, Fault> {
    let (stored, declared) = match before {
        Some(row) => (credentials::password(&app.db, row.id).await?, credentials::declared(&app.db, row.id).await?),
        None => (None, None),
    };
    let unchanged = NewPassword::default();
    Ok(Some(match (&person.password, &person.password_hash, stored) {
        (None, None, None) => return Ok(None),
        (None, None, Some(_)) => unchanged,
        (Some(plain), _, stored) => {
            let right = match stored {
                Some(stored) => hash_pool::verify(app, plain.clone(), stored).await?.is_right(),
                None => false,
            };
            let stored = if right { None } else { Some(hash_pool::hash(app, plain.clone()).await?) };
            let known = declared.as_deref() == Some(credentials::NO_HASH);
            NewPassword { stored, declared: (!known).then_some(None), assumed: false }
        }
        (None, Some(phc), stored) => {
            let given = Some(Some(phc.clone()));
            let is_stored = stored.as_ref().is_some_and(|stored| stored.phc == *phc && stored.pepper.is_none());
            match declared {
                Some(declared) if declared == credentials::declared_digest(phc) => unchanged,
                _ if is_stored => NewPassword { declared: given, ..unchanged },
                // Hashed anew at a sign-in of former times, when nobody remembered which hash it came from.
                None if stored.is_some_and(|stored| stored.pepper.is_some()) => {
                    NewPassword { declared: given, assumed: true, ..unchanged }
                }
                _ => {
                    let stored = Some(StoredPassword { phc: phc.clone(), pepper: None });
                    NewPassword { stored, declared: given, assumed: false }
                }
            }
        }
    }))
}

/// What ended with another password, or before a disabled person comes back, is dead for good; a job tells the services.
async fn end_former(app: &App, person: &Prepared, work: &mut Work<'_>) -> Result<(), Fault> {
    let another = person.before.is_some() && person.password.is_some();
    if another {
        people::forget_devices(&mut work.change.tx, person.id).await?; // the former one may have been a stranger's
    }
    let acts = [(person.disabled, Act::PersonEnabled), (another, Act::PasswordSet)];
    for (_, act) in acts.into_iter().filter(|(happened, _)| *happened) {
        work.change.act(Event::new(act).person(person.id));
    }
    if acts.iter().any(|(happened, _)| *happened) {
        ending::end_all_of(app, &mut work.change, person.id, Reach::Everything, work.now).await?;
        work.ended.push(person.id);
    }
    Ok(())
}

/// Writes what differs. Names that somebody loses are free before anybody takes one.
pub(super) async fn write(app: &App, people: &[Prepared], work: &mut Work<'_>) -> Result<(), Fault> {
    let mut changed: Vec<&Prepared> = people.iter().filter(|person| person.before.is_some()).collect();
    changed.sort_unstable_by_key(|person| person.id); // two applications at once hold people in one order
    for person in changed {
        if let (Some(before), Some((_, digests))) = (&person.before, &person.data) {
            let mut former = sealed::former_digests(app, before);
            former.extend(verified_phones::digest_of(app, before));
            people::release_names(&mut work.change.tx, person.id, &former, digests).await?;
            births::replace(app, &mut work.change.tx, person.id, [Some(before), None]).await?;
        }
    }
    let owners = Owners::of(app, people.iter().map(|person| (person.id, &person.after)));
    for person in people {
        write_one(app, person, work).await?;
        if let Some(before) = &person.before {
            let password = person.password.is_some();
            let changed = Changed { person: person.id, before, after: &person.after, password };
            letters::write(app, &mut work.change, &changed, &owners, work.now)?;
        }
    }
    Ok(())
}

async fn write_one(app: &App, person: &Prepared, work: &mut Work<'_>) -> Result<(), Fault> {
    if let Some((data, digests)) = &person.data {
        people::put(&mut work.change.tx, person.id, data, digests, work.now).await?;
        verified_phones::put(app, &mut work.change.tx, person.id, &person.after).await?;
        births::replace(app, &mut work.change.tx, person.id, [None, Some(&person.after)]).await?;
    }
    if let Some(password) = &person.password {
        people::hold(&mut work.change.tx, person.id).await?; // a sign-in by the former password opens before, or not at all
        let id = id::beside(person.id, work.now, &*app.entropy);
        credentials::put_password(&mut work.change.tx, id, person.id, password, work.now).await?;
    }
    if let Some(declared) = &person.declared {
        credentials::put_declared(&mut work.change.tx, person.id, declared.as_deref()).await?;
    }
    end_former(app, person, work).await?;
    let (verb, what) = match (&person.data, &person.password) {
        (None, None) => return Ok(()),
        _ if person.before.is_none() => ("created", ""),
        (Some(_), None) => ("changed", "data"),
        (None, Some(_)) => ("changed", "password"),
        (Some(_), Some(_)) => ("changed", "data, password"),
    };
    work.changed_person(person.id, verb, &person.user_name, what);
    work.report.diff.extend(difference(person));
    work.change.announce(Kind::Person, person.id.to_string());
    Ok(())
}

/// The members that differ, by name: what somebody's are is not for every terminal.
fn difference(person: &Prepared) -> Vec<String> {
    let Some(before) = &person.before else { return vec![format!("+ person {}", person.user_name)] };
    let mut lines = vec![format!("~ person {}", person.user_name)];
    lines.extend(diff::names(&members(before), &members(&person.after)));
    lines.extend(person.password.as_ref().map(|_| "    ~ password".to_owned()));
    lines.extend(person.disabled.then(|| "    ~ disabled -> enabled".to_owned()));
    lines
}

fn members(data: &PersonalData) -> serde_json::Map<String, serde_json::Value> {
    let text = |name: &str, value: &Option<String>| value.clone().map(|value| (name.to_owned(), value.into()));
    let own = [text("user_name", &data.user_name), text("identity_number", &data.identity_number)];
    let claims = data.claims.iter().map(|(name, value)| (format!("claims.{name}"), value.clone()));
    own.into_iter().flatten().chain(claims).collect()
}
