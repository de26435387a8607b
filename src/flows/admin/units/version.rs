//! Versions of what the hierarchy has: a number that is another once anything of it is another, on whatever day.

use serde_json::Value;
use serde_json::json;

use super::Error;
use super::Named;
use super::tree;
use crate::base::day::Day;
use crate::base::secret::sha256;
use crate::identity::hierarchy::Branch;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Unit;

/// Of an agency; `None` where there never was one.
pub(in crate::flows::admin) fn of_agency(hierarchy: &Hierarchy, id: &str) -> Option<i64> {
    let told = tree::agency(hierarchy, id, hierarchy.agency(id)?.validity.from)?;
    number(&serde_json::to_value(told).ok()?)
}

/// Of a branch.
pub(in crate::flows::admin) fn of_branch(branch: &Branch) -> Option<i64> {
    let Branch { code, name, validity, parents, .. } = branch;
    number(&json!([code, name, validity.from, validity.to, parents.iter().collect::<Vec<_>>()]))
}

/// Of a unit.
pub(in crate::flows::admin) fn of_unit(unit: &Unit) -> Option<i64> {
    let Unit { id, level, code, kind, name, validity, parents } = unit;
    number(&json!([id, level, code, kind, name, validity.from, validity.to, parents.iter().collect::<Vec<_>>()]))
}

fn number(told: &Value) -> Option<i64> {
    let digest = sha256(&serde_json::to_vec(told).ok()?);
    let [a, b, c, d, e, f, ..] = digest;
    Some(i64::from_be_bytes([0, 0, a, b, c, d, e, f]).max(1))
}

/// Whether an agency is the version on which a change rests; else how it is now.
pub(super) fn rests_on(hierarchy: &Hierarchy, id: &str, basis: Option<i64>) -> Result<(), Error> {
    if basis.is_none_or(|basis| of_agency(hierarchy, id) == Some(basis)) {
        return Ok(());
    }
    Err(Error::Changed(agency_is(hierarchy, id)))
}

/// How an agency is that is not as it was read.
pub(in crate::flows::admin) fn agency_is(hierarchy: &Hierarchy, id: &str) -> String {
    let Some(body) = hierarchy.agency(id) else { return format!("agency {id} is not there") };
    let called = format!("it is called {}", body.name.vi);
    let stands = body.places.last_key_value().map(|(from, place)| {
        let unit = place.unit.and_then(|unit| Named::with(hierarchy, unit)).map(|unit| format!(" in {unit}"));
        let branch = place.branch.as_ref().map(|branch| format!(", branch {branch}"));
        let parent = place.parent.as_ref().map(|parent| format!(", below {parent}"));
        let told: String = [unit, branch, parent].into_iter().flatten().collect();
        format!(", {}; from {from} on it stands{told}", body.kind.as_str())
    });
    format!("agency {id} is not as it was read: {called}{}{}", stands.unwrap_or_default(), end(body.validity.to))
}

/// How a branch is that is not as it was read.
pub(in crate::flows::admin) fn branch_is(branch: &Branch) -> String {
    let Branch { code, name, validity, parents, .. } = branch;
    let above = parents.last_key_value().map(|(from, parent)| match parent {
        Some(parent) => format!("; from {from} on it is a part of {parent}"),
        None => format!("; from {from} on it is a part of none"),
    });
    let (above, end) = (above.unwrap_or_default(), end(validity.to));
    format!("branch {code} is not as it was read: it is called {}{above}{end}", name.vi)
}

/// How a unit is that is not as it was read.
pub(in crate::flows::admin) fn unit_is(hierarchy: &Hierarchy, unit: &Unit) -> String {
    let Unit { level, code, name, kind, validity, parents, .. } = unit;
    let above = parents.last_key_value().and_then(|(from, parent)| {
        let parent = Named::with(hierarchy, *parent)?;
        Some(format!("; from {from} on it is a part of {parent}"))
    });
    let kind = kind.as_ref().map(|kind| format!(", {kind}")).unwrap_or_default();
    let (above, end) = (above.unwrap_or_default(), end(validity.to));
    format!("unit {level}/{code} is not as it was read: it is called {}{kind}{above}{end}", name.vi)
}

fn end(to: Option<Day>) -> String {
    to.map(|to| format!(", until {to}")).unwrap_or_default()
}
