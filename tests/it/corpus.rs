//! The corpus of every fuzz target is read again.

#[path = "../../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;

fn replay(name: &str, target: fn(&[u8])) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files: Vec<_> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty(), "{} is empty", directory.display());
    for file in files {
        target(&fs::read(&file).unwrap());
    }
}

#[test]
fn what_fuzzing_found_is_taken_or_refused_and_breaks_nothing() {
    replay("parameters", targets::parameters);
    replay("authorization_request", targets::authorization_request);
    replay("jws", targets::jws);
    replay("jwe", targets::jwe);
    replay("jwt", targets::jwt);
    replay("jwks", targets::jwks);
    replay("redirect_uri", targets::redirect_uri);
    replay("client_metadata", targets::client_metadata);
    replay("registration", targets::registration);
    replay("software_statement", targets::software_statement);
}

/// A target without a line above would be replayed by nobody.
#[test]
fn every_target_is_replayed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names = |directory: &str| -> Vec<String> {
        let entries = fs::read_dir(root.join(directory)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("fuzz_targets"), names("corpus"));
    let replayed = include_str!("corpus.rs").matches("    replay(\"").count();
    assert_eq!(replayed, names("corpus").len());
}
