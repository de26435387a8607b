//! Where an official acts. Who has rights within several bounds chooses one; those of the others rest meanwhile.

use std::fmt;

use uuid::Uuid;

use super::Agencies;
use super::Authority;
use super::Scope;
use crate::identity::hierarchy::UnitId;

/// The bounds that some rights of an official have in common, as of an instant: after a reform it is another office, and what
/// names the former one counts for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Office(pub Scope);

const EVERYWHERE: &str = "everywhere";

impl Office {
    /// The one in which this right counts.
    pub fn of(right: &Authority) -> Self {
        Self(right.scope.clone())
    }

    /// The one that is written so, as tokens, cookies and the trail have it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut scope = Scope::default();
        for (kind, name) in text.split(',').filter(|_| text != EVERYWHERE).map(|bound| bound.split_once(':').unzip()) {
            let name = name.filter(|name| !name.is_empty())?;
            match kind? {
                "unit" if scope.unit.is_none() => scope.unit = Some(UnitId(Uuid::try_parse(name).ok()?)),
                "branch" if scope.branch.is_none() => scope.branch = Some(name.to_owned()),
                "agency" if scope.agencies == Agencies::All => scope.agencies = Agencies::One(name.to_owned()),
                "agencies" if scope.agencies == Agencies::All => scope.agencies = Agencies::Below(name.to_owned()),
                _ => return None,
            }
        }
        Some(Self(scope))
    }
}

impl fmt::Display for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope { unit, branch, agencies } = &self.0;
        let agency = match agencies {
            Agencies::All => None,
            Agencies::One(id) => Some(format!("agency:{id}")),
            Agencies::Below(id) => Some(format!("agencies:{id}")),
        };
        let unit = unit.map(|unit| format!("unit:{}", unit.0));
        let branch = branch.as_ref().map(|branch| format!("branch:{branch}"));
        let bounds: Vec<String> = [unit, branch, agency].into_iter().flatten().collect();
        f.write_str(if bounds.is_empty() { EVERYWHERE.to_owned() } else { bounds.join(",") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_read_as_it_is_written() {
        let unit = Some(UnitId(Uuid::from_u128(7)));
        let agency = || "so-tu-phap".to_owned();
        for agencies in [Agencies::All, Agencies::One(agency()), Agencies::Below(agency())] {
            for (unit, branch) in
                [(None, None), (unit, None), (None, Some("health".to_owned())), (unit, Some("tax".to_owned()))]
            {
                let office = Office(Scope { unit, branch, agencies: agencies.clone() });
                assert_eq!(Office::parse(&office.to_string()), Some(office));
            }
        }
    }

    #[test]
    fn what_is_no_office_is_read_as_none() {
        for text in
            ["", "unit:", "unit:7", "branch", "branch:a,branch:b", "agency:a,agencies:b", "everywhere,branch:a", "x:y"]
        {
            assert_eq!(Office::parse(text), None, "{text}");
        }
    }
}
