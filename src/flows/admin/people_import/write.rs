//! A batch meets the database. Whoever is there already stays as they are: the same person is no mistake, another is.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::time::Duration;

use uuid::Uuid;

use super::Mistake;
use super::Step;
use super::batch::Batch;
use super::batch::Prepared;
use crate::app::App;
use crate::base::fault::Fault;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::people as sealed;
use crate::parts::people::PersonalData;
use crate::parts::record::Change;
use crate::store::people_import;
use crate::store::people_import::Known;
use crate::store::people_import::NewPerson;

/// How often a database that is away is tried, and how long it is left alone between.
const TRIES: usize = 10;
const PAUSE: Duration = Duration::from_secs(1);

/// Those of a batch who are nobody yet, and what is known of the others.
#[derive(Default)]
struct Sorted<'a> {
    fresh: Vec<&'a Prepared>,
    /// Written by a try whose answer was lost.
    written: usize,
    unchanged: usize,
    mistakes: Vec<Mistake>,
}

/// Writes a batch in one transaction. `are_there`: some are expected to be there, and looked for first.
pub(super) async fn write(app: &App, batch: &Batch, are_there: bool) -> Result<Step, Fault> {
    let mut is_looked_for = are_there;
    let mut tries = 0;
    loop {
        match try_once(app, batch, is_looked_for).await {
            Ok(Some(step)) => return Ok(step),
            Ok(None) => is_looked_for = true,
            Err(fault @ Fault::Unavailable { .. }) if tries < TRIES => {
                tracing::warn!(target: "motcua::fault", %fault, "a batch of people is tried again");
                is_looked_for = true;
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// `None` where somebody has taken a name since it was looked for, if it was.
async fn try_once(app: &App, batch: &Batch, is_looked_for: bool) -> Result<Option<Step>, Fault> {
    let sorted = match is_looked_for {
        true => sort(app, &batch.people).await?,
        false => Sorted { fresh: batch.people.iter().collect(), ..Sorted::default() },
    };
    let Sorted { fresh, written, unchanged, mistakes } = sorted;
    let imported = fresh.len() + written;
    if let (Some(first), Some(last)) = (fresh.first(), fresh.last()) {
        let mut change = Change::begin(app).await?;
        let people: Vec<&NewPerson> = fresh.iter().map(|person| &person.new).collect();
        if !people_import::insert(&mut change.tx, &people).await? {
            return Ok(None);
        }
        let detail = format!("{} people, lines {} to {}", fresh.len(), first.line, last.line);
        change.act(Event::new(Act::PeopleImported).detail(detail));
        change.commit().await?; // nobody has asked for people who were not there: nothing that is remembered becomes untrue
    }
    Ok(Some(Step { imported, unchanged, mistakes, bytes: batch.bytes }))
}

async fn sort<'a>(app: &App, people: &'a [Prepared]) -> Result<Sorted<'a>, Fault> {
    let digests: Vec<&[u8]> = people.iter().flat_map(|person| person.new.digests.all()).collect();
    let owners: HashMap<Vec<u8>, Uuid> = people_import::owners(&app.db, &digests).await?.into_iter().collect();
    let ids: Vec<Uuid> = owners.values().copied().collect::<BTreeSet<Uuid>>().into_iter().collect();
    let known: HashMap<Uuid, Known> =
        people_import::known(&app.db, &ids).await?.into_iter().map(|known| (known.id, known)).collect();
    let mut sorted = Sorted::default();
    for person in people {
        let digests = &person.new.digests;
        let names = [
            ("user_name", &digests.user_name),
            ("identity_number", &digests.identity_number),
            ("claims.email", &digests.email),
        ];
        let owned = names.into_iter().find_map(|(member, digest)| Some((member, *owners.get(digest.as_deref()?)?)));
        match owned {
            None => sorted.fresh.push(person),
            Some((_, owner)) if owner == person.new.id => sorted.written += 1,
            Some((member, owner)) => {
                let gone = || Fault::unavailable("somebody was removed meanwhile");
                match compare(app, person, member, known.get(&owner).ok_or_else(gone)?) {
                    None => sorted.unchanged += 1,
                    Some(why) => sorted.mistakes.push(Mistake { line: person.line, why }),
                }
            }
        }
    }
    Ok(sorted)
}

/// Why the person of the file is not the one who has the name already; `None` where they are.
fn compare(app: &App, person: &Prepared, member: &str, known: &Known) -> Option<String> {
    let Ok(data) = sealed::open(app, &known.data) else {
        return Some(format!("{member}: somebody signs in with the same, whose data cannot be read"));
    };
    if known.user_name != person.new.digests.user_name {
        let other = data.user_name.unwrap_or_default();
        return Some(format!("{member}: the person {other:?} signs in with the same"));
    }
    if data.own.is_some() {
        return Some("user_name: somebody opened an account under this name".to_owned());
    }
    let mut differs = difference(&data, &person.data);
    if let Some(new) = &person.new.password {
        let stored = known.password();
        let is_declared = known.declared.as_deref() == Some(&*new.declared);
        if !is_declared && stored.as_ref() != Some(&new.stored) {
            differs.push("password_hash".into());
        }
    }
    if known.is_disabled() != person.new.disabled_at.is_some() {
        differs.push("disabled".into());
    }
    if differs.is_empty() {
        return None;
    }
    Some(format!("user_name: the person is there, with another {}; import changes nobody", differs.join(", ")))
}

fn difference(is: &PersonalData, to_be: &PersonalData) -> Vec<String> {
    let own = [
        ("user_name", is.user_name == to_be.user_name),
        ("identity_number", is.identity_number == to_be.identity_number),
    ];
    let own = own.into_iter().filter(|(_, same)| !same).map(|(name, _)| name.to_owned());
    let claims: BTreeSet<&String> = is.claims.keys().chain(to_be.claims.keys()).collect();
    let claims = claims.into_iter().filter(|name| is.claims.get(*name) != to_be.claims.get(*name));
    own.chain(claims.map(|name| format!("claims.{name}"))).collect()
}
