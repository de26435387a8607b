//! CPU time of processes and their descendants, from `/proc`.

use std::collections::HashMap;
use std::fs;

pub struct Meter {
    pids: Vec<u32>,
    before: f64,
}

/// Clock ticks of a second; Linux shows user space 100 on every architecture.
const TICKS: f64 = 100.0;

impl Meter {
    pub fn start(pids: &[u32]) -> Self {
        Self { pids: pids.to_vec(), before: micros(pids) }
    }

    /// CPU µs since the start.
    pub fn micros(&self) -> f64 {
        micros(&self.pids) - self.before
    }
}

fn micros(pids: &[u32]) -> f64 {
    let all: HashMap<u32, (u32, f64)> = processes();
    let belongs = |mut pid: u32| {
        while pid > 1 {
            if pids.contains(&pid) {
                return true;
            }
            pid = all.get(&pid).map_or(0, |(parent, _)| *parent);
        }
        false
    };
    all.iter().filter(|(pid, _)| belongs(**pid)).map(|(_, (_, ticks))| ticks / TICKS * 1e6).sum()
}

/// Parent and ticks (user, system, and those of children that were waited for) of every process.
fn processes() -> HashMap<u32, (u32, f64)> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = [11, 12, 13, 14].iter().map(|n| fields[*n].parse::<f64>().unwrap_or(0.0)).sum();
        Some((pid, (fields[1].parse().ok()?, ticks)))
    })
    .collect()
}
