//! A branch, an agency or a unit that is written by itself: a declaration of one, by whoever has power over that very one and
//! over where it is to be, which rests on the version that was read.

use super::Error;
use super::Known;
use super::Prune;
use super::Report;
use super::Work;
use super::file::Declaration;
use super::file::Mistake;
use super::hierarchy::Standing;
use super::hierarchy::told;
use super::hierarchy::unplaced;
use super::plain;
use super::shape::AgencyDeclaration;
use super::shape::BranchDeclaration;
use super::shape::UnitDeclaration;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::refusal::Refusal;
use crate::flows::admin::units;
use crate::flows::admin::units::desk;
use crate::flows::admin::units::import;
use crate::flows::admin::units::look;
use crate::flows::admin::units::look::BranchLine;
use crate::flows::admin::units::moving;
use crate::flows::admin::units::moving::Move;
use crate::flows::admin::units::tree;
use crate::flows::admin::units::tree::Line;
use crate::flows::admin::units::version;
use crate::identity::agency::Agency;
use crate::identity::authority::Act;
use crate::identity::authority::Scope;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::as_of;
use crate::parts::authority;
use crate::parts::authority::Refused;
use crate::parts::authority::Subject;
use crate::parts::hierarchy;
use crate::parts::record::Change;
use crate::parts::versions::How;
use crate::store;
use crate::store::agencies;

type Outcome<T> = Result<Result<T, Refusal>, Fault>;

/// Goes on with what was decided, and answers what was refused.
macro_rules! decided {
    ($outcome:expr) => {
        match $outcome {
            Ok(done) => done,
            Err(refusal) => return Ok(Err(refusal)),
        }
    };
}

/// Writes a branch, new where `how` says that nothing is there; returns it with the version that it is from then on.
pub async fn branch(app: &App, declared: BranchDeclaration, how: How, now: Timestamp) -> Outcome<(BranchLine, i64)> {
    let (whole, today) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    let (code, day) = (declared.code.clone(), declared.from.unwrap_or(today));
    let before = whole.branch(&code);
    decided!(written([("parent", declared.parent.as_deref())]));
    decided!(begin(app, Act::BranchesChange, before.map(|_| Subject::Branch(code.clone())), now).await?);
    if before.is_none_or(|before| as_of(&before.parents, day) != Some(&declared.parent)) {
        let above = declared.parent.clone().map_or(Subject::Country, Subject::Branch);
        decided!(may(app, Act::BranchesChange, &above, now).await?);
    }
    let rests = |whole: &Hierarchy| {
        let there = whole.branch(&code);
        let is_now = || there.map(version::branch_is).unwrap_or_else(|| format!("branch {code} is not there"));
        rests_on(how, there.map(|branch| version::of_branch(branch).unwrap_or_default()), &is_now)
    };
    decided!(rests(&whole));
    decided!(check("code", &code, before.is_none(), plain::check_texts("name", &declared.name)));
    decided!(write(app, Declaration::of_branch(declared), &rests, now).await?);
    let whole = hierarchy::whole(app).await?;
    Ok(whole.branch(&code).map(|branch| look::told_of(branch, day)).ok_or(Refusal::NotThere))
}

/// Writes an agency, in the same way; what `declared` does not say stays as it is.
pub async fn agency(app: &App, declared: AgencyDeclaration, how: How, now: Timestamp) -> Outcome<look::Version> {
    let (whole, today) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    let (id, day) = (declared.id.clone(), declared.from.unwrap_or(today));
    let before = whole.agency(&id);
    decided!(written([("branch", declared.branch.as_deref()), ("parent", declared.parent.as_deref())]));
    decided!(begin(app, Act::AgenciesChange, before.map(|_| Subject::Agency(id.clone())), now).await?);
    let rests = |whole: &Hierarchy| {
        let is_now = || version::agency_is(whole, &id);
        rests_on(how, version::of_agency(whole, &id), &is_now)
    };
    decided!(rests(&whole));
    decided!(check("id", &id, before.is_none(), plain::check_texts("name", &declared.name)));
    if let Some(end) = before.and_then(|body| body.validity.to).filter(|end| *end <= today) {
        return Ok(Err(Refusal::Mistake(format!("agency {id} ended on {end}; what is over stays as it was"))));
    }
    for subject in decided!(stands(&whole, &declared, before, day)).into_iter().chain(shares(app, &declared).await?) {
        decided!(may(app, Act::AgenciesChange, &subject, now).await?);
    }
    decided!(write(app, Declaration::of_agency(declared), &rests, now).await?);
    let whole = hierarchy::whole(app).await?;
    Ok(look::told_of_agency(&whole, &id, day).ok_or(Refusal::NotThere))
}

