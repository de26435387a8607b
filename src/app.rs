//! The handles that every flow may use.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::SyncSender;

use tokio::sync::watch;

use crate::base::random::Entropy;
use crate::base::sealed::SealingKeys;
use crate::base::secret::Secret;
use crate::base::time::Clock;
use crate::config::Config;
use crate::identity::audit::By;
use crate::identity::credential::blocklist::Blocklist;
use crate::identity::credential::passkey::RelyingParty;
use crate::identity::credential::password::Pepper;
use crate::identity::credential::workspace::Workspace;
use crate::outbound::Fetch;
use crate::outbound::jwks::KeySets;
use crate::outbound::mail::Mailer;
use crate::outbound::sms::Gateway;
use crate::signing::data_keys::DataKeys;
use crate::signing::keyring::Keyring;
use crate::store::cache::Cache;
use crate::store::collector::Collector;
use crate::store::db::Db;
use crate::store::ephemeral::Ephemeral;
use crate::store::ephemeral::memory::Memory;
use crate::store::ledger::Ledger;
use crate::telemetry::metrics::Metrics;

/// The instance, and who acts in it.
pub struct App {
    handles: Arc<Handles>,
    /// Who does what nobody else is named for: the machine's operator in a command, an official in what he asks of the API or
    /// of `/office`; otherwise nobody.
    pub acts_for: Option<By>,
}

impl App {
    /// An instance in which `acts_for` acts.
    pub fn new(handles: Handles, acts_for: Option<By>) -> Self {
        Self { handles: Arc::new(handles), acts_for }
    }

    /// The same instance, in which somebody acts.
    pub fn acting(&self, by: By) -> Self {
        Self { handles: Arc::clone(&self.handles), acts_for: Some(by) }
    }
}

impl Deref for App {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.handles
    }
}

/// What a running instance holds.
#[allow(missing_docs)] // each handle is documented where its type is
pub struct Handles {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub db: Db,
    pub ledger: Ledger,
    pub cache: Arc<Cache>,
    pub figures: Collector,
    pub ephemeral: Arc<dyn Ephemeral>,
    /// Stands in for the ephemeral store in the throttle while Redis is away.
    pub fallback: Memory,
    pub keyring: Keyring,
    pub data_keys: DataKeys,
    /// Seals codes and sign-ins in progress.
    pub sealing: SealingKeys,
    /// Every subject identifier derives from it.
    pub pairwise: Secret<Vec<u8>>,
    /// The current one first.
    pub peppers: Vec<Pepper>,
    /// Passwords that nobody may choose.
    pub blocklist: Blocklist,
    /// The queue of the password pool.
    pub hashing: SyncSender<HashJob>,
    /// Microseconds for which the dearest hash stored otherwise than today's was compared, so far.
    pub dearest_hash: AtomicU64,
    /// The queue of the pool for client secrets.
    pub secret_hashing: SyncSender<HashJob>,
    pub metrics: Arc<Metrics>,
    /// The relying party of passkeys; none where the issuer is no host name.
    pub passkeys: Option<RelyingParty>,
    /// Opens the URLs that strangers name.
    pub fetch: Arc<dyn Fetch>,
    /// Keys that clients publish.
    pub key_sets: KeySets,
    /// Brings letters by mail, where the operator named a server.
    pub mail: Option<Mailer>,
    /// Brings letters by text message, where the operator named a gateway.
    pub sms: Option<Gateway>,
    /// Wakes those who bring letters: something was written.
    pub letters_written: watch::Sender<()>,
}

/// One password to hash, in a thread of the pool, with the thread's working memory.
pub type HashJob = Box<dyn FnOnce(&mut Workspace) + Send>;
