//! The process itself, under the names that Prometheus gives every process. They are read at each scrape.

use procfs::ProcError;
use procfs::ProcResult;
use procfs::WithCurrentSystemInfo;
use procfs::process::LimitValue;
use procfs::process::Process as Own;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::EncodeMetric;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Collects them.
#[derive(Debug)]
pub struct Process;

/// What is known of the process.
struct State {
    cpu_seconds: f64,
    started_at: f64,
    resident_bytes: u64,
    virtual_bytes: u64,
    threads: i64,
    descriptors: u64,
    most_descriptors: Option<u64>,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Ok(state) = read() else { return Ok(()) };
        let spent = ConstCounter::new(state.cpu_seconds);
        let help = "CPU time spent in user space and in the kernel.";
        let descriptor = encoder.encode_descriptor("process_cpu", help, Some(&Unit::Seconds), spent.metric_type())?;
        spent.encode(descriptor)?;
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: f64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)
        };
        let start = "When the process began, since 1970.";
        gauge("process_start_time", start, Some(&Unit::Seconds), state.started_at)?;
        gauge("process_resident_memory", "Memory that is held.", Some(&Unit::Bytes), state.resident_bytes as f64)?;
        gauge("process_virtual_memory", "Address space.", Some(&Unit::Bytes), state.virtual_bytes as f64)?;
        gauge("process_threads", "Threads.", None, state.threads as f64)?;
        gauge("process_open_fds", "Open file descriptors.", None, state.descriptors as f64)?;
        match state.most_descriptors {
            Some(most) => gauge("process_max_fds", "The most file descriptors that may be open.", None, most as f64),
            None => Ok(()),
        }
    }
}

fn read() -> ProcResult<State> {
    let own = Own::myself()?;
    let stat = own.stat()?;
    let ticks = procfs::ticks_per_second() as f64;
    Ok(State {
        cpu_seconds: (stat.utime + stat.stime) as f64 / ticks,
        started_at: procfs::boot_time_secs()? as f64 + stat.starttime as f64 / ticks,
        resident_bytes: stat.rss_bytes().get(),
        virtual_bytes: stat.vsize,
        threads: stat.num_threads,
        descriptors: u64::try_from(own.fd_count()?).map_err(|_| ProcError::Other("descriptors".into()))?,
        most_descriptors: match own.limits()?.max_open_files.soft_limit {
            LimitValue::Value(most) => Some(most),
            LimitValue::Unlimited => None,
        },
    })
}
