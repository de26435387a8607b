//! Figures are read: of services, agencies, units, branches and the whole, each row by where its agency stood on its day.

use std::collections::HashMap;

use super::written::sketch;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::sketch::Sketch;
use crate::identity::authority::Place;
use crate::identity::figures::Counts;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::UnitId;
use crate::parts::hierarchy;
use crate::store::figures;
use crate::store::figures::Subject;

/// Of what figures are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Bounds {
    /// All services.
    All,
    /// All within a unit.
    Unit(UnitId),
    /// All within a branch.
    Branch(String),
    /// Those of an agency and of those that answer to it.
    Agency(String),
    /// One.
    Service(String),
}

/// What was counted, all together. People of several years are counted once in each: by another key nobody is known again.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// How many of what.
    pub counts: Counts,
    people: HashMap<i64, Sketch>,
}

impl Sum {
    /// How many people signed in.
    pub fn people(&self) -> u64 {
        self.people.values().map(Sketch::count).sum()
    }

    /// Whether that is not about how many.
    pub fn is_exact(&self) -> bool {
        self.people.values().all(Sketch::is_exact)
    }

    fn add(&mut self, day: Day, counts: &Counts, people: &Sketch) {
        self.counts.merge(counts);
        self.people.entry(day.number() / 10_000).or_default().merge(people);
    }
}

/// Rows of one page.
const PAGE: i64 = 100;

/// What was counted on each of the days from one to another, by what `name` makes of each row: rows of one name are counted
/// together, those of none are left out.
pub async fn by<K: std::hash::Hash + Eq>(
    app: &App,
    days: [Day; 2],
    name: impl Fn(&Subject) -> Vec<K>,
) -> Result<HashMap<K, Sum>, Fault> {
    let mut sums: HashMap<K, Sum> = HashMap::new();
    let mut after: Option<Subject> = None;
    loop {
        let rows = figures::between(&app.db, days, after.as_ref(), PAGE).await?;
        for row in &rows {
            let names = name(&row.subject());
            if names.is_empty() {
                continue;
            }
            let people = sketch(app, row)?;
            for name in names {
                sums.entry(name).or_default().add(row.subject().day, row.counts(), &people);
            }
        }
        match rows.last() {
            Some(last) if i64::try_from(rows.len()).is_ok_and(|rows| rows == PAGE) => after = Some(last.subject()),
            _ => return Ok(sums),
        }
    }
}

/// What was counted within some bounds, all together.
pub async fn of(app: &App, days: [Day; 2], bounds: &Bounds) -> Result<Sum, Fault> {
    let hierarchy = hierarchy::whole(app).await?;
    let within = |subject: &Subject| bounds.hold(&hierarchy, subject).then_some(()).into_iter().collect();
    Ok(by(app, days, within).await?.remove(&()).unwrap_or_default())
}

impl Bounds {
    /// Whether something lies within, as of its day.
    pub fn hold(&self, hierarchy: &Hierarchy, of: &Subject) -> bool {
        let place = || Place::of_agency(&of.agency, hierarchy, of.day);
        match self {
            Self::All => true,
            Self::Unit(unit) => place().units.contains(unit),
            Self::Branch(branch) => place().branches.contains(branch),
            Self::Agency(agency) => of.agency == *agency || place().agencies.contains(agency),
            Self::Service(service) => of.service == *service,
        }
    }
}
