//! `motcua audit`.

use clap::Args;
use serde_json::json;

use super::ConfigFile;
use super::Failure;
use super::looking;
use super::with_instance;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::config::duration::Span;
use crate::flows::admin::audit;
use crate::flows::admin::audit::Line;
use crate::flows::admin::audit::Question;

/// Arguments of the command.
#[derive(Args)]
pub struct AuditArguments {
    /// What concerns one person: by user name, identity number, e-mail address, or by the identifier of one who was removed.
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
    lines
        .iter()
        .for_each(|line| if options.json { println!("{}", described(line)) } else { println!("{}", readable(line)) });
    if lines.is_empty() && !options.json {
        println!("nothing in that time");
    }
    Ok(())
}

fn readable(line: &Line) -> String {
    let person = line.user_name.clone().or_else(|| line.person.map(|id| id.to_string()));
    let parts = [
        person.map(|person| format!("  person {person}")),
        line.client.as_ref().map(|client| format!("  client {client}")),
        line.detail.as_ref().map(|detail| format!("  {detail}")),
        line.by.as_ref().map(|by| format!("  by {}", by.actor.stored())),
        line.by.as_ref().and_then(|by| by.office.as_ref()).map(|office| format!(" in {office}")),
        line.by.as_ref().and_then(|by| by.reason.as_ref()).map(|reason| format!(": {reason}")),
    ];
    let parts: String = parts.into_iter().flatten().collect();
    // A client chose some of it: it must not steer the terminal.
    let parts: String = parts.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    format!("{}  {:22}{parts}", line.at, line.act).trim_end().to_owned()
}

fn described(line: &Line) -> serde_json::Value {
    json!({
        "at": line.at.to_string(),
        "act": line.act,
        "person": line.person,
        "user_name": line.user_name,
        "client_id": line.client,
        "session": line.session,
        "detail": line.detail,
        "actor": line.by.as_ref().map(|by| by.actor.stored()),
        "office": line.by.as_ref().and_then(|by| by.office.as_ref()).map(ToString::to_string),
        "reason": line.by.as_ref().and_then(|by| by.reason.as_ref()),
    })
}
