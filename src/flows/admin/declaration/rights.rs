//! Rights of a declaration. What officials gave stays as it is, whatever the file says.

use super::Asked;
use super::Error;
use super::Prune;
use super::Work;
use super::file::Declaration;
use super::file::Mistake;
use super::people;
use super::right::RightDeclaration;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::people as known;
use crate::flows::admin::rights::bounds;
use crate::flows::admin::rights::deed::Deed;
use crate::flows::admin::rights::first;
use crate::flows::admin::rights::giving;
use crate::flows::admin::rights::giving::Hands;
use crate::flows::admin::rights::pending;
use crate::identity::audit::By;
use crate::identity::authority::Actor;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::identity::authority::Wanted;
use crate::parts::authority;
use crate::parts::hierarchy;
use crate::parts::hierarchy::Hierarchy;
use crate::store::clients;
use crate::store::hierarchy as store;

/// A right of the file, and who is to have it.
pub(super) struct Prepared<'a> {
    right: &'a RightDeclaration,
    holder: Holder,
}

/// The rights of the file, and those that are there.
pub(super) struct Rights<'a> {
    prepared: Vec<Prepared<'a>>,
    there: Vec<Authority>,
    /// What waits for a second official, where an official asks; none where the machine's operator gives.
    waiting: Option<Vec<Wanted>>,
}

/// Finds who is to have what the file gives.
pub(super) async fn prepare<'a>(
    app: &App,
    declaration: &'a Declaration,
    people: &[people::Prepared],
    now: Timestamp,
) -> Result<Rights<'a>, Error> {
    let mut prepared = Vec::new();
    for right in &declaration.rights {
        let (key, name) = right.holder().map_err(|why| declaration.mistake("role", &right.role, "right", &why))?;
        let holder = match key {
            "person" => person(app, people, name).await?.map(Holder::Person),
            _ if declaration.clients.iter().any(|client| client.client_id == name) => Some(Holder::Client(name.into())),
            _ => clients::find(&app.db, name).await?.map(|client| Holder::Client(client.id)),
        };
        let why = "is neither here nor in the database";
        let holder = holder.ok_or_else(|| declaration.mistake(key, name, "right of", why))?;
        prepared.push(Prepared { right, holder });
    }
    Ok(Rights { prepared, there: authority::all(app, now).await?, waiting: waiting(app, now).await? })
}

/// The rights that somebody asked for, where whoever acts here asks as well.
async fn waiting(app: &App, now: Timestamp) -> Result<Option<Vec<Wanted>>, Fault> {
    if !app.acts_for.as_ref().is_some_and(|by| matches!(by.actor, Actor::Official(_))) {
        return Ok(None);
    }
    let mut all = Vec::new();
    for row in pending::list(app, false, now).await? {
        if let Deed::Grant(grant) = Deed::read(&row.deed.0)? {
            all.push(grant.wanted()?);
        }
    }
    Ok(Some(all))
}

async fn person(app: &App, people: &[people::Prepared], name: &str) -> Result<Option<uuid::Uuid>, Fault> {
    if let Some(declared) = people.iter().find(|person| person.user_name == name) {
        return Ok(Some(declared.id));
    }
    Ok(known::find(app, name).await?.filter(|row| !row.is_disabled()).map(|row| row.id))
}

