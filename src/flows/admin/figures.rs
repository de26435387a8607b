//! How services are used, as far as the office reaches, before and after a reorganization: every day by where things stood on it.

use std::collections::BTreeMap;

use super::refusal::Refusal;
use super::units::reference;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::month::Month;
use crate::base::time::Timestamp;
use crate::identity::authority::Act;
use crate::identity::authority::Scope;
use crate::parts::authority;
use crate::parts::authority::Sight;
use crate::parts::authority::Subject;
use crate::parts::figures;
use crate::parts::figures::Bounds;
pub use crate::parts::figures::Sum;
use crate::parts::hierarchy;
use crate::parts::hierarchy::Hierarchy;

/// What is counted together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    /// Each day.
    #[default]
    Day,
    /// Each week from Monday on, and what there is of it in one year.
    Week,
    /// Each month.
    Month,
    /// All that is asked for.
    Whole,
}

impl Span {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Whole];

    /// Its name in requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Whole => "whole",
        }
    }

    /// The one of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.as_str() == text)
    }

    /// With which day what holds a day begins, of days from `first` on.
    fn begin(self, day: Day, first: Day) -> Day {
        let begun = match self {
            Self::Day => day,
            Self::Week => day.monday().max(day.new_year()),
            Self::Month => Month::of(day).map_or(day, Month::first),
            Self::Whole => first,
        };
        begun.max(first)
    }
}

/// What figures are asked for; those of all that the office reaches, where nothing narrows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Those of this service.
    pub service: Option<&'a str>,
    /// Those of this agency and of those that answer to it.
    pub agency: Option<&'a str>,
    /// Those within this unit: its code, or level and code, as of the last day.
    pub unit: Option<&'a str>,
    /// Those within this branch.
    pub branch: Option<&'a str>,
    /// From which day on; a month before the last one where it is absent.
    pub from: Option<Day>,
    /// Until which day; today where it is absent.
    pub to: Option<Day>,
    /// What is counted together.
    pub by: Span,
}

/// What was counted together.
#[derive(Clone, Debug)]
pub struct Line {
    /// The first of its days.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// What there was.
    pub sum: Sum,
}

/// So many days are looked at at most: a year, and what it is compared with.
const MOST: usize = 400;
/// So many where nobody says.
const USUAL: usize = 30;

/// Looks at figures, the earliest first; nothing is left out where there was nothing.
pub async fn look(app: &App, filter: &Filter<'_>, now: Timestamp) -> Result<Result<Vec<Line>, Refusal>, Fault> {
    let sight = match authority::sight(app, Act::FiguresLook, now).await? {
        Ok(sight) => sight,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let days = match days(filter, hierarchy::today(app, now)) {
        Ok(days) => days,
        Err(why) => return Ok(Err(Refusal::Mistake(why))),
    };
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return Ok(Ok(Vec::new())) };
    let sight = sight.as_of(last);
    let bounds = match bounds(sight.hierarchy(), filter, last) {
        Ok(bounds) => bounds,
        Err(why) => return Ok(Err(Refusal::Mistake(why))),
    };
    if let Err(refusal) = within(app, &sight, &bounds, now).await? {
        return Ok(Err(refusal));
    }
    let begin = |day: Day| filter.by.begin(day, first);
    let mut found = figures::by(app, [first, last], |subject| {
        let held = bounds.iter().all(|bounds| bounds.hold(sight.hierarchy(), subject));
        (held && sight.agency_on(&subject.agency, subject.day)).then(|| begin(subject.day)).into_iter().collect()
    })
    .await?;
    let mut lines: BTreeMap<Day, Day> = BTreeMap::new();
    for day in days {
        lines.insert(begin(day), day);
    }
    let line = |(from, to)| Line { from, to, sum: found.remove(&from).unwrap_or_default() };
    Ok(Ok(lines.into_iter().map(line).collect()))
}

/// The days that are asked for.
fn days(filter: &Filter<'_>, today: Day) -> Result<Vec<Day>, String> {
    let last = filter.to.unwrap_or(today).min(today);
    let back = std::iter::successors(Some(last), |day| day.eve());
    let days: Vec<Day> = match filter.from {
        None => back.take(USUAL).collect(),
        Some(from) => back.take_while(|day| *day >= from).take(MOST + 1).collect(),
    };
    match (days.len(), filter.from) {
        (0, Some(from)) => Err(format!("from: {from} is later than {last}")),
        (count, _) if count > MOST => Err(format!("from: at most {MOST} days are looked at at once")),
        _ => Ok(days.into_iter().rev().collect()),
    }
}

/// Within what they must lie: within all of it.
fn bounds(hierarchy: &Hierarchy, filter: &Filter<'_>, day: Day) -> Result<Vec<Bounds>, String> {
    let unit = filter.unit.map(|code| reference::one(hierarchy, code, day)).transpose()?;
    if let Some(branch) = filter.branch.filter(|branch| hierarchy.branch(branch).is_none()) {
        return Err(format!("branch: there is no {branch:?}"));
    }
    let bounds = [
        unit.map(|unit| Bounds::Unit(unit.id)),
        filter.branch.map(|branch| Bounds::Branch(branch.to_owned())),
        filter.agency.map(|agency| Bounds::Agency(agency.to_owned())),
        filter.service.map(|service| Bounds::Service(service.to_owned())),
    ];
    Ok(bounds.into_iter().flatten().collect())
}

/// Whether all of it may be looked at: what is shown of it would be taken for the whole.
async fn within(app: &App, sight: &Sight, bounds: &[Bounds], now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    let (mut scope, mut subject) = (Scope::default(), None);
    for bound in bounds {
        match bound {
            Bounds::Unit(unit) => scope.unit = Some(*unit),
            Bounds::Branch(branch) => scope.branch = Some(branch.clone()),
            Bounds::Agency(id) if !sight.agency(id) => subject = Some(Subject::Agency(id.clone())),
            Bounds::Agency(_) => return Ok(Ok(())),
            // Of a service there is what belonged to agencies that may be looked at.
            Bounds::Service(_) | Bounds::All => {}
        }
    }
    let subject = match subject {
        Some(subject) => subject,
        None if scope == Scope::default() || sight.within(&scope) => return Ok(Ok(())),
        None => Subject::Within(scope),
    };
    let asked = authority::ask(app, Act::FiguresLook, &subject, now).await?;
    Ok(asked.map_err(Refusal::from))
}
