//! Instructions and allocations of a process that runs under Valgrind's callgrind: they do not feel a busy machine.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use super::process;

/// Where callgrind writes.
pub struct Callgrind {
    directory: tempfile::TempDir,
}

#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub instructions: f64,
    pub allocations: f64,
}

const OUT: &str = "out";
/// Rust's allocator and SQLite's are the C library's.
const ALLOCATING: [&str; 5] = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];

impl Callgrind {
    /// `None` where it is not installed.
    pub fn find() -> Option<Self> {
        let mut version = Command::new("callgrind_control");
        version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        Some(Self { directory: tempfile::Builder::new().prefix("motcua-bench.").tempdir().unwrap() })
    }

    pub fn command(&self, program: &Path) -> Command {
        let mut command = process::command("valgrind");
        let out = self.directory.path().join(format!("{OUT}.%p"));
        command.args(["--quiet", "--tool=callgrind"]).arg(format!("--callgrind-out-file={}", out.display()));
        command.arg(program);
        command
    }

    pub fn zero(&self, pid: u32) {
        control("--zero", pid);
    }

    /// What was counted since.
    pub fn counts(&self, pid: u32) -> Counts {
        control("--dump", pid);
        let mut files = std::fs::read_dir(self.directory.path()).unwrap().map(|entry| entry.unwrap().path());
        let begins = format!("{OUT}.{pid}.");
        let file = files.find(|file| file.file_name().unwrap().to_string_lossy().starts_with(&begins)).unwrap();
        let counts = read(&String::from_utf8_lossy(&std::fs::read(&file).unwrap()));
        std::fs::remove_file(file).unwrap();
        counts
    }
}

fn control(order: &str, pid: u32) {
    let done = Command::new("callgrind_control").arg(order).arg(pid.to_string()).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

/// A name is written where it first occurs, `cfn=(7) malloc`, and is `cfn=(7)` from then on.
fn read(text: &str) -> Counts {
    let (mut counts, mut names, mut called) = (Counts::default(), HashMap::new(), "");
    for line in text.lines() {
        if let Some(total) = line.strip_prefix("totals: ") {
            counts.instructions += total.parse::<f64>().unwrap();
        } else if let Some((kind, function)) = line.split_once("fn=") {
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            if !name.is_empty() {
                names.insert(number, name);
            }
            if kind == "c" {
                called = names.get(number).copied().unwrap_or_default();
            }
        } else if let Some(calls) = line.strip_prefix("calls=").filter(|_| ALLOCATING.contains(&called)) {
            counts.allocations += calls.split(' ').next().unwrap().parse::<f64>().unwrap();
        }
    }
    counts
}
