//! How somebody signs in: what they have, and that they are never left without a way.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::passkey::StoredPasskey;
use crate::identity::lead::Mended;
use crate::letters::Credential;
use crate::letters::Letter;
use crate::letters::Link;
use crate::parts::authenticate::passkey;
use crate::parts::authenticate::text;
use crate::parts::authenticate::text::Standing;
use crate::parts::leads;
use crate::parts::record::Change;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;
use crate::store::authenticators;
use crate::store::authenticators::Authenticator;
use crate::store::authenticators::Kind;
use crate::store::authenticators::Kinds;
use crate::store::cache::LiveSession;
use crate::store::credentials;
use crate::store::people;
use crate::store::sessions;
use crate::store::sessions::Session;

/// What somebody signs in with.
pub struct Security {
    /// Whether they have a password.
    pub password: bool,
    /// Whether it opens nothing any more: it was tried in vain too often.
    pub is_shut: bool,
    /// Their passkeys, the oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Which of their codes do no more: too many were tried in vain.
    pub shut: Kinds,
    /// Since when they have an authenticator app.
    pub totp: Option<Timestamp>,
    /// Whether codes come by SMS; none where they cannot.
    pub texts: Option<bool>,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
}

/// A passkey, as its person sees it.
#[allow(missing_docs)]
pub struct OwnPasskey {
    pub id: Uuid,
    pub name: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub used_from: Option<String>,
}

/// A change of what a person has, who is held until it ends.
pub(super) struct Changing<'a> {
    app: &'a App,
    live: &'a LiveSession,
    now: Timestamp,
    /// The change.
    pub change: Change<'a>,
    /// What they have.
    pub held: Vec<(Uuid, Option<Kind>)>,
    removals: i64,
}

impl<'a> Changing<'a> {
    /// Begins; `None` where the person may not sign in any more, or signed out meanwhile.
    pub async fn begin(app: &'a App, live: &'a LiveSession, now: Timestamp) -> Result<Option<Self>, Fault> {
        let (mut change, person) = (Change::begin(app).await?, live.session.person_id);
        let Some(people::Held { removals, .. }) = people::hold(&mut change.tx, person).await? else { return Ok(None) };
        if !is_open(&mut change, &live.session, now).await? {
            return Ok(None);
        }
        let held = authenticators::held_of(&mut change.tx, person).await?;
        Ok(Some(Self { app, live, now, change, held, removals }))
    }

    /// Whether something was removed since so many [`authenticators::removals`]: what was offered then, and was perhaps added
    /// and removed, is not added any more.
    pub const fn is_past(&self, removals: i64) -> bool {
        self.removals != removals
    }

    /// Ids of a kind that they have.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Uuid> {
        self.held.iter().filter(move |(_, own)| *own == Some(kind)).map(|(id, _)| *id)
    }

    /// Whether they have what recovery codes stand in for.
    pub fn has_factor(&self) -> bool {
        has_factor(&self.held)
    }

    /// Ends it: they have one more of a kind, and are told.
    pub async fn added(self, kind: Kind, name: Option<String>) -> Result<(), Fault> {
        let stop = self.stop(Done::Added(kind.as_str().to_owned()))?;
        let letter = Letter::CredentialAdded { credential: credential(kind), name, at: self.now, stop };
        self.end(Act::CredentialAdded, kind, &letter).await
    }

    /// Ends it: they have one less, and are told. Recovery codes go with the last that they stand in for.
    pub async fn removed(mut self, kind: Kind, name: Option<String>) -> Result<(), Fault> {
        let person = self.live.session.person_id;
        if !has_factor(&authenticators::held_of(&mut self.change.tx, person).await?) {
            authenticators::remove_all(&mut self.change.tx, person, Some(Kind::RecoveryCode)).await?;
        }
        let stop = self.stop(Done::Removed)?;
        let letter = Letter::CredentialRemoved { credential: credential(kind), name, at: self.now, stop };
        self.end(Act::CredentialRemoved, kind, &letter).await
    }

    fn stop(&self, what: Done) -> Result<Link, Fault> {
        stopping::link(self.app, self.live.session.person_id, what, self.now)
    }

    async fn end(mut self, act: Act, kind: Kind, letter: &Letter) -> Result<(), Fault> {
        let (person, session) = (self.live.session.person_id, self.live.session.id);
        if let Some(mended) = mended(kind).filter(|_| act == Act::CredentialAdded) {
            leads::meet(&mut self.change, &self.live.session, mended).await?;
        }
        self.change.act(Event::new(act).person(person).session(session).detail(kind.as_str()));
        telling::tell(self.app, &mut self.change, person, letter, self.now).await?;
        self.change.commit().await?;
        Ok(())
    }
}

/// Whether nobody ended the session, of a person whom `change` holds: whoever ends it now waits.
pub(super) async fn is_open(change: &mut Change<'_>, session: &Session, now: Timestamp) -> Result<bool, Fault> {
    Ok(sessions::open_of(&mut change.tx, session.person_id, now).await?.contains(&session.id))
}

fn has_factor(held: &[(Uuid, Option<Kind>)]) -> bool {
    held.iter().any(|(_, kind)| matches!(kind, Some(Kind::Passkey | Kind::Totp | Kind::Text)))
}

const fn credential(kind: Kind) -> Credential {
    match kind {
        Kind::Passkey => Credential::Passkey,
        Kind::Totp => Credential::Totp,
        Kind::RecoveryCode => Credential::RecoveryCodes,
        Kind::Text => Credential::Text,
    }
}

/// Recovery codes stand in for an app, and make no password safer.
const fn mended(kind: Kind) -> Option<Mended> {
    match kind {
        Kind::Passkey => Some(Mended::Passkey),
        Kind::Totp | Kind::Text => Some(Mended::Factor),
        Kind::RecoveryCode => None,
    }
}

/// What `person` has.
pub async fn of(app: &App, person: Uuid) -> Result<Security, Fault> {
    let all = authenticators::of(&app.db, person).await?;
    let password = credentials::password_among(&app.db, person).await?;
    let of_kind = |kind: Kind| all.iter().filter(move |one| one.kind() == Some(kind));
    Ok(Security {
        password: password.is_some(),
        is_shut: password.is_some_and(|password| password.is_shut()),
        shut: Kinds::of(all.iter().filter(|one| one.is_shut())),
        totp: of_kind(Kind::Totp).next().map(Authenticator::created_at),
        texts: match text::standing(app, person, Kinds::of(&all)).await? {
            Standing::Added => Some(true),
            Standing::Possible(_) => Some(false),
            Standing::Impossible => None,
        },
        recovery_codes: of_kind(Kind::RecoveryCode).filter(|one| one.counter == 0).count(),
        passkeys: passkey::among(app, all)?.into_iter().map(seen).collect(),
    })
}

/// A passkey as its person sees it.
pub fn seen((row, stored): (Authenticator, StoredPasskey)) -> OwnPasskey {
    let (created_at, used_at) = (row.created_at(), row.used_at());
    OwnPasskey { id: row.id, name: stored.name, created_at, used_at, used_from: row.used_from }
}