/// Gives what is not given yet; where pruning is wanted, what was given here before and is in the file no more goes. Units, branches
/// and agencies of the file are written before.
pub(super) async fn write(
    app: &App,
    declaration: &Declaration,
    Rights { prepared: rights, there, waiting }: &Rights<'_>,
    work: &mut Work<'_>,
) -> Result<(), Error> {
    if rights.is_empty() && work.prune == Prune::Nothing {
        return Ok(());
    }
    let hierarchy = store::read_held(&mut work.change.tx).await?;
    let wanted = read(app, declaration, &hierarchy, rights, work.now)?;
    let all: Vec<Wanted> = wanted.iter().map(|(wanted, _)| wanted.clone()).collect();
    if let Err(why) = first::check_beside(there, &all) {
        return Err(declaration.mistake("role", "national-operator", "right", &why).into());
    }
    let mut kept = Vec::new();
    let by = By::machine().because("declaration");
    for (wanted, holder) in &wanted {
        if let Some(same) = there.iter().find(|right| is_same(right, wanted) && right.counts_or_will(work.now)) {
            kept.push(same.id);
            continue;
        }
        let former = there.iter().find(|right| is_for_the_same(right, wanted) && right.granted_by == Actor::Machine);
        if let Some(waiting) = waiting {
            if !waiting.iter().any(|other| waits(other, wanted)) {
                let what =
                    format!("right {holder}: {}, {}", wanted.role.as_str(), bounds::told(&hierarchy, &wanted.scope));
                work.report.diff.push(format!("+ {what}, where another official approves it"));
                work.report.changes.push(format!("asked for approval of {what}"));
                let former = former.map(|right| right.id);
                work.report.asked.push(Asked { wanted: wanted.clone(), former, what });
            }
            continue;
        }
        if let Some(former) = former {
            authority::take_in(&mut work.change, former.id, &by, work.now).await?;
            kept.push(former.id);
        }
        giving::give(app, &mut work.change, (wanted, &hierarchy), &Hands::of(&by), work.now).await?;
        let (verb, sign) = if former.is_some() { ("changed", '~') } else { ("gave", '+') };
        let what = format!("{}, {}", wanted.role.as_str(), bounds::told(&hierarchy, &wanted.scope));
        work.report.diff.push(format!("{sign} right {holder}: {what}"));
        work.report.changes.push(format!("{verb} right {holder}: {what}"));
    }
    let prunes = work.prune != Prune::Nothing;
    let gone = there.iter().filter(|right| prunes && right.granted_by == Actor::Machine && !kept.contains(&right.id));
    for right in gone {
        authority::take_in(&mut work.change, right.id, &by, work.now).await?;
        let what = format!("{} {}, {}", right.id, right.role.as_str(), bounds::told(&hierarchy, &right.scope));
        work.report.diff.push(format!("- right {what}"));
        work.report.changes.push(format!("ended right {what}"));
    }
    Ok(())
}

/// The rights, with who has them in words. One that is over is none: the same file goes on being applied.
fn read<'a>(
    app: &App,
    declaration: &Declaration,
    hierarchy: &Hierarchy,
    rights: &'a [Prepared<'_>],
    now: Timestamp,
) -> Result<Vec<(Wanted, &'a str)>, Mistake> {
    let mut all = Vec::new();
    for Prepared { right, holder } in rights {
        let (key, name) = right.holder().map_err(Mistake)?;
        let mistake = |why: String| declaration.mistake(key, name, "right of", &why);
        let wanted = right.named().wanted(app, hierarchy, holder.clone(), now).map_err(mistake)?;
        if wanted.until.is_none_or(|until| until > now) {
            bounds::sound(hierarchy, &wanted, hierarchy::today(app, wanted.from), now).map_err(mistake)?;
            all.push((wanted, name));
        }
    }
    Ok(all)
}

fn is_for_the_same(right: &Authority, wanted: &Wanted) -> bool {
    right.holder == wanted.holder && right.role == wanted.role && right.scope == wanted.scope
}

fn waits(other: &Wanted, wanted: &Wanted) -> bool {
    let Wanted { holder, role, scope, may_delegate, from, until } = other;
    let same = *holder == wanted.holder && *role == wanted.role && *scope == wanted.scope;
    same && *may_delegate == wanted.may_delegate && *from <= wanted.from && *until == wanted.until
}

fn is_same(right: &Authority, wanted: &Wanted) -> bool {
    let begins = right.from <= wanted.from;
    is_for_the_same(right, wanted) && begins && right.until == wanted.until && right.may_delegate == wanted.may_delegate
}
