//! Many people at once, from a file that may be longer than memory. Each batch is one transaction; what a batch wrote is
//! found there when the same file is read again, so that whoever was interrupted begins anew and goes on.
//!
//! Nobody who is there is changed: `apply` and `people set-password` do that.

mod batch;
mod records;
pub(super) mod row;
mod write;

use std::io::Read;
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::canonical_names;
use crate::parts::data_keys;

use batch::Source;

/// Why nothing more was read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is none of people.
    #[error("{0}")]
    Refused(String),
    /// The file could not be read.
    #[error("the file: {0}")]
    Unread(#[from] std::io::Error),
    /// A failure of ours.
    #[error(transparent)]
    Failed(#[from] Fault),
}

/// A record that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line where it begins, from 1.
    pub line: u64,
    /// What is wrong with it; names may stand in it, passwords and hashes do not.
    pub why: String,
}

/// What came of a batch.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// So many people are there now who were not.
    pub imported: usize,
    /// So many were there, exactly as the file has them.
    pub unchanged: usize,
    /// In the order of their lines.
    pub mistakes: Vec<Mistake>,
    /// Bytes of the file that are done with, from its begin.
    pub bytes: u64,
}

/// Enters the people of `input`, and tells what came of each batch after its commit.
pub async fn import(
    app: &Arc<App>,
    input: Box<dyn Read + Send>,
    mut tell: impl FnMut(Step) -> std::io::Result<()>,
) -> Result<(), Error> {
    while canonical_names::go_on(app, app.clock.now()).await? {} // or somebody might be made a second time
    let (sender, mut batches) = mpsc::channel(1);
    let mut source = Source::new(Arc::clone(app), input);
    // A thread of its own, which nobody waits for: it seals the next batch while this one is written, or waits for a pipe.
    thread::Builder::new().name("people".into()).spawn(move || {
        loop {
            let next = source.next();
            let is_last = !matches!(next, Ok(Some(_)));
            if sender.blocking_send(next).is_err() || is_last {
                return;
            }
        }
    })?;
    let mut are_there = false;
    loop {
        let next = batches.recv().await.unwrap_or_else(|| Err(Fault::broken("the reader has stopped").into()));
        let Some(mut batch) = next? else { return Ok(()) };
        data_keys::refresh(app).await?; // nobody tells a command of another key
        batch.seal_anew(app, app.clock.now())?;
        let mut step = write::write(app, &batch, are_there).await?;
        are_there = step.imported < batch.people.len();
        step.mistakes.extend(batch.mistakes);
        step.mistakes.sort_by_key(|mistake| mistake.line);
        step.bytes = batch.bytes;
        tell(step)?;
    }
}
