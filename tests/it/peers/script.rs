//! A client program in another language. Its one argument is a task in JSON; it prints `{"open": ADDRESS}` for each
//! address that the person must open, reads the address at which the browser left the provider, and ends with
//! `{"seen": …}`.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::process::Command;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;

use super::pass_through;
use super::serving::Serving;
use crate::town::Browser;

/// What a client needs to know that the town's declaration registers with a secret, and what `more` says.
pub fn task(provider: &Serving, client_id: &str, more: Value) -> Value {
    let mut task = json!({
        "issuer": provider.issuer,
        "client_id": client_id,
        "client_secret": format!("{client_id}-secret-of-a-test-that-is-long-enough"),
        "redirect_uri": format!("https://{client_id}.example/cb"),
    });
    task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    task
}

/// Runs a client to its end; answers what it saw.
pub async fn run(program: &mut Command, task: &Value, browser: &mut Browser) -> Value {
    let log = tempfile::NamedTempFile::new().unwrap();
    program.arg(task.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log.reopen().unwrap());
    let mut child = program.spawn().unwrap_or_else(|error| panic!("{program:?}: {error}; tests/run installs it"));
    let mut answers = child.stdin.take().unwrap();
    let mut seen = None;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let mut said: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(address) = said["open"].as_str() {
            let left = pass_through(browser, address).await;
            writeln!(answers, "{}", left.url).unwrap();
        } else {
            seen = Some(said["seen"].take());
            break;
        }
    }
    drop(answers);
    let status = child.wait().unwrap();
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(status.success(), "{task}: {status}: {log}");
    seen.unwrap_or_else(|| panic!("{task}: it says nothing of what it saw: {log}"))
}
