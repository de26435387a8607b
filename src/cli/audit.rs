//! `motcua audit`.

use clap::Args;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::server::Doer;
use super::server::Server;
use super::with_instance;
use crate::app::App;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::base::time::Timestamp;
use crate::config::duration::Span;
use crate::flows::admin::audit;
use crate::flows::admin::audit::Line;
use crate::flows::admin::audit::Question;

/// Arguments of the command.
#[derive(Args)]
pub struct AuditArguments {
    /// What concerns one person: by user name, identity number, e-mail address, or by the identifier of one who was removed;
    /// with --server by the identifier alone.
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// What concerns one client.
    #[arg(long, value_name = "CLIENT_ID", allow_hyphen_values = true)]
    client: Option<String>,
    /// Since when: a span before now (30m, 12h, 90d), a day (2026-11-30) or an instant (2026-11-30T07:00:00Z).
    #[arg(long, value_name = "TIME", default_value = "1d")]
    since: When,
    /// Until when, in the same forms; now where it is absent.
    #[arg(long, value_name = "TIME")]
    until: Option<When>,
    /// The most lines that are printed, the latest first.
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// One JSON object in each line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// An instant, or so long ago.
#[derive(Clone, Copy)]
enum When {
    At(Timestamp),
    Before(Span),
}

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(span) = Span::parse(text) {
            return Ok(Self::Before(span));
        }
        let at = Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")));
        let expected = "expected a span (30m, 12h, 90d), a day (2026-11-30) or an instant (2026-11-30T07:00:00Z)";
        at.map(Self::At).ok_or_else(|| expected.to_owned())
    }
}

impl When {
    fn of(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Before(span) => now - *span,
        }
    }
}

/// Prints what the trail says.
pub async fn run(options: AuditArguments) -> Result<(), Failure> {
    looking(&options.config, async |_, _| ()).await?;
    let read = async |app: &App| {
        let now = app.clock.now();
        let question = Question {
            person: options.person.as_deref(),
            client: options.client.as_deref(),
            since: options.since.of(now),
            until: options.until.map_or(now, |until| until.of(now)),
            limit: options.limit,
        };
        audit::read(app, &question).await
    };
    let lines = with_instance(&options.config, read).await??;
    let name = options.person.as_deref().unwrap_or_default();
    let lines = lines.ok_or_else(|| Failure(format!("nobody signs in with the name {name}")))?;
    print(&lines.into_iter().map(Row::from).collect::<Vec<_>>(), options.json)
}

/// Prints what the trail of a server says, as far as the office reaches.
pub async fn there(options: AuditArguments, server: &Server) -> Result<(), Failure> {
    let now = SystemClock.now();
    let (since, until) = (options.since.of(now).to_string(), options.until.map(|until| until.of(now).to_string()));
    let mut query = vec![("since", since.as_str())];
    query.extend(until.as_deref().map(|until| ("until", until)));
    query.extend(options.person.as_deref().map(|person| ("person", person)));
    query.extend(options.client.as_deref().map(|client| ("client", client)));
    let lines = server.first::<There>(&["audit"], &query, options.limit).await?;
    print(&lines.into_iter().map(Row::from).collect::<Vec<_>>(), options.json)
}

/// An event as the API gives it.
#[derive(Deserialize)]
struct There {
    at: String,
    act: String,
    person: Option<Uuid>,
    client: Option<String>,
    session: Option<Uuid>,
    detail: Option<String>,
    by: Option<Doer>,
}

/// An event as it is printed.
#[derive(Serialize)]
struct Row {
    at: String,
    act: String,
    person: Option<Uuid>,
    user_name: Option<String>,
    client_id: Option<String>,
    session: Option<Uuid>,
    detail: Option<String>,
    #[serde(flatten)]
    by: Doer,
}

impl From<There> for Row {
    fn from(there: There) -> Self {
        let There { at, act, person, client, session, detail, by } = there;
        Self { at, act, person, user_name: None, client_id: client, session, detail, by: by.unwrap_or_default() }
    }
}

impl From<Line> for Row {
    fn from(line: Line) -> Self {
        Self {
            at: line.at.to_string(),
            act: line.act.to_string(),
            person: line.person,
            user_name: line.user_name,
            client_id: line.client,
            session: line.session,
            detail: line.detail,
            by: Doer::of(line.by),
        }
    }
}

fn print(lines: &[Row], json: bool) -> Result<(), Failure> {
    for line in lines {
        println!("{}", if json { serde_json::to_string(&serde_json::to_value(line)?)? } else { readable(line) });
    }
    if lines.is_empty() && !json {
        println!("nothing in that time");
    }
    Ok(())
}

fn readable(line: &Row) -> String {
    let person = line.user_name.clone().or_else(|| line.person.map(|id| id.to_string()));
    let Doer { actor, office, reason } = &line.by;
    let parts = [
        person.map(|person| format!("  person {person}")),
        line.client_id.as_ref().map(|client| format!("  client {client}")),
        line.detail.as_ref().map(|detail| format!("  {detail}")),
        actor.as_ref().map(|actor| format!("  by {actor}")),
        office.as_ref().map(|office| format!(" in {office}")),
        reason.as_ref().map(|reason| format!(": {reason}")),
    ];
    let parts: String = parts.into_iter().flatten().collect();
    // A client chose some of it: it must not steer the terminal.
    let parts: String = parts.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    format!("{}  {:22}{parts}", line.at, line.act).trim_end().to_owned()
}
