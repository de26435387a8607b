//! What the database is asked, as sqlx tells it to whoever listens: each statement with the rows that it gave, and on PostgreSQL
//! how it was run.

use std::fmt::Debug;
use std::future::Future;
use std::sync::Mutex;
use std::sync::OnceLock;

use tracing::Event;
use tracing::Instrument;
use tracing::Metadata;
use tracing::Subscriber;
use tracing::field::Field;
use tracing::field::Visit;
use tracing::subscriber::Interest;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

/// A statement.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    pub sql: String,
    pub rows: u64,
}

/// What was heard.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    pub statements: Vec<Statement>,
    /// What PostgreSQL says of each, with the text of the statement in it.
    pub plans: Vec<String>,
}

static HEARD: Mutex<Option<Heard>> = Mutex::new(None);
const NAME: &str = "a page of a list";

/// Hears what the database is asked while something is done. SQLite's statements run on threads of their own, which know by the
/// span for whom.
pub async fn hear<T>(doing: impl Future<Output = T>) -> (T, Heard) {
    static LISTENS: OnceLock<()> = OnceLock::new();
    LISTENS.get_or_init(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Listener)).unwrap();
    });
    *HEARD.lock().unwrap() = Some(Heard::default());
    let done = doing.instrument(tracing::info_span!(NAME)).await;
    (done, HEARD.lock().unwrap().take().unwrap())
}

struct Listener;

impl Listener {
    fn listens(metadata: &Metadata<'_>) -> bool {
        ["sqlx::query", "sqlx::postgres::notice"].contains(&metadata.target()) || metadata.name() == NAME
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if Self::listens(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        Self::listens(metadata)
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !context.event_scope(event).is_some_and(|mut spans| spans.any(|span| span.name() == NAME)) {
            return;
        }
        let mut told = Told::default();
        event.record(&mut told);
        if let Some(heard) = HEARD.lock().unwrap().as_mut() {
            match event.metadata().target() {
                "sqlx::query" => {
                    let sql = if told.whole.trim().is_empty() { told.summary } else { told.whole.trim().to_owned() };
                    heard.statements.push(Statement { sql, rows: told.rows });
                }
                _ => heard.plans.push(told.message),
            }
        }
    }
}

#[derive(Default)]
struct Told {
    summary: String,
    whole: String,
    message: String,
    rows: u64,
}

impl Told {
    fn put(&mut self, name: &str, value: String) {
        match name {
            "summary" => self.summary = value,
            "db.statement" => self.whole = value,
            "message" => self.message = value,
            _ => {}
        }
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value.to_owned());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            self.rows = value;
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field.name(), format!("{value:?}"));
    }
}
