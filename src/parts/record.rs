//! The one way to record: audit events, metrics, log lines, notices, letters and announcements of a change, in the transaction of
//! the change.

use std::sync::Arc;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::identity::audit::By;
use crate::identity::audit::Event;
use crate::identity::audit::Refused;
use crate::store::announcements;
use crate::store::announcements::Announcement;
use crate::store::announcements::Kind;
use crate::store::audit;
use crate::store::audit::Entry;
use crate::store::db::Tx;
use crate::store::letters;
use crate::store::outbox;
use crate::store::outbox::Notice;
use crate::store::refusals::Refusal;
use crate::telemetry::metrics::Metrics;

/// A change under way: its transaction, the acts in it, who must be told, what is written to people, and what others must read anew. Dropped without
/// commit, nothing of it has happened.
pub struct Change<'a> {
    app: &'a App,
    /// For the statements of the change.
    pub tx: Tx,
    acts: Vec<Event>,
    announced: Vec<(Kind, String)>,
    notices: Vec<Notice>,
    letters: Vec<letters::Row>,
    by: Option<By>,
}

impl<'a> Change<'a> {
    /// Begins.
    pub async fn begin(app: &'a App) -> Result<Self, Fault> {
        let tx = app.db.begin().await?;
        let (acts, announced, notices, letters) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Self { app, tx, acts, announced, notices, letters, by: app.acts_for.clone() })
    }

    /// All that happens by this change is done by somebody to others.
    pub fn done_by(&mut self, by: &By) {
        self.by = Some(by.clone());
    }

    /// Who does it to others, where that is said.
    pub const fn by(&self) -> Option<&By> {
        self.by.as_ref()
    }

    /// Something happens by this change.
    pub fn act(&mut self, event: Event) {
        self.acts.push(event);
    }

    /// What is remembered of `subject` becomes untrue by this change.
    pub fn announce(&mut self, kind: Kind, subject: impl Into<String>) {
        self.announced.push((kind, subject.into()));
    }

    /// Somebody must be told of this change; the first try belongs to the caller.
    pub fn tell(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// A letter tells of this change; it goes out by itself.
    pub fn write(&mut self, letter: letters::Row) {
        self.letters.push(letter);
    }

    /// Makes it last, and known: here at once, elsewhere within a second. Everything bears the time of the commit, and a
    /// commit that has begun runs to its end, whoever waits for it. Returns the notices whose first try is due.
    pub async fn commit(self) -> Result<Vec<Notice>, Fault> {
        let Self { app, tx, acts, announced, notices, letters, by } = self;
        let now = app.clock.now();
        let fresh = || id::new(now, &*app.entropy);
        let of = |person: Option<Uuid>| person.map_or_else(fresh, |person| id::beside(person, now, &*app.entropy));
        let acts = acts.into_iter().map(|event| Event { by: event.by.clone().or_else(|| by.clone()), ..event });
        let acts = acts.map(|event| Entry { id: of(event.person), at: now, event }).collect();
        let announced =
            announced.into_iter().map(|(kind, subject)| Announcement { id: fresh(), at: now, kind, subject }).collect();
        let wake = (!letters.is_empty()).then(|| app.letters_written.clone());
        let record = Record { tx, acts, announced, notices, letters };
        let (cache, ephemeral, metrics) =
            (Arc::clone(&app.cache), Arc::clone(&app.ephemeral), Arc::clone(&app.metrics));
        let committing = tokio::spawn(async move {
            let (acts, announced, notices) = record.commit().await?;
            acts.iter().for_each(|entry| observe(&metrics, entry));
            announced.iter().for_each(|change| cache.forget(change.kind, &change.subject));
            if let Some(written) = wake {
                written.send_replace(());
            }
            if !announced.is_empty() {
                tokio::spawn(async move {
                    if let Err(fault) = ephemeral.publish().await {
                        tracing::warn!(%fault, "other replicas were not nudged; they will read within a second");
                    }
                });
            }
            Ok(notices)
        });
        committing.await.unwrap_or_else(|error| Err(Fault::broken(error)))
    }
}

/// All that is written at the end.
struct Record {
    tx: Tx,
    acts: Vec<Entry>,
    announced: Vec<Announcement>,
    notices: Vec<Notice>,
    letters: Vec<letters::Row>,
}

impl Record {
    async fn commit(mut self) -> Result<(Vec<Entry>, Vec<Announcement>, Vec<Notice>), Fault> {
        audit::write(&mut self.tx, &self.acts).await?;
        for notice in &self.notices {
            outbox::insert(&mut self.tx, notice).await?;
        }
        for letter in &self.letters {
            letters::insert(&mut self.tx, letter).await?;
        }
        announcements::write(&mut self.tx, &self.announced).await?;
        self.tx.commit().await?;
        Ok((self.acts, self.announced, self.notices))
    }
}

/// Counts a sign-in that came to nothing, for the account that was tried or the network that tried.
pub fn refused(app: &App, act: Refused, person: Option<Uuid>, network: &str) {
    app.metrics.sign_in_refused(act.as_str());
    tracing::info!(target: "motcua::audit", act = act.as_str());
    app.ledger.refuse(Refusal::new(act, person, network, app.clock.now()));
}

fn observe(metrics: &Metrics, entry: &Entry) {
    let Event { act, client, detail, session, .. } = &entry.event;
    metrics.act(act.as_str());
    let session = session.map(|id| id.to_string());
    tracing::info!(target: "motcua::audit", act = act.as_str(), client, session, detail);
}
