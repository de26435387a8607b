//! `motcua units`, through the API of a server.

use std::path::Path;

use super::Command;
use super::Failure;
use super::at_file;
use super::content;
use super::print_tree;
use super::report;
use crate::cli::server::Server;
use crate::cli::server::Waits;
use crate::cli::server::reason;
use crate::flows::admin::units::tree;
use crate::outbound::api::Asked;
use crate::outbound::api::Body;

pub(super) async fn act(server: &Server, command: Command, json: bool) -> Result<(), Failure> {
    match command {
        Command::Import { file, effective, dry_run, reason: given } => {
            let (why, day, dry) = (reason(given)?, effective.to_string(), dry_run.to_string());
            let query = [("reason", &*why), ("effective", &*day), ("dry_run", &*dry)];
            report::imported(&send(server, "import", &file, &query).await?, dry_run, json)
        }
        Command::Succeed { file, effective, legal_basis, dry_run, reason: given } => {
            let (why, day, dry) = (reason(given)?, effective.to_string(), dry_run.to_string());
            let mut query = vec![("reason", &*why), ("effective", &*day), ("dry_run", &*dry)];
            query.extend(legal_basis.as_deref().map(|basis| ("legal_basis", basis)));
            if dry_run {
                return report::succeeded(&send(server, "succession", &file, &query).await?, dry_run, json);
            }
            let Waits { pending } = send(server, "succession", &file, &query).await?;
            println!("asked for approval: {pending}");
            Ok(())
        }
        Command::Tree { code, at, depth } => {
            let at = at.map(|day| day.to_string());
            let named = [("at", at.as_deref()), ("within", code.as_deref())];
            let query: Vec<(&str, &str)> = named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            let units = server.all(&["units"], &query).await?;
            print_tree(&tree::grown(units, depth), json)
        }
    }
}

/// Sends a file, of which the server reads what it is.
async fn send<T: serde::de::DeserializeOwned>(
    server: &Server,
    what: &str,
    file: &Path,
    query: &[(&str, &str)],
) -> Result<T, Failure> {
    let text = String::from_utf8(content(file)?).map_err(|_| at_file(file, &"is not UTF-8; save the file as UTF-8"))?;
    let is_json = matches!(text.trim_start_matches('\u{feff}').trim_start().bytes().next(), Some(b'{' | b'['));
    let kind = if is_json { "application/json" } else { "text/csv" };
    let path = ["units", what];
    let asked = Asked { method: "POST", path: &path, query, headers: &[], body: Some(Body::Text(kind, &text)) };
    server.read(&asked).await.map_err(|Failure(why)| at_file(file, &why))
}
