//! The description of the API, as programs read it that know nothing else: schemathesis, and a client that is generated
//! from it.

use std::path::Path;
use std::process::Command;

/// Where tests/run puts what `tests/python/requirements.txt` names.
const PYTHON: &str = "tests/python/packages/bin/python";

/// What schemathesis sends that the description lets through or does not, is answered as it says.
#[test]
fn schemathesis_finds_nothing() {
    runs("contract.py");
}

/// A client that is generated from the description reads units as of a day, writes a service, is told by a problem with
/// its type that somebody was faster, and reads a list page by page.
#[test]
fn a_generated_client_works_with_what_is_described() {
    runs("generated_client.py");
}

fn runs(script: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = tempfile::tempdir().unwrap();
    // -B: nothing is left beside the script.
    let mut python = Command::new(root.join(PYTHON));
    python.arg("-B").arg(root.join("tests/python").join(script));
    let done = python.arg(env!("CARGO_BIN_EXE_motcua")).arg(directory.path()).output();
    let done = done.unwrap_or_else(|error| panic!("{PYTHON}: {error}; tests/run installs it"));
    let (said, wrong) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{script}: {}\n{said}\n{wrong}", done.status);
}
