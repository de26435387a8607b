//! `motcua people export`.

use std::io;
use std::io::BufWriter;
use std::io::ErrorKind;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::server::PAGE;
use super::server::Server;
use super::server::not_there;
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
    told(exported, arguments.file.is_some())
}

fn told(Exported { people, unread }: Exported, is_file: bool) -> Result<(), Failure> {
    if is_file {
        println!("exported {people} people");
    }
    if unread.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = unread.iter().map(ToString::to_string).collect();
    Err(Failure(format!("the data of {} people cannot be read: {}", unread.len(), ids.join(", "))))
}

/// Writes everybody out whom a server has, page by page.
pub(super) async fn there(server: &Server, arguments: &ExportArguments, reason: &str) -> Result<(), Failure> {
    if arguments.password_hashes {
        let why = "what people prove themselves with leaves the machine by its operator's hand alone";
        return Err(not_there("people export --password-hashes", why));
    }
    let exported = match &arguments.file {
        None => copy(server, reason, &mut io::stdout()).await?,
        Some(file) => {
            let (part, out) = Part::begin(file)?;
            let mut out = BufWriter::new(out);
            let exported = copy(server, reason, &mut out).await?;
            out.flush()?;
            part.finish()?;
            exported
        }
    };
    told(exported, arguments.file.is_some())
}

/// A page of people.
#[derive(Deserialize)]
struct People {
    items: Vec<Value>,
    unread: Vec<Uuid>,
    next: Option<String>,
}

async fn copy(server: &Server, reason: &str, out: &mut dyn Write) -> Result<Exported, Failure> {
    let (mut exported, mut cursor) = (Exported::default(), None::<String>);
    loop {
        let mut query = vec![("reason", reason), ("limit", PAGE)];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let People { items, unread, next } = server.get(&["people", "export"], &query).await?;
        for person in &items {
            serde_json::to_writer(&mut *out, person)?;
            out.write_all(b"\n")?;
            exported.people += 1;
        }
        exported.unread.extend(unread);
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(exported),
        }
    }
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
