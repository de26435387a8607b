//! What the README has users type, taken from it: a command that drifted would fail.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use super::program::Ran;

/// What a document has from this heading to the next of its level.
pub fn section(document: &str, heading: &str) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(document)).unwrap();
    let (_, rest) = text.split_once(&format!("{heading}\n")).unwrap_or_else(|| panic!("{document} has no {heading}"));
    let level = heading.split_once(' ').unwrap().0;
    rest.split(&format!("\n{level} ")).next().unwrap().to_owned()
}

/// The texts between the fences of every block in `language`, in order.
pub fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next()).map(str::to_owned).collect()
}

/// The one block in `language` of the README's operations that has this in it.
pub fn block(language: &str, containing: &str) -> String {
    let mut found = blocks(&section("README.md", "## Operate it"), language);
    found.retain(|block| block.contains(containing));
    assert_eq!(found.len(), 1, "blocks of {language} with {containing:?}: {found:?}");
    found.remove(0)
}

/// A user's shell about to run lines in a directory, with `motcua` in its PATH.
pub fn bash(directory: &Path, lines: &str) -> Command {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_motcua"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    // Debian's own Python, whose modules are installed, and the tests' Node.js, wherever others are first in PATH.
    let node = std::env::var("NODE").unwrap_or_else(|_| "command node".to_owned());
    let ours = format!("python3() {{ /usr/bin/python3 \"$@\"; }}\nnode() {{ {node} \"$@\"; }}\n{lines}");
    let mut bash = Command::new("bash");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MOTCUA")) {
        bash.env_remove(name);
    }
    // Several of them run on this machine at once.
    bash.env("PATH", path).env("MOTCUA__OPERATIONS__LISTEN", "127.0.0.1:0").stdin(Stdio::null());
    bash.args(["-euo", "pipefail", "-c", &ours]).current_dir(directory);
    bash
}

/// Runs lines to their end; whatever asks is answered.
pub fn shell_that_asks(directory: &Path, lines: &str, answer: &str) -> Ran {
    let answer = format!("exec 0< <(printf '%s\\n' '{answer}')\n{lines}");
    shell(directory, &answer, &[])
}

/// Runs lines to their end, with these variables.
pub fn shell(directory: &Path, lines: &str, environment: &[(&str, &str)]) -> Ran {
    let output = bash(directory, lines).envs(environment.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { ok: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
}
