//! How deep the members of a tree may stand, so that whatever is above another, on whatever day, stands less deep.

use std::collections::BTreeMap;
use std::collections::HashMap;

/// Who is ever above whom: the lower, and the one above it.
pub type Above<'a> = (&'a str, &'a str);

/// These stand above each other in a circle, if not on one day, then on several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle(pub Vec<String>);

/// The depths of all that `above` names, none of them less than before; those that grew, the deepest first.
///
/// # Errors
///
/// There are none where somebody stands above itself.
pub fn depths(before: &HashMap<&str, i64>, above: &[Above<'_>]) -> Result<Vec<(String, i64)>, Circle> {
    let mut lower: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
    for (below, parent) in above {
        lower.entry(parent).or_default().push(below);
        *waiting.entry(below).or_default() += 1;
        waiting.entry(parent).or_default();
    }
    let was = |name: &str| before.get(name).copied().unwrap_or_default();
    let mut depth: BTreeMap<&str, i64> = waiting.keys().map(|name| (*name, was(name))).collect();
    let mut free: Vec<&str> = waiting.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    while let Some(parent) = free.pop() {
        waiting.remove(parent);
        let next = depth.get(parent).copied().unwrap_or_default() + 1;
        for below in lower.get(parent).into_iter().flatten() {
            depth.entry(below).and_modify(|depth| *depth = (*depth).max(next));
            if let Some(count) = waiting.get_mut(below) {
                *count -= 1;
                if *count == 0 {
                    free.push(below);
                }
            }
        }
    }
    if let Some(first) = waiting.keys().next() {
        return Err(circle(first, above, &waiting));
    }
    let mut grown: Vec<(String, i64)> = depth
        .into_iter()
        .filter(|(name, depth)| *depth > was(name))
        .map(|(name, depth)| (name.to_owned(), depth))
        .collect();
    grown.sort_by_key(|(_, depth)| std::cmp::Reverse(*depth));
    Ok(grown)
}

/// Whoever was left over has somebody above it who was left over: that way leads into the circle.
fn circle(first: &str, above: &[Above<'_>], left: &BTreeMap<&str, usize>) -> Circle {
    let mut way: Vec<&str> = vec![first];
    loop {
        let last = way.last().copied().unwrap_or_default();
        let next = above.iter().find(|(below, parent)| *below == last && left.contains_key(parent));
        let Some((_, next)) = next else { break };
        if let Some(at) = way.iter().position(|name| name == next) {
            way.drain(..at);
            break;
        }
        way.push(next);
    }
    Circle(way.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_above_stands_less_deep() {
        let above = [("b", "a"), ("c", "b"), ("c", "a"), ("d", "c")];
        let grown = depths(&HashMap::from([("a", 2)]), &above).unwrap();
        let expected = [("d", 5), ("c", 4), ("b", 3)].map(|(name, depth)| (name.to_owned(), depth));
        assert_eq!(grown, expected);
        let before = HashMap::from([("a", 2), ("b", 3), ("c", 9), ("d", 10)]);
        assert_eq!(depths(&before, &above), Ok(vec![]), "what suffices stays");
    }

    #[test]
    fn a_circle_is_named() {
        let Circle(mut names) =
            depths(&HashMap::new(), &[("a", "b"), ("b", "c"), ("c", "a"), ("x", "a"), ("a", "top")]).unwrap_err();
        names.sort();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(depths(&HashMap::new(), &[("a", "a")]), Err(Circle(vec!["a".to_owned()])));
    }
}
