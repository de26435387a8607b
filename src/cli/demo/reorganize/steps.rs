//! What is done, how long it takes, and how much memory.

use std::fs;
use std::time::Duration;

use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::cli::Failure;

/// Steps, each told on a line when it is done; what is being done is shown on a terminal alone.
pub struct Steps {
    bar: ProgressBar,
}

const KIB_OF_MIB: u64 = 1024;

impl Steps {
    /// Before the first one.
    pub fn begin() -> Self {
        let bar = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self { bar }
    }

    /// Does one.
    pub async fn step<T>(&self, what: &str, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let began = SystemClock.ticks();
        self.bar.reset();
        self.bar.enable_steady_tick(Duration::from_millis(200));
        self.bar.set_message(what.to_owned());
        forget_peak();
        let outcome = work.await;
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
        let spent = SystemClock.ticks().saturating_sub(began).as_secs_f64();
        let memory = peak().map(|mib| format!(", {mib} MiB")).unwrap_or_default();
        println!("  {what}: {spent:.1} s{memory}");
        outcome
    }
}

/// The most memory that this process held since that was forgotten, in MiB; `None` where the system does not say.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib / KIB_OF_MIB)
}

/// So that each step has a peak of its own (proc_pid_clear_refs(5)). Where the system refuses, the peak is that of all so far.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
