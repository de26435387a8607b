//! What documents name is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// conformance/coverage.md maps the modules of a published suite to tests: each that it names is there.
#[test]
fn every_test_that_the_coverage_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let coverage = fs::read_to_string(root.join("conformance/coverage.md")).unwrap();
    let named: BTreeSet<(&str, &str)> = coverage.split('`').filter_map(|quoted| quoted.split_once(".rs::")).collect();
    assert!(named.len() > 40, "only {} tests were read", named.len());
    let is_there = |(file, test): &(&str, &str)| {
        let text = fs::read_to_string(root.join(format!("tests/it/{file}.rs")));
        text.is_ok_and(|text| text.contains(&format!("fn {test}()")))
    };
    let gone: Vec<&(&str, &str)> = named.iter().filter(|test| !is_there(test)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

/// tests/it/credentials/README.md maps the clauses of three standards to tests: each that it names is there, and each clause has
/// one, or a word why not.
#[test]
fn every_test_that_the_clauses_of_credentials_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let clauses = fs::read_to_string(root.join("tests/it/credentials/README.md")).unwrap();
    let mut named = 0;
    for row in clauses.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| clause")) {
        let shown = row.split(" | ").nth(2).unwrap_or_default().trim_end_matches(" |");
        assert!(!shown.trim().is_empty(), "neither a test nor a reason: {row}");
        for (file, test) in row.split('`').filter_map(|quoted| quoted.split_once(".rs::")) {
            let path = if file.starts_with("src/") { format!("{file}.rs") } else { format!("tests/it/{file}.rs") };
            let text = fs::read_to_string(root.join(&path)).unwrap_or_else(|why| panic!("{path}: {why}"));
            assert!(text.contains(&format!("fn {test}(")), "{path} has no {test}: {row}");
            named += 1;
        }
    }
    assert!(named > 100, "only {named} tests were read");
}

/// Files that a document names are there: from the top, or from `src/` where code is meant.
#[test]
fn every_file_that_the_readme_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let quoted = readme.split('`').skip(1).step_by(2);
    let linked = readme.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    let is_path = |text: &&str| {
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
        plain && text.contains('/') && !text.starts_with('/')
    };
    let named: BTreeSet<&str> = quoted.chain(linked).filter(is_path).collect();
    assert!(named.len() > 8, "only {named:?} were read");
    let gone: Vec<&&str> =
        named.iter().filter(|path| !root.join(path).exists() && !root.join("src").join(path).exists()).collect();
    assert!(gone.is_empty(), "{gone:?}");
}
