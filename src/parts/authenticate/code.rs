//! The second step by a code: of an authenticator app, or from the list of recovery codes. It proves nothing by itself.

use std::sync::Arc;

use uuid::Uuid;

use super::Checked;
use super::guess::Guess;
use super::guess::Of;
use super::put_off;
use super::shut;
use super::text;
use super::wrong;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::time::Timestamp;
use crate::identity::credential::MOST_FAILURES;
use crate::identity::credential::recovery_code;
use crate::identity::credential::totp::Totp;
use crate::identity::proof::Proof;
use crate::letters::Credential;
use crate::parts::columns;
use crate::parts::columns::Column;
use crate::parts::sessions::Visitor;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;
use crate::store::authenticators;
use crate::store::authenticators::Authenticator;
use crate::store::authenticators::Kind;
use crate::store::authenticators::Kinds;

/// What was typed.
pub struct Typed {
    /// The code.
    pub code: Secret<String>,
    /// What the page carries of a code that was sent.
    pub sent: Option<String>,
}

/// What came of comparing.
enum Compared {
    Right(Proof, Kinds),
    Wrong,
    /// Nothing was compared: too many were wrong, or may be that are compared just now.
    Unheard,
}

/// Compares a code with those of `person`, who proved something else before.
pub async fn check(
    app: &Arc<App>,
    typed: Typed,
    person: Uuid,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Checked, Fault> {
    let attempt = Attempt::of(app, person, visitor).await;
    if let Some(refusal) = put_off(app, &attempt, visitor, now).await {
        return Ok(Err(refusal));
    }
    let guess = Guess::begin(app, Of::Code, person, now).await;
    let compared = compare(app, &guess, typed, (person, visitor), now).await;
    let failed = match &compared {
        Ok(Compared::Wrong) => authenticators::fail(&app.db, person).await?, // else it stays counted as under way
        Ok(Compared::Right(..) | Compared::Unheard) | Err(_) => Vec::new(),
    };
    guess.end(app).await;
    if let Compared::Right(proof, kinds) = compared? {
        throttle::pardon(app, &attempt, now).await;
        return Ok(Ok((person, proof, kinds)));
    }
    for credential in shut_by(&failed) {
        tell_later(app, person, credential, now);
    }
    Ok(Err(wrong(app, Some(person), visitor)))
}

async fn compare(
    app: &App,
    guess: &Guess,
    Typed { code, sent }: Typed,
    (person, visitor): (Uuid, &Visitor),
    now: Timestamp,
) -> Result<Compared, Fault> {
    let all = authenticators::of(&app.db, person).await?;
    let failures = all.iter().filter(|one| one.kind() != Some(Kind::Passkey)).map(|one| one.failures).max();
    if !guess.is_heard(failures.unwrap_or(0)) {
        return Ok(Compared::Unheard);
    }
    let proof = match (matching(app, &all, code.expose(), now)?, sent) {
        (None, Some(sent)) => text::matching(app, (&all, person), (&sent, &code), visitor, now).await?,
        (proof, _) => proof,
    };
    Ok(proof.map_or(Compared::Wrong, |proof| Compared::Right(proof, Kinds::of(&all))))
}

/// What opens nothing any more after this one. Paper goes with what it stands in for.
fn shut_by(failed: &[(Option<Kind>, i64)]) -> Vec<Credential> {
    let shut = |kind: Kind| failed.contains(&(Some(kind), MOST_FAILURES));
    let [app, text, paper] = [Kind::Totp, Kind::Text, Kind::RecoveryCode].map(shut);
    let all = [(app, Credential::Totp), (text, Credential::Text), (paper && !app && !text, Credential::RecoveryCodes)];
    all.into_iter().filter_map(|(shut, credential)| shut.then_some(credential)).collect()
}

/// After the answer: the page says nothing of it, and its time shall not either.
fn tell_later(app: &Arc<App>, person: Uuid, credential: Credential, now: Timestamp) {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if let Err(fault) = shut::tell(&app, person, credential, now).await {
            tracing::warn!(target: "motcua::fault", %fault, "nobody was told that codes open nothing any more");
        }
    });
}

/// Whether a code was used before is said when the session opens: the same form once more is no second use.
fn matching(app: &App, all: &[Authenticator], code: &str, now: Timestamp) -> Result<Option<Proof>, Fault> {
    let digest = recovery_code::digest(app.data_keys.lookup.expose(), code);
    for one in all {
        let counter = match one.kind() {
            Some(Kind::Totp) => open(app, &one.secret)?.step(code, one.counter, now),
            Some(Kind::RecoveryCode) => equal(&one.secret, &digest).then_some(1),
            Some(Kind::Passkey | Kind::Text) | None => None,
        };
        if let Some(counter) = counter {
            return Ok(Some(Proof::Code { id: one.id, counter }));
        }
    }
    Ok(None)
}

/// Seals the secret of an authenticator app for its row.
pub fn seal(app: &App, secret: &[u8], now: Timestamp) -> Result<Vec<u8>, Fault> {
    columns::seal(app, Column::Totp, secret, now)
}

fn open(app: &App, sealed: &[u8]) -> Result<Totp, Fault> {
    let totp = Totp::of(&columns::open(app, Column::Totp, sealed)?, "", "");
    totp.ok_or_else(|| Fault::broken("a TOTP secret is too short"))
}
