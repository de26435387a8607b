//! `motcua units tree --at` and `motcua agencies list --at`, beside the files.

use std::collections::BTreeMap;

use motcua::flows::admin::units::Named;
use motcua::flows::admin::units::tree;

use super::DAY;
use super::EVE;
use super::country::AGENCIES;
use super::country::agency;
use super::country::seats;
use super::expected::Became;
use super::expected::Files;
use crate::town::Town;
use crate::units::day;
use crate::units::whole;

/// Both days are what the files say.
pub async fn are_those_of(town: &Town, files: &Files) {
    let whole = whole(&town.app).await;
    for (at, units) in [(EVE, &files.before), (DAY, &files.after)] {
        let lines = tree::tree(&whole, None, day(at), None).unwrap();
        let said: BTreeMap<String, (&str, &str)> = lines
            .iter()
            .map(|line| {
                (format!("{}/{}", line.level, line.code), (line.name.as_str(), line.parent.as_deref().unwrap_or("")))
            })
            .collect();
        assert_eq!(lines.len(), units.len(), "{at}");
        assert!(said.iter().eq(units.iter()), "{at}");
    }
    let seat = |named: &Named| format!("{}/{}", named.level, named.code);
    for (at, is_after) in [(EVE, false), (DAY, true)] {
        let all = tree::agencies(&whole, None, day(at)).unwrap();
        let standing: Vec<_> = (0..AGENCIES).map(|n| all.iter().find(|one| one.id == agency(n)).unwrap()).collect();
        for (standing, before) in standing.into_iter().zip(seats()) {
            let (unit, divided) = match files.became(&before) {
                _ if !is_after => (before, None),
                Became::Itself => (before, None),
                Became::Whole(heir) => (heir, None),
                Became::Gone { parent } => (parent, None),
                Became::Divided { parent, .. } => (parent, Some(before)),
            };
            assert_eq!(standing.unit.as_ref().map(seat), Some(unit), "{} on {at}", standing.id);
            assert_eq!(standing.undecided_since_division_of.as_ref().map(seat), divided, "{} on {at}", standing.id);
        }
    }
}
