//! What differs, line by line: `+` comes, `-` goes, `~` changes.

use serde_json::Map;
use serde_json::Value;

use crate::parts::versions::differing;

/// A line for what each member was, and one for what it is to be.
pub(super) fn values(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<String> {
    let line =
        |sign: char, name: &str, value: Option<&Value>| value.map(|value| format!("    {sign} {name} = {value}"));
    let both = |name: &String| [line('-', name, old.get(name)), line('+', name, new.get(name))];
    differing(old, new).into_iter().flat_map(both).flatten().collect()
}

/// The same without values.
pub(super) fn names(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<String> {
    let sign = |name: &String| match (old.contains_key(name), new.contains_key(name)) {
        (true, true) => '~',
        (true, false) => '-',
        _ => '+',
    };
    differing(old, new).into_iter().map(|name| format!("    {} {name}", sign(name))).collect()
}
