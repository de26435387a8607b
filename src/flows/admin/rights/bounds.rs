//! A right as a command or a declaration names it: codes and days, and what is wrong with them.

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Agencies;
use crate::identity::authority::Holder;
use crate::identity::authority::Role;
use crate::identity::authority::Scope;
use crate::identity::authority::Wanted;
use crate::parts::hierarchy;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::hierarchy::UnitId;
use crate::store::clients;
use crate::store::people;

/// A right, by codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The role.
    pub role: String,
    /// The unit: its code, or `LEVEL/CODE` where several levels have it.
    pub unit: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The agency.
    pub agency: Option<String>,
    /// Whether the agency's subordinates as well.
    pub subordinates: bool,
    /// Whether its holder may give it on.
    pub may_delegate: bool,
    /// The first day; today where absent.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

impl Named {
    /// The right, for a holder.
    pub fn wanted(&self, app: &App, hierarchy: &Hierarchy, holder: Holder, now: Timestamp) -> Result<Wanted, String> {
        let role = Role::parse(&self.role).ok_or_else(|| {
            let all: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
            format!("role: {:?} is none; expected one of {}", self.role, all.join(", "))
        })?;
        let zone = &app.config.units.time_zone;
        let beyond = |day: Day| format!("{day} lies beyond the calendar");
        let from = match self.from {
            None => now,
            Some(day) => zone.begin(day).ok_or_else(|| beyond(day))?.max(now),
        };
        let until = match self.until {
            None => None,
            Some(day) => Some(zone.end(day).ok_or_else(|| beyond(day))?),
        };
        let unit = self.unit.as_deref().map(|code| unit(hierarchy, code, zone.day(from))).transpose()?;
        let agencies = match (&self.agency, self.subordinates) {
            (None, false) => Agencies::All,
            (None, true) => return Err("subordinates: of which agency? name it as well".to_owned()),
            (Some(agency), false) => Agencies::One(agency.clone()),
            (Some(agency), true) => Agencies::Below(agency.clone()),
        };
        let scope = Scope { unit, branch: self.branch.clone(), agencies };
        Ok(Wanted { holder, role, scope, may_delegate: self.may_delegate, from, until })
    }
}

/// The unit that bears a code on a day.
pub fn unit(hierarchy: &Hierarchy, named: &str, day: Day) -> Result<UnitId, String> {
    let (level, code) = named.split_once('/').map_or((None, named), |(level, code)| (Some(level), code));
    let mut found = hierarchy
        .with_code(code)
        .filter(|unit| unit.validity.covers(day) && level.is_none_or(|level| unit.level == level));
    match (found.next(), found.next()) {
        (Some(unit), None) => Ok(unit.id),
        (Some(one), Some(other)) => {
            let (one, other) = (&one.level, &other.level);
            Err(format!("unit: several have the code {code:?}; write {one}/{code} or {other}/{code}"))
        }
        (None, _) => Err(format!("unit: none has the code {named:?} on {day}")),
    }
}

/// What is wrong with a right that is to be given.
pub async fn check(app: &App, wanted: &Wanted, now: Timestamp) -> Result<Result<(), String>, Fault> {
    let there = match &wanted.holder {
        Holder::Person(id) => people::find(&app.db, *id).await?.is_some_and(|row| !row.is_disabled()),
        Holder::Client(id) => clients::find(&app.db, id).await?.is_some(),
    };
    if !there {
        return Ok(Err("whoever is to have it is not here, or may not sign in".to_owned()));
    }
    let hierarchy = hierarchy::whole(app).await?;
    Ok(sound(&hierarchy, wanted, hierarchy::today(app, wanted.from), now))
}

/// The same without the holder. `day`: the first one.
pub fn sound(hierarchy: &Hierarchy, wanted: &Wanted, day: Day, now: Timestamp) -> Result<(), String> {
    if wanted.until.is_some_and(|until| until <= wanted.from.max(now)) {
        return Err("until: expected a day that is not over, and not before the first".to_owned());
    }
    let scope = &wanted.scope;
    if scope.unit.is_some_and(|unit| hierarchy.unit_path(unit, day).is_empty()) {
        return Err(format!("unit: it is not there on {day}"));
    }
    if let Some(branch) = scope.branch.as_ref().filter(|branch| hierarchy.branch_path(branch, day).is_empty()) {
        return Err(format!("branch: {branch:?} is not there on {day}"));
    }
    match &scope.agencies {
        Agencies::One(agency) | Agencies::Below(agency) if hierarchy.agency_path(agency, day).is_empty() => {
            Err(format!("agency: {agency:?} is not there on {day}"))
        }
        _ => Ok(()),
    }
}

/// Bounds by their codes, as the trail keeps them.
pub fn told(hierarchy: &Hierarchy, scope: &Scope) -> String {
    let unit = scope.unit.map_or_else(
        || "everywhere".to_owned(),
        |id| {
            hierarchy
                .unit(id)
                .map_or_else(|| format!("unit {}", id.0), |unit| format!("unit {}/{}", unit.level, unit.code))
        },
    );
    let branch = scope.branch.as_ref().map(|branch| format!(", branch {branch}")).unwrap_or_default();
    let agency = match &scope.agencies {
        Agencies::All => String::new(),
        Agencies::One(agency) => format!(", agency {agency}"),
        Agencies::Below(agency) => format!(", agency {agency} and its subordinates"),
    };
    format!("{unit}{branch}{agency}")
}
