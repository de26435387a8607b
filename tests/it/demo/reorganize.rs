//! `motcua demo --reorganize`, as the README has it.

use crate::operations::readme;
use crate::operations::readme::shell;

use super::process;

/// The seconds and MiB of a step that is told on a line of its own: `  what: 1.2 s, 34 MiB`.
fn spent(line: &str) -> Option<(f64, u64)> {
    let (seconds, memory) = line.strip_prefix("  ")?.rsplit_once(": ")?.1.split_once(" s, ")?;
    Some((seconds.parse().ok()?, memory.strip_suffix(" MiB")?.parse().ok()?))
}

#[test]
fn a_country_is_reorganized_overnight_and_looked_at() {
    let directory = tempfile::tempdir().unwrap();
    let section = readme::section("README.md", "### Territory, branches and agencies through time");
    let lines = readme::blocks(&section, "sh").into_iter().find(|block| block.contains("--reorganize")).unwrap();
    let said = shell(directory.path(), &lines, &[]).succeeded();
    for line in [
        "  province       63 -> 34",
        "  district      693 -> 0",
        "  commune      9702 -> 3445",
        "units      6984 merged, 688 renamed, 688 divided, 688 abolished, 1410 go on",
        "agencies   33 went where their unit went, 2 to what their abolished unit was a part of, 2 wait for a decision",
        "rights     of 700: 12 of the whole country, 102 where they were,",
        "           415 where their unit's successor is; in 203 units those of several meet,",
        "           138 of abolished and 33 of divided units: what they were a part of has them",
        "subjects   of 15000: 0 changed",
        "clients    of 2900: 0 registered anew",
        "sign-ins   600 of 600 sessions, 600 of 600 refresh tokens and 200 of 200 passwords work as before",
        "reports    as of both days, and what must not change: right",
    ] {
        assert!(said.lines().any(|other| other == line), "{line}\n{said}");
    }
    assert!(said.contains("who has 171 rights of units that are no more (motcua rights settle)"), "{said}");
    let steps: Vec<(f64, u64)> = said.lines().filter_map(spent).collect();
    assert_eq!(steps.len(), 16, "{said}");
    assert!(steps.iter().all(|(_, memory)| (1..1024).contains(memory)), "{said}");
    // What the other commands say of it.
    let districts = said.lines().filter(|line| line.ends_with(" (district)")).count();
    assert_eq!(districts, 11, "{said}");
    let undecided = said.lines().filter(|line| line.contains("(undecided: commune/0101")).count();
    assert_eq!(undecided, 1, "{said}");
}

/// `motcua demo --help`: "--state names a new directory"
#[test]
fn a_directory_that_is_there_stays_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().to_str().unwrap();
    let refused = process::command().args(["--reorganize", "--state", state]).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("--state names a new directory"), "{said}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    for more in [&["--port", "8000"][..], &["--public", "http://192.0.2.1"]] {
        let refused = process::command().arg("--reorganize").args(more).output().unwrap();
        assert!(!refused.status.success(), "{more:?}");
    }
    let alone = process::command().args(["--sign-ins", "7"]).output().unwrap();
    assert!(!alone.status.success(), "without --reorganize nobody signs in");
}
