//! CPU time of processes and their descendants, from `/proc`.

use std::collections::HashMap;
use std::fs;

/// What a process and its descendants have spent.
pub struct Spent {
    /// µs of every living thread, by process and thread.
    threads: HashMap<(u32, u32), f64>,
    /// µs of the processes that ended and were waited for.
    reaped: f64,
}

/// µs of a clock tick; Linux shows user space 100 a second on every architecture.
const TICK: f64 = 10_000.0;

impl Spent {
    pub fn by(root: u32) -> Self {
        let family = family(root);
        let threads = family.keys().flat_map(|pid| threads(*pid)).collect();
        Self { threads, reaped: family.values().sum() }
    }

    /// µs since `before`.
    pub fn since(&self, before: &Self) -> f64 {
        let lives = |pid: u32| self.threads.keys().any(|(living, _)| *living == pid);
        // Of a process that ended, all was added to what was reaped; of a thread that ended, nothing.
        let counted = |(pid, thread): &(u32, u32)| self.threads.contains_key(&(*pid, *thread)) || !lives(*pid);
        let known: f64 = before.threads.iter().filter(|(key, _)| counted(key)).map(|(_, micros)| micros).sum();
        self.threads.values().sum::<f64>() + self.reaped - before.reaped - known
    }
}

/// CPU µs of the calling thread.
pub fn of_this_thread() -> f64 {
    nanos("/proc/thread-self/schedstat").unwrap() / 1e3
}

/// Resident memory in MiB.
pub fn resident(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1024.0
}

fn threads(pid: u32) -> Vec<((u32, u32), f64)> {
    let of = |thread: u32| Some(((pid, thread), nanos(&format!("/proc/{pid}/task/{thread}/schedstat"))? / 1e3));
    numbers(&format!("/proc/{pid}/task")).filter_map(of).collect()
}

fn nanos(path: &str) -> Option<f64> {
    fs::read_to_string(path).ok()?.split_whitespace().next()?.parse().ok()
}

/// The process and its descendants, with the µs of their children that ended and were waited for.
fn family(root: u32) -> HashMap<u32, f64> {
    let all: HashMap<u32, (u32, f64)> =
        numbers("/proc").filter_map(|pid| Some((pid, parent_and_reaped(pid)?))).collect();
    let belongs = |mut pid: u32| {
        while pid != root && pid > 1 {
            pid = all.get(&pid).map_or(0, |(parent, _)| *parent);
        }
        pid == root
    };
    all.iter().filter(|(pid, _)| belongs(**pid)).map(|(pid, (_, reaped))| (*pid, *reaped)).collect()
}

fn parent_and_reaped(pid: u32) -> Option<(u32, f64)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(1);
    let parent = fields.next()?.parse().ok()?;
    let reaped: Vec<f64> = fields.skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    Some((parent, reaped.iter().sum::<f64>() * TICK))
}

fn numbers(directory: &str) -> impl Iterator<Item = u32> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}
