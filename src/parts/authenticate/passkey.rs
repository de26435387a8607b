//! Sign-in with a passkey. A challenge travels sealed with its ceremony: it counts once, for five minutes, in the browser that
//! asked for it, and for the person who is signing in where that is known.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::Checked;
use super::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::base64url;
use crate::base::secret::hmac_sha256;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::audit::Refused;
use crate::identity::credential::passkey::Asserted;
use crate::identity::credential::passkey::Failed;
use crate::identity::credential::passkey::Response;
use crate::identity::credential::passkey::StoredPasskey;
use crate::identity::proof::Proof;
use crate::parts::columns;
use crate::parts::columns::Column;
use crate::parts::epoch;
use crate::parts::networks::network_of;
use crate::parts::record;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;
use crate::store::authenticators;
use crate::store::authenticators::Authenticator;
use crate::store::authenticators::Kind;
use crate::store::authenticators::Kinds;
use crate::store::names;

/// What a browser presents.
pub struct Answer {
    /// The ceremony, as it was given out.
    pub ceremony: String,
    /// The JSON of `PublicKeyCredential.toJSON()`.
    pub response: String,
    /// What else the form carries, of which it is one.
    pub form: String,
}

/// A challenge for a browser, as its script is given it.
#[derive(Serialize)]
pub struct Challenge {
    /// The options of WebAuthn Level 3 §5.1.9.
    pub options: Value,
    /// The ceremony, which comes back with the answer.
    pub ceremony: String,
}

/// What travels.
#[derive(Serialize, Deserialize)]
struct Ceremony {
    browser: String,
    at: Timestamp,
    state: Value,
    #[serde(default)]
    epoch: Option<String>,
}

impl Sealed for Ceremony {
    const PURPOSE: Purpose = Purpose("passkey-sign-in");
}

/// A challenge can be answered for so long.
pub const LIFETIME: Duration = Duration::from_secs(300);