/// Writes a unit, in the same way, as it is from a day on: with another name it is another, which takes the place of the one that
/// is there.
pub async fn unit(app: &App, declared: UnitDeclaration, how: How, now: Timestamp) -> Outcome<(Line, i64)> {
    let (whole, today) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    let (level, code) = (declared.level.clone(), declared.code.clone());
    let day = declared.from.unwrap_or(today);
    let before = whole.coded(&level, &code, day);
    decided!(begin(app, Act::UnitsChange, before.map(|unit| Subject::Unit(unit.id)), now).await?);
    let rests = |whole: &Hierarchy| {
        let there = whole.coded(&level, &code, day);
        let none = || format!("unit {level}/{code} is not there on {day}");
        let is_now = || there.map_or_else(none, |unit| version::unit_is(whole, unit));
        rests_on(how, there.map(|unit| version::of_unit(unit).unwrap_or_default()), &is_now)
    };
    decided!(rests(&whole));
    decided!(check("code", &code, false, plain::check_texts("name", &declared.name)));
    let changes = match import::plan(app, &whole, &[declared.wanted(None)], (day, now)) {
        Ok((changes, _)) => changes,
        Err(units::Error::Failed(fault)) => return Err(fault),
        Err(units::Error::Changed(how)) => return Ok(Err(Refusal::Changed(how))),
        Err(units::Error::Refused(mistakes)) => return Ok(Err(Refusal::Mistake(told(&mistakes).to_string()))),
    };
    let begun = changes.units.iter().map(|unit| unit.parents.values().next().copied());
    let moved = changes.parents.iter().filter(|one| before.is_some_and(|unit| unit.id == one.unit));
    for above in begun.chain(moved.map(|one| Some(one.parent))) {
        if before.is_none_or(|unit| above != as_of(&unit.parents, day).copied()) {
            let subject = above.map_or(Subject::Country, Subject::Unit);
            decided!(may(app, Act::UnitsChange, &subject, now).await?);
        }
    }
    decided!(write(app, Declaration::of_unit(declared), &rests, now).await?);
    let whole = hierarchy::whole(app).await?;
    let line = |unit: &Unit| (tree::line(&whole, unit, day), version::of_unit(unit).unwrap_or_default());
    Ok(whole.coded(&level, &code, day).map(line).ok_or(Refusal::NotThere))
}

/// Whether whoever acts here may do it to what is there; of what is not, nobody learns anything who may do it nowhere.
async fn begin(app: &App, act: Act, there: Option<Subject>, now: Timestamp) -> Outcome<()> {
    match there {
        Some(subject) => may(app, act, &subject, now).await,
        None => Ok(authority::sight(app, act, now).await?.map(drop).map_err(Refusal::from)),
    }
}

async fn may(app: &App, act: Act, subject: &Subject, now: Timestamp) -> Outcome<()> {
    let asked = authority::ask(app, act, subject, now).await?;
    Ok(asked.map_err(|refused| match (refused, subject) {
        (Refused::NotThere, Subject::Branch(code)) => {
            Refusal::Mistake(format!("parent: there is no branch {code:?}; write that one first"))
        }
        (refused, _) => refused.into(),
    }))
}

/// Whether a change may rest on what is there, of which `is_now` says how it is.
fn rests_on(how: How, there: Option<i64>, is_now: &dyn Fn() -> String) -> Result<(), Refusal> {
    match (how.basis(), there) {
        (Some(0), Some(_)) => Err(Refusal::There),
        (None, _) | (Some(0), None) => Ok(()),
        (Some(basis), there) if there == Some(basis) => Ok(()),
        (Some(_), _) => Err(Refusal::Changed(is_now())),
    }
}

