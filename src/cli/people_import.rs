//! `motcua people import`.

mod chunks;

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::BufWriter;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use serde::Deserialize;
use serde_json::json;

use self::chunks::Chunk;
use self::chunks::Chunks;
use super::ConfigFile;
use super::Failure;
use super::looking;
use super::serve;
use super::server::Server;
use crate::flows::admin::people_import;
use crate::flows::admin::people_import::Mistake;
use crate::flows::admin::people_import::Step;
use crate::outbound::api::Asked;
use crate::outbound::api::Body;

/// What is read.
#[derive(Args)]
pub(super) struct ImportArguments {
    /// CSV whose first line names the columns, or a JSON object on each line; `-` for the standard input.
    file: PathBuf,
    /// Where to write which lines were not taken, and why; FILE.errors unless another is named.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

/// What came of all lines, and who is told.
struct Progress {
    imported: usize,
    unchanged: usize,
    refused: usize,
    errors: Errors,
    bar: ProgressBar,
}

/// The file of mistakes: there is none without one.
struct Errors {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

/// Has a server enter everybody whom the file names, piece by piece.
pub(super) async fn there(
    server: &Server,
    arguments: &ImportArguments,
    reason: &str,
    json: bool,
) -> Result<(), Failure> {
    let ImportArguments { file, errors } = arguments;
    let (input, size) = open(file)?;
    let errors = Errors::beside(file, errors.as_deref())?;
    let mut progress = Progress { imported: 0, unchanged: 0, refused: 0, errors, bar: bar(size) };
    let mut chunks = Chunks::new(input);
    while let Some(Chunk { text, kind, offset, bytes }) = chunks.next()? {
        let sent = send(server, reason, kind, text).await;
        let Taken { imported, unchanged, mistakes } = sent.map_err(|why| progress.so_far(why))?;
        let line = |line: u64| line.saturating_add_signed(offset);
        let mistakes = mistakes.into_iter().map(|one| Mistake { line: line(one.line), why: one.why }).collect();
        progress.tell(&Step { imported, unchanged, mistakes, bytes })?;
    }
    progress.bar.finish_and_clear();
    progress.conclude(json)
}

/// What a server took.
#[derive(Deserialize)]
struct Taken {
    imported: usize,
    unchanged: usize,
    mistakes: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    line: u64,
    why: String,
}

async fn send(server: &Server, reason: &str, kind: &str, text: Vec<u8>) -> Result<Taken, Failure> {
    let text = String::from_utf8(text).map_err(|_| Failure("the file is not UTF-8; save it as UTF-8".into()))?;
    let (query, body) = ([("reason", reason)], Some(Body::Text(kind, &text)));
    server.read(&Asked { method: "POST", path: &["people", "import"], query: &query, headers: &[], body }).await
}

fn open(file: &Path) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    if file == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let opened = File::open(file).map_err(|error| Failure(format!("{}: {error}", file.display())))?;
    let size = opened.metadata()?.len();
    Ok((Box::new(opened), Some(size)))
}

/// Enters everybody whom the file names.
pub(super) async fn run(config: &ConfigFile, arguments: &ImportArguments, json: bool) -> Result<(), Failure> {
    let ImportArguments { file, errors } = arguments;
    let (input, size) = open(file)?;
    // People are of a database that is there: none is made in order to enter some.
    looking(config, async |_, _| ()).await?;
    let errors = Errors::beside(file, errors.as_deref())?;
    let mut progress = Progress { imported: 0, unchanged: 0, refused: 0, errors, bar: bar(size) };
    let app = serve::build(config.load()?, serve::World::default(), serve::OnEmpty::Refuse).await?;
    let outcome = people_import::import(&app, input, |step| progress.tell(&step)).await;
    progress.bar.finish_and_clear();
    app.db.close().await;
    if let Err(error) = outcome {
        return Err(progress.so_far(Failure::from(error)));
    }
    progress.conclude(json)
}

fn bar(size: Option<u64>) -> ProgressBar {
    const OF_FILE: &str = "{bar:30} {percent}% {msg}, {eta} left";
    const OF_PIPE: &str = "{spinner} {msg}";
    let bar = size.map_or_else(ProgressBar::new_spinner, ProgressBar::new); // on a terminal alone, and on standard error
    let template = if size.is_some() { OF_FILE } else { OF_PIPE };
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl Progress {
    fn so_far(&self, Failure(why): Failure) -> Failure {
        self.bar.finish_and_clear();
        let so_far = format!("{} people were imported, and stay", self.imported);
        Failure(format!("{why}; {so_far}: the same command goes on from there"))
    }

    fn tell(&mut self, step: &Step) -> io::Result<()> {
        self.imported += step.imported;
        self.unchanged += step.unchanged;
        self.refused += step.mistakes.len();
        self.errors.write(&step.mistakes)?;
        self.bar.set_position(step.bytes);
        let (imported, unchanged, refused) = (self.imported, self.unchanged, self.refused);
        self.bar.set_message(format!("{imported} imported, {unchanged} there already, {refused} not taken"));
        Ok(())
    }

    fn conclude(self, json: bool) -> Result<(), Failure> {
        let Self { imported, unchanged, refused, errors, .. } = self;
        let path = errors.path.display().to_string();
        if json {
            let errors = (refused > 0).then_some(&path);
            println!(
                "{:#}",
                json!({ "imported": imported, "unchanged": unchanged, "refused": refused, "errors": errors })
            );
        } else {
            println!("imported {imported} people; {unchanged} were there already");
        }
        match refused {
            0 => Ok(()),
            _ => Err(Failure(format!("{refused} lines were not taken: {path} says why"))),
        }
    }
}

impl Errors {
    /// Those of a former import are gone.
    fn beside(file: &Path, chosen: Option<&Path>) -> io::Result<Self> {
        let beside = || {
            let name = if file == Path::new("-") { Path::new("people") } else { file };
            let mut name = name.as_os_str().to_owned();
            name.push(".errors");
            PathBuf::from(name)
        };
        let path = chosen.map_or_else(beside, Path::to_owned);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Self { path, file: None }),
        }
    }

    fn write(&mut self, mistakes: &[Mistake]) -> io::Result<()> {
        if mistakes.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(private(&self.path)?)),
        };
        for Mistake { line, why } in mistakes {
            writeln!(file, "line {line}: {}", why.replace(['\n', '\r'], " "))?;
        }
        file.flush()
    }
}

/// A new file that nobody but its owner reads.
pub(super) fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
