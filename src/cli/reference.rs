//! References of the two files that operators write, made from the types that read them: what stands there is what counts.

use std::fmt::Write;

use schemars::generate::SchemaSettings;
use serde_json::Value;
use toml::Table;

use crate::config;
use crate::config::Config;
use crate::flows::admin::declaration::file::Declaration;

/// Every key of the configuration at its default: a file that can be begun with.
pub fn of_configuration() -> String {
    let defaults = Table::try_from(Config::default()).unwrap_or_default();
    let mut out =
        "# Every key of the configuration with its default. A variable MOTCUA__SECTION__KEY overrides a key.\n"
            .to_owned();
    for (section, shape) in properties(&config::schema()) {
        let values = defaults.get(section).and_then(toml::Value::as_table);
        table(&mut out, section, shape, values);
    }
    out
}

/// Every key of a declaration.
pub fn of_declaration() -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<Declaration>().to_value();
    let mut out =
        "# Every key of a declaration, each table as often as needed; the same names hold in JSON.\n".to_owned();
    for (section, shape) in properties(&schema) {
        table(&mut out, section, shape, None);
    }
    out
}

/// A table, or the first of a list of tables, whose defaults are known or not.
fn table(out: &mut String, name: &str, shape: &Value, defaults: Option<&Table>) {
    let items = shape.get("items");
    let shape = items.unwrap_or(shape);
    out.push('\n');
    comment(out, "", text(shape, "description"));
    // A list of tables is begun by whoever needs it.
    let before = if items.is_some() && defaults.is_none() { "# " } else { "" };
    let _ = if items.is_some() { writeln!(out, "{before}[[{name}]]") } else { writeln!(out, "[{name}]") };
    let required = |key: &str| list(shape, "required").any(|name| name == key);
    let (needed, others): (Vec<_>, Vec<_>) = properties(shape).partition(|(key, _)| required(key));
    for (key, member) in needed.into_iter().chain(others) {
        let is_needed = required(key) || text(member, "description").contains("No default");
        describe(out, "", member, if is_needed { " Required." } else { "" });
        let _ = match defaults.and_then(|values| values.get(key)) {
            Some(value) if !is_needed => writeln!(out, "{key} = {value}"),
            _ => writeln!(out, "# {key} = {}", default(member).unwrap_or_else(|| example(member).to_owned())),
        };
    }
}

/// What a member does, what it accepts, and the members that it has itself.
fn describe(out: &mut String, margin: &str, member: &Value, after: &str) {
    let kinds: Vec<&str> = kinds(member);
    let kind = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(" or ")) };
    comment(out, margin, &format!("{}{after}{kind}", text(member, "description")));
    let inner = inner(member);
    for (value, what) in choices(inner) {
        let colon = if what.is_empty() { "" } else { ": " };
        comment(out, &format!("{margin}  "), &format!("{value:?}{colon}{what}"));
    }
    for shape in std::iter::once(inner).chain(variants(inner)) {
        // Of a form that is named by its one key, the form says what it is.
        let one = shape != inner && properties(shape).count() == 1;
        for (key, member) in properties(shape) {
            let margin = format!("{margin}  {key}: ");
            if one { comment(out, &margin, text(shape, "description")) } else { describe(out, &margin, member, "") }
        }
    }
}

/// The types of the values that are accepted.
fn kinds(member: &Value) -> Vec<&'static str> {
    let shape = inner(member);
    let of = |shape: &Value| match shape.get("type").and_then(Value::as_str).or_else(|| list(shape, "type").next()) {
        Some("string") => Some("text"),
        Some("integer" | "number") => Some("number"),
        Some("boolean") => Some("true or false"),
        Some("array") => Some("list"),
        Some("object") => Some("table"),
        _ => None,
    };
    let is_list = member.get("items").is_some();
    let mut kinds: Vec<_> = std::iter::once(shape).chain(variants(shape)).filter_map(of).collect();
    kinds.dedup();
    if is_list { vec!["list"] } else { kinds }
}

/// What a member holds where it is there, or what its list holds.
fn inner(member: &Value) -> &Value {
    let optional = variants(member).find(|shape| shape.get("type") != Some(&Value::from("null")));
    let is_optional = variants(member).any(|shape| shape.get("type") == Some(&Value::from("null")));
    let shape = optional.filter(|_| is_optional).unwrap_or(member);
    shape.get("items").unwrap_or(shape)
}

/// The values of a closed set, and what each means.
fn choices(shape: &Value) -> impl Iterator<Item = (&str, &str)> {
    let plain = list(shape, "enum").map(|value| (value, ""));
    let described = ["oneOf", "anyOf"].into_iter().flat_map(|kind| shape.get(kind).and_then(Value::as_array)).flatten();
    plain.chain(described.flat_map(|one| {
        let value = one.get("const").and_then(Value::as_str).map(|value| (value, text(one, "description")));
        value.into_iter().chain(list(one, "enum").map(|value| (value, "")))
    }))
}

fn variants(shape: &Value) -> impl Iterator<Item = &Value> {
    let all = ["anyOf", "oneOf"].into_iter().flat_map(|kind| shape.get(kind).and_then(Value::as_array)).flatten();
    all.flat_map(|one| {
        let nested = ["anyOf", "oneOf"].into_iter().flat_map(|kind| one.get(kind).and_then(Value::as_array)).flatten();
        std::iter::once(one).chain(nested)
    })
}

/// What holds where the key is absent, as TOML writes it.
fn default(member: &Value) -> Option<String> {
    member.get("default").filter(|value| !value.is_null() && !value.is_object()).map(Value::to_string)
}

fn example(member: &Value) -> &'static str {
    match kinds(member).first() {
        Some(&"number") => "0",
        Some(&"true or false") => "false",
        Some(&"list") => "[]",
        Some(&"table") => "{}",
        _ => "\"\"",
    }
}

fn properties(shape: &Value) -> impl Iterator<Item = (&String, &Value)> {
    shape.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn list<'a>(shape: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    shape.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn text<'a>(shape: &'a Value, key: &str) -> &'a str {
    shape.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A comment, in lines that a terminal holds.
fn comment(out: &mut String, margin: &str, text: &str) {
    const WIDTH: usize = 110;
    let mut line = format!("# {margin}");
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{}", line.trim_end());
            line = format!("# {}", " ".repeat(margin.len() - margin.trim_start().len()));
        }
        line.push_str(word);
        line.push(' ');
    }
    if line.trim_end() != "#" {
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
