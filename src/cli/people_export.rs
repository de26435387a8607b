//! `motcua people export`.

use std::io;
use std::io::BufWriter;
use std::io::ErrorKind;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::whole_file::Part;
use super::with_instance;
use crate::flows::admin::people_export;
use crate::flows::admin::people_export::Exported;
use crate::flows::admin::people_export::Hashes;
use crate::flows::admin::people_import::Error;

/// What is written.
#[derive(Args)]
pub(super) struct ExportArguments {
    /// Where to; nobody but its owner may read it then. The standard output unless one is named.
    file: Option<PathBuf>,
    /// With the hashes of passwords, and the name of the pepper that entered each.
    #[arg(long)]
    password_hashes: bool,
}

/// Writes everybody out. A file is there when it is whole.
pub(super) async fn run(config: &ConfigFile, arguments: &ExportArguments) -> Result<(), Failure> {
    looking(config, async |_, _| ()).await?;
    let hashes = if arguments.password_hashes { Hashes::With } else { Hashes::Without };
    let exported = match &arguments.file {
        None => write(config, hashes, io::stdout()).await?,
        Some(file) => to_file(config, hashes, file).await?,
    };
    let Exported { people, unread } = exported;
    if arguments.file.is_some() {
        println!("exported {people} people");
    }
    if unread.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = unread.iter().map(ToString::to_string).collect();
    Err(Failure(format!("the data of {} people cannot be read: {}", unread.len(), ids.join(", "))))
}

async fn to_file(config: &ConfigFile, hashes: Hashes, file: &Path) -> Result<Exported, Failure> {
    let (part, out) = Part::begin(file)?;
    let exported = write(config, hashes, out).await?;
    part.finish()?;
    Ok(exported)
}

/// Whoever reads what is written may have read enough.
async fn write(config: &ConfigFile, hashes: Hashes, out: impl Write) -> Result<Exported, Failure> {
    let mut out = BufWriter::new(out);
    let exported = with_instance(config, async |app| people_export::export(app, hashes, &mut out).await).await?;
    let flushed = exported.and_then(|exported| out.flush().map(|()| exported).map_err(Error::from));
    match flushed {
        Err(Error::Unread(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(Exported::default()),
        outcome => Ok(outcome?),
    }
}
