//! One function for every act: audit event, metric, log line, and the announcement to other processes.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::audit::Event;
use crate::store::audit;
use crate::store::audit::Entry;
use crate::store::cache;
use crate::store::cache::Kind;
use crate::store::db::Tx;

/// Records an act in its own transaction.
pub async fn in_transaction(app: &App, tx: &mut Tx, event: Event, now: Timestamp) -> Result<(), Fault> {
    let entry = entry(app, event, now);
    audit::record(tx, &entry).await?;
    observe(app, &entry);
    Ok(())
}

/// Records an act that changes nothing else; it shares a commit with others.
pub async fn alone(app: &App, event: Event, now: Timestamp) -> Result<(), Fault> {
    let entry = entry(app, event, now);
    observe(app, &entry);
    app.ledger.record(entry).await
}

/// A change under way: its transaction, the acts in it, and what others must read anew. Dropped without commit, nothing of
/// it has happened.
pub struct Change<'a> {
    app: &'a App,
    /// For the statements of the change.
    pub tx: Tx,
    acts: Vec<Event>,
    announced: Vec<(Kind, String)>,
}

impl<'a> Change<'a> {
    /// Begins.
    pub async fn begin(app: &'a App) -> Result<Self, Fault> {
        Ok(Self { app, tx: app.db.begin().await?, acts: Vec::new(), announced: Vec::new() })
    }

    /// Something happens by this change.
    pub fn act(&mut self, event: Event) {
        self.acts.push(event);
    }

    /// What is remembered of `subject` becomes untrue by this change.
    pub fn announce(&mut self, kind: Kind, subject: impl Into<String>) {
        self.announced.push((kind, subject.into()));
    }

    /// Makes it last, and known.
    pub async fn commit(self) -> Result<(), Fault> {
        let Self { app, mut tx, acts, announced } = self;
        let now = app.clock.now();
        for event in acts {
            in_transaction(app, &mut tx, event, now).await?;
        }
        commit(app, tx, &announced, now).await
    }
}

/// Commits `tx` and makes what changed known, here at once and elsewhere within a second.
pub async fn commit(app: &App, mut tx: Tx, changes: &[(Kind, String)], now: Timestamp) -> Result<(), Fault> {
    for (kind, subject) in changes {
        cache::announce(&mut tx, id::new(now, &*app.entropy), *kind, subject, now).await?;
    }
    tx.commit().await?;
    for (kind, subject) in changes {
        app.cache.forget(*kind, subject);
    }
    if !changes.is_empty()
        && let Err(fault) = app.ephemeral.publish().await
    {
        tracing::warn!(%fault, "other replicas were not nudged; they will read within a second");
    }
    Ok(())
}

fn entry(app: &App, event: Event, now: Timestamp) -> Entry {
    Entry { id: id::new(now, &*app.entropy), at: now, event }
}

fn observe(app: &App, entry: &Entry) {
    let Event { act, client, detail, session, .. } = &entry.event;
    app.metrics.act(act.as_str());
    let session = session.map(|id| id.to_string());
    tracing::info!(target: "motcua::audit", act = act.as_str(), client, session, detail);
}
