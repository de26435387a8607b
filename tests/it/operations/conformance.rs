//! The runner of the conformance suite: what it must not let pass.

use std::path::Path;
use std::process::Command;

#[test]
fn the_judge_of_the_conformance_runner_lets_nothing_pass_that_was_not_foreseen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("/usr/bin/python3");
    python.args(["-I", "-B"]).arg(root.join("tests/python/judge_test.py")).arg(root.join("conformance/oidf"));
    let said = python.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}
