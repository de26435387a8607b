//! Compares the two catalogues of texts and names their messages, so that a missing text fails the build.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

const VIETNAMESE: &str = "src/i18n/vi.ftl";
const ENGLISH: &str = "src/i18n/en.ftl";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={VIETNAMESE}");
    println!("cargo::rerun-if-changed={ENGLISH}");
    match name_messages() {
        Ok(()) => ExitCode::SUCCESS,
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| println!("cargo::error={mistake}"));
            ExitCode::FAILURE
        }
    }
}

fn name_messages() -> Result<(), Vec<String>> {
    let vi = read(VIETNAMESE)?;
    let en = read(ENGLISH)?;
    let mistakes = differences(&vi, &en);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| vec!["cargo named no OUT_DIR".to_owned()])?;
    fs::write(Path::new(&out).join("texts.rs"), source(&vi, &en)).map_err(|e| vec![e.to_string()])
}

/// A message: its first line, its variables, and which of them choose between forms (those are numbers).
#[derive(Default)]
struct Message {
    text: String,
    variables: BTreeSet<String>,
    numbers: BTreeSet<String>,
}

type Catalogue = BTreeMap<String, Message>;

/// Reads the part of Fluent's syntax that the catalogues use; anything else is a mistake.
fn read(path: &str) -> Result<Catalogue, Vec<String>> {
    let file = fs::read_to_string(path).map_err(|e| vec![format!("{path}: {e}")])?;
    let mut catalogue = Catalogue::new();
    let mut mistakes = Vec::new();
    let mut current = String::new();
    for (number, line) in file.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let place = format!("{path}:{}", number + 1);
        if !line.starts_with([' ', '}']) {
            match line.split_once(" = ").or_else(|| line.strip_suffix(" =").map(|id| (id, ""))) {
                Some((id, _)) if !is_id(id) => mistakes.push(format!("{place}: `{id}` is not a name in kebab-case")),
                Some((id, _)) if catalogue.contains_key(id) => mistakes.push(format!("{place}: `{id}` is there twice")),
                Some((id, text)) => {
                    current = id.to_owned();
                    catalogue.insert(current.clone(), Message { text: text.to_owned(), ..Message::default() });
                }
                None => mistakes.push(format!("{place}: `name = text` was expected")),
            }
        }
        if let Some(message) = catalogue.get_mut(&current) {
            note_variables(message, line);
        }
    }
    if mistakes.is_empty() { Ok(catalogue) } else { Err(mistakes) }
}

fn is_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn note_variables(message: &mut Message, line: &str) {
    for rest in line.split('$').skip(1) {
        let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        if rest.trim_start_matches(name.as_str()).trim_start().starts_with("->") {
            message.numbers.insert(name.clone());
        }
        message.variables.insert(name);
    }
}

fn differences(vi: &Catalogue, en: &Catalogue) -> Vec<String> {
    let ids: BTreeSet<&String> = vi.keys().chain(en.keys()).collect();
    ids.into_iter()
        .filter_map(|id| match (vi.get(id), en.get(id)) {
            (Some(a), Some(b)) if a.variables == b.variables => None,
            (Some(_), Some(_)) => Some(format!("`{id}` has other variables in {VIETNAMESE} than in {ENGLISH}")),
            (Some(_), None) => Some(format!("`{id}` is missing from {ENGLISH}")),
            _ => Some(format!("`{id}` is missing from {VIETNAMESE}")),
        })
        .collect()
}

/// The Rust source of the modules `key` (messages without variables), `say` (messages with variables) and `all`.
fn source(vi: &Catalogue, en: &Catalogue) -> String {
    let (mut keys, mut says, mut all) = (String::new(), String::new(), String::new());
    for ((id, message), english) in vi.iter().zip(en.values()) {
        let doc = if english.text.is_empty() { id } else { &english.text };
        if message.variables.is_empty() {
            let name = id.replace('-', "_").to_uppercase();
            let _ = writeln!(keys, "    /// {doc:?}\n    pub const {name}: Key = Key({id:?});");
        } else {
            says.push_str(&function(id, doc, &message.variables, &(&message.numbers | &english.numbers)));
        }
        let _ = writeln!(all, "    ({id:?}, &{:?}),", message.variables.iter().collect::<Vec<_>>());
    }
    format!(
        "/// The messages without variables.\npub mod key {{\n    use super::Key;\n\n{keys}}}\n\n\
         /// The messages with variables, formatted.\npub mod say {{\n    use super::Lang;\n\n{says}}}\n\n\
         #[cfg(test)]\nconst ALL: &[(&str, &[&str])] = &[\n{all}];\n"
    )
}

fn function(id: &str, doc: &str, variables: &BTreeSet<String>, numbers: &BTreeSet<String>) -> String {
    let (mut parameters, mut arguments) = (String::new(), String::new());
    for variable in variables {
        let kind = if numbers.contains(variable) { "u64" } else { "&str" };
        let _ = write!(parameters, ", {variable}: {kind}");
        let _ = write!(arguments, "({variable:?}, {variable}.into()), ");
    }
    let name = id.replace('-', "_");
    format!(
        "    /// {doc:?}\n    pub fn {name}(lang: Lang{parameters}) -> String {{\n        \
         super::format(lang, {id:?}, &[{arguments}])\n    }}\n"
    )
}