/// Whether what is named could be anything's key: the trail keeps what was tried.
fn written<const N: usize>(named: [(&str, Option<&str>); N]) -> Result<(), Refusal> {
    let odd = |text: &str| text.is_empty() || text.len() > 255 || text.chars().any(char::is_control);
    match named.into_iter().find(|(_, key)| key.is_some_and(odd)) {
        Some((member, _)) => {
            Err(Refusal::Mistake(format!("{member}: must have 1 to 255 characters, none of them control")))
        }
        None => Ok(()),
    }
}

/// What can be known of it alone.
fn check(member: &str, key: &str, is_new: bool, texts: Result<(), Mistake>) -> Result<(), Refusal> {
    let key = if is_new { plain::check_key(member, key) } else { Ok(()) };
    key.and(texts).map_err(|mistake| Refusal::Mistake(mistake.to_string()))
}

/// Where an agency is to stand, if that is said anew.
fn stands(
    whole: &Hierarchy,
    declared: &AgencyDeclaration,
    before: Option<&Body>,
    day: Day,
) -> Result<Option<Subject>, Refusal> {
    let AgencyDeclaration { id, unit, branch, parent, .. } = declared;
    let (unit, branch, parent) = (unit.as_deref(), branch.as_deref(), parent.as_deref());
    if before.is_some() && unit.is_none() && branch.is_none() && parent.is_none() {
        return Ok(None);
    }
    let body = before.cloned().unwrap_or_else(|| unplaced(declared));
    let to = Move { unit, branch, parent, basis: None };
    let place = moving::place(whole, &body, &to, day).map_err(Refusal::Mistake)?;
    let is_there = as_of(&body.places, day) == Some(&place);
    Ok(if is_there { None } else { Some(desk::standing(id, place, parent)) })
}

/// Clients of one sector see the same identifiers of a person: whoever has an agency share one has power over all whose it is.
async fn shares(app: &App, declared: &AgencyDeclaration) -> Result<Vec<Subject>, Fault> {
    let all = agencies::all(&app.db).await?;
    let before = all.iter().find(|agency| agency.id == declared.id).map(|agency| &agency.sector);
    let sector = declared.sector.as_ref().or(before).unwrap_or(&declared.id);
    if before == Some(sector) {
        return Ok(Vec::new());
    }
    let others = all.iter().filter(|agency| agency.sector == *sector);
    let mut subjects: Vec<Subject> = others.map(|agency| Subject::Agency(agency.id.clone())).collect();
    if before.is_some() || (subjects.is_empty() && *sector != declared.id) {
        subjects.push(Subject::Within(Scope::default())); // one that is changed, or that another may have later
    }
    Ok(subjects)
}

impl Declaration {
    fn of_branch(branch: BranchDeclaration) -> Self {
        let mut declaration = Self::default();
        declaration.branches.push(branch);
        declaration
    }

    fn of_agency(agency: AgencyDeclaration) -> Self {
        let mut declaration = Self::default();
        declaration.agencies.push(agency);
        declaration
    }

    fn of_unit(unit: UnitDeclaration) -> Self {
        let mut declaration = Self::default();
        declaration.units.push(unit);
        declaration
    }
}

/// Writes a declaration, where what it rests on is there still.
async fn write(
    app: &App,
    mut declaration: Declaration,
    rests: &(dyn Fn(&Hierarchy) -> Result<(), Refusal> + Sync),
    now: Timestamp,
) -> Outcome<()> {
    let mistake = |mistake: Mistake| Refusal::Mistake(mistake.to_string());
    decided!(declaration.check().map_err(mistake));
    let change = Change::begin(app).await?;
    let mut work = Work { change, report: Report::default(), prune: Prune::Nothing, ended: Vec::new(), now };
    store::hierarchy::keep(&mut work.change.tx).await?;
    let mut known = Known::default();
    for agency in &mut declaration.agencies {
        let before: Option<Agency> = agencies::find_in(&mut work.change.tx, &agency.id).await?;
        agency.sector = agency.sector.take().or_else(|| Some(before.as_ref()?.sector.clone()));
        known.agencies.extend(before);
    }
    let standing = Standing::begin(app, &declaration, &mut work).await?;
    decided!(rests(standing.whole()));
    match super::tree(app, standing, &known, &mut work).await {
        Ok(()) => work.change.commit().await.map(|_| Ok(())),
        Err(Error::Failed(fault)) => Err(fault),
        Err(wrong) => Ok(Err(Refusal::Mistake(wrong.to_string()))),
    }
}
