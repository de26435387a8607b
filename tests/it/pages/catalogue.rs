//! The catalogues hold nothing that no page says.

use std::fs;
use std::path::Path;

#[test]
fn every_text_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    read_into(&mut sources, &root.join("src"));
    let catalogue = fs::read_to_string(root.join("src/i18n/vi.ftl")).unwrap();
    let ids = catalogue.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let unused: Vec<&str> = ids
        .filter_map(|line| line.split_once(" ="))
        .map(|(id, _)| id)
        .filter(|id| {
            let constant = format!("key::{}", id.replace('-', "_").to_uppercase());
            let function = format!("say::{}(", id.replace('-', "_"));
            !sources.contains(&function) && !contains_word(&sources, &constant)
        })
        .collect();
    assert_eq!(unused, Vec::<&str>::new());
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

fn read_into(sources: &mut String, folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            read_into(sources, &entry);
        } else if entry.extension().is_some_and(|kind| kind == "rs" || kind == "html") {
            sources.push_str(&fs::read_to_string(&entry).unwrap());
        }
    }
}