/// A challenge for a sign-in in the visitor's browser.
pub async fn challenge(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Challenge>, Fault> {
    let Some(relying_party) = &app.passkeys else { return Ok(None) };
    let begun = relying_party.begin_authentication().map_err(broken)?;
    let (browser, epoch) = (visitor.browser_digest(), Some(epoch::present(app).await?));
    let ceremony = Ceremony { browser, at: now, state: begun.state, epoch };
    Ok(Some(Challenge { options: begun.options, ceremony: ceremony.seal(app, now)? }))
}

/// Verifies an answer, which must be `expected`'s where somebody is known already.
pub async fn check(
    app: &App,
    answer: Answer,
    expected: Option<Uuid>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Checked, Fault> {
    let proved = prove(app, &answer, expected, visitor, now).await?;
    if proved.is_none() {
        record::refused(app, Refused::SignIn, expected, &network_of(visitor.address));
    }
    Ok(proved.ok_or(Refusal::Wrong))
}

async fn prove(
    app: &App,
    answer: &Answer,
    expected: Option<Uuid>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<(Uuid, Proof, Kinds)>, Fault> {
    let Some(relying_party) = &app.passkeys else { return Ok(None) };
    let ceremony = Ceremony::open(app, &answer.ceremony).filter(|own| visitor.is_browser(&own.browser));
    let Some(ceremony) = ceremony.filter(|ceremony| ceremony.at + LIFETIME > now) else { return Ok(None) };
    let Some(again) = came_before(app, answer, ceremony.epoch.as_deref()).await? else { return Ok(None) };
    let Some(response) = Response::read(&answer.response) else { return Ok(None) };
    let lookup = lookup(app, response.credential_id());
    let owner = names::whose(&app.db, &lookup).await?;
    let Some(person) = owner.filter(|owner| expected.is_none_or(|expected| expected == *owner)) else {
        return Ok(None);
    };
    let all = authenticators::of(&app.db, person).await?;
    let Some(own) = all.iter().find(|one| one.lookup.as_deref() == Some(&lookup)) else { return Ok(None) };
    let stored = open(app, &own.secret)?;
    let said = relying_party.finish_authentication(&response, &ceremony.state, &stored);
    match said.and_then(|said| Ok((counted(&said, own, again)?, said.moved))) {
        Ok((proof, moved)) => {
            if let Some(passkey) = moved {
                keep(app, own, &StoredPasskey { passkey, ..stored }, person, now).await?;
            }
            Ok(Some((person, proof, Kinds::of(&all))))
        }
        Err(Failed(why)) => {
            tracing::info!(target: "motcua::audit", %person, why, "a passkey was refused");
            Ok(None)
        }
    }
}

/// Stores what a passkey says of itself now. Whoever stored something else meanwhile knows better.
async fn keep(
    app: &App,
    own: &Authenticator,
    stored: &StoredPasskey,
    person: Uuid,
    now: Timestamp,
) -> Result<(), Fault> {
    let sealed = seal(app, stored, now)?;
    let mut tx = app.db.begin().await?;
    authenticators::put_secret(&mut tx, person, own.id, &own.secret, &sealed).await?;
    tx.commit().await
}

/// §7.2 step 22: a counter that does not grow tells of a copy. The same answer once more is judged by the interaction.
fn counted(said: &Asserted, own: &Authenticator, again: bool) -> Result<Proof, Failed> {
    let Asserted { counter, synced, .. } = *said;
    if counter < own.counter {
        return Err(Failed(format!("the signature counter went back, from {} to {counter}", own.counter)));
    }
    Ok(Proof::Passkey { id: own.id, counter, synced, again })
}

/// Whether the same answer came before in the same form, which was sent twice, to a challenge of this epoch; `None` where another
/// did to the same challenge, or nobody knows any more.
pub async fn came_before(app: &App, answer: &Answer, epoch: Option<&str>) -> Result<Option<bool>, Fault> {
    let key = format!("passkey:{}", base64url(&sha256(answer.ceremony.as_bytes())));
    let digest = sha256(&[sha256(answer.response.as_bytes()), sha256(answer.form.as_bytes())].concat()).to_vec();
    let is_first = app.ephemeral.put_if_absent(&key, digest.clone(), LIFETIME * 2).await?;
    if !epoch::lasts(app, epoch).await? {
        return Ok(None);
    }
    if is_first {
        return Ok(Some(false));
    }
    Ok(app.ephemeral.get(&key).await?.filter(|first| *first == digest).map(|_| true))
}

/// The passkeys of a person, with their rows.
pub async fn of(app: &App, person: Uuid) -> Result<Vec<(Authenticator, StoredPasskey)>, Fault> {
    among(app, authenticators::of(&app.db, person).await?)
}

/// Those that are among a person's authenticators.
pub fn among(app: &App, all: Vec<Authenticator>) -> Result<Vec<(Authenticator, StoredPasskey)>, Fault> {
    let own = all.into_iter().filter(|one| one.kind() == Some(Kind::Passkey));
    own.map(|one| open(app, &one.secret).map(|stored| (one, stored))).collect()
}

/// WebAuthn Level 3 §14.6.1: a user handle says nothing about its user.
pub fn new_handle(app: &App) -> Uuid {
    uuid::Builder::from_random_bytes(app.entropy.bytes()).into_uuid()
}

/// The digest in `names` by which a passkey is found.
pub fn lookup(app: &App, credential_id: &[u8]) -> [u8; 32] {
    hmac_sha256(app.data_keys.lookup.expose(), &[b"passkey", credential_id])
}

/// Seals a passkey for its row.
pub fn seal(app: &App, stored: &StoredPasskey, now: Timestamp) -> Result<Vec<u8>, Fault> {
    columns::seal_value(app, Column::Passkey, stored, now)
}

fn open(app: &App, sealed: &[u8]) -> Result<StoredPasskey, Fault> {
    columns::open_value(app, Column::Passkey, sealed)
}

fn broken(Failed(why): Failed) -> Fault {
    Fault::broken(why)
}
