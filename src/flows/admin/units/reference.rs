//! Units as files name them: by a code, or by level and code where one level does not say which: `province/01`.

use crate::base::day::Day;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Unit;

/// A code, of a level where that stands before it.
pub(in crate::flows::admin) fn split(text: &str) -> (Option<&str>, &str) {
    text.split_once('/').map_or((None, text), |(level, code)| (Some(level), code))
}

/// Whether there is such a level.
pub(in crate::flows::admin) fn level(hierarchy: &Hierarchy, code: &str) -> Result<(), String> {
    if hierarchy.level(code).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = hierarchy.levels().iter().map(|level| level.code.as_str()).collect();
    let known = if known.is_empty() { "there are none yet".to_owned() } else { known.join(", ") };
    Err(format!("level: {code:?} is none ({known}); declare it as [[levels]] with `motcua apply`"))
}

/// The units that a text may mean on a day.
pub(in crate::flows::admin) fn meant<'a>(hierarchy: &'a Hierarchy, text: &str, day: Day) -> Vec<&'a Unit> {
    let (level, code) = split(text);
    let fits = |unit: &&Unit| unit.validity.covers(day) && level.is_none_or(|level| unit.level == level);
    hierarchy.with_code(code).filter(fits).collect()
}

/// The one unit that a text means on a day, or why there is none.
pub(in crate::flows::admin) fn one<'a>(hierarchy: &'a Hierarchy, text: &str, day: Day) -> Result<&'a Unit, String> {
    match meant(hierarchy, text, day).as_slice() {
        [] => Err(unknown(hierarchy, text, day)),
        [unit] => Ok(unit),
        several => Err(ambiguous(text, several.iter().map(|unit| unit.level.as_str()))),
    }
}

/// There is no such unit on a day; when there is one, where there ever is.
pub(in crate::flows::admin) fn unknown(hierarchy: &Hierarchy, text: &str, day: Day) -> String {
    let (level, code) = split(text);
    let mut others: Vec<&Unit> =
        hierarchy.with_code(code).filter(|unit| level.is_none_or(|level| unit.level == level)).collect();
    others.sort_by_key(|unit| unit.validity.from);
    match others.last() {
        Some(unit) if day < unit.validity.from => {
            let (level, name, from) = (&unit.level, &unit.name.vi, unit.validity.from);
            format!("{text}: {level} {code} ({name}) begins on {from}, and {day} is before that; give a later date")
        }
        Some(unit) => {
            let to = unit.validity.to.map(|to| format!(" on {to}")).unwrap_or_default();
            format!("{text}: {} {code} ({}) ended{to}; name what took its place", unit.level, unit.name.vi)
        }
        None => format!("{text}: there is no unit with this code on {day}; `motcua units import` it first"),
    }
}

/// Several units may be meant.
pub(in crate::flows::admin) fn ambiguous<'a>(text: &str, levels: impl Iterator<Item = &'a str>) -> String {
    let choices: Vec<String> = levels.map(|level| format!("{level}/{}", split(text).1)).collect();
    format!("{text}: may be {}; write which", choices.join(" or "))
}
