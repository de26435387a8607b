//! How somebody signs in: what they have, and that they are never left without a way.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::credential::passkey::StoredPasskey;
use crate::parts::authenticate::passkey;
use crate::store::authenticators;
use crate::store::authenticators::Authenticator;
use crate::store::authenticators::Kind;
use crate::store::credentials;

/// What somebody signs in with.
pub struct Security {
    /// Whether they have a password.
    pub password: bool,
    /// Their passkeys, the oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Since when they have an authenticator app.
    pub totp: Option<Timestamp>,
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

/// What `person` has.
pub async fn of(app: &App, person: Uuid) -> Result<Security, Fault> {
    let all = authenticators::of(&app.db, person).await?;
    let of_kind = |kind: Kind| all.iter().filter(move |one| one.kind() == Some(kind));
    let passkeys = passkey::of(app, person).await?.into_iter().map(seen);
    Ok(Security {
        password: credentials::password(&app.db, person).await?.is_some(),
        passkeys: passkeys.collect(),
        totp: of_kind(Kind::Totp).next().map(|one| one.created_at()),
        recovery_codes: of_kind(Kind::RecoveryCode).filter(|one| one.counter == 0).count(),
    })
}

/// A passkey as its person sees it.
pub fn seen((row, stored): (Authenticator, StoredPasskey)) -> OwnPasskey {
    let (created_at, used_at) = (row.created_at(), row.used_at());
    OwnPasskey { id: row.id, name: stored.name, created_at, used_at, used_from: row.used_from }
}
