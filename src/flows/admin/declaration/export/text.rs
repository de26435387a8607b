//! A declaration in TOML: a table for each entry, and a line for each member.

use serde_json::Value;

use super::Entry;

/// All of it, or why TOML cannot say it.
pub(super) fn toml(lists: &[(&str, Vec<Entry>)]) -> Result<String, String> {
    let mut text = String::new();
    for (list, entries) in lists {
        for entry in entries {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("[[{list}]]\n"));
            for (name, said) in entry {
                let key = entry.first().map(|(key, id)| format!("{key} = {id}")).unwrap_or_default();
                let said = value(said).map_err(|why| format!("[[{list}]] {key}: {name}: {why}; write JSON instead"))?;
                text.push_str(&format!("{} = {said}\n", bare(name)));
            }
        }
    }
    Ok(text)
}

fn value(of: &Value) -> Result<String, String> {
    Ok(match of {
        Value::Null => return Err("is null, which TOML has not".to_owned()),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) if number.is_u64() && number.as_i64().is_none() => {
            return Err(format!("{number} is greater than TOML's greatest number"));
        }
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(text),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(value).collect::<Result<_, _>>()?;
            format!("[{}]", all.join(", "))
        }
        Value::Object(all) if all.is_empty() => "{}".to_owned(),
        Value::Object(all) => {
            let member = |(name, said): (&String, &Value)| Ok(format!("{} = {}", bare(name), value(said)?));
            let all: Vec<String> = all.iter().map(member).collect::<Result<_, String>>()?;
            format!("{{ {} }}", all.join(", "))
        }
    })
}

/// JSON's escapes are TOML's; what TOML wants escaped besides is the last of the control characters.
fn string(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn bare(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_bare { name.to_owned() } else { string(name) }
}
