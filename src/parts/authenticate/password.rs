//! Sign-in with a name and a password. An unknown name, a wrong password and a person who may not sign in take the same
//! time and get the same words.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::Checked;
use super::Refusal;
use super::guess::Guess;
use super::guess::Of;
use super::put_off;
use super::shut;
use super::wrong;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::credential::MOST_FAILURES;
use crate::identity::credential::new_password;
use crate::identity::credential::password::StoredPassword;
use crate::identity::credential::password::Verdict;
use crate::identity::lead::Seen;
use crate::identity::person::SignInName;
use crate::identity::proof::Proof;
use crate::letters::Credential;
use crate::parts::hash_pool;
use crate::parts::people;
use crate::parts::sessions::Visitor;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;
use crate::store::authenticators::Kinds;
use crate::store::credentials;
use crate::store::credentials::Password;

/// What was typed.
pub struct Typed {
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret<String>,
    /// Whether the browser says that it can make a passkey.
    pub makes_passkeys: bool,
}

impl Typed {
    /// What is remembered of it if it is right.
    pub(super) fn seen(&self) -> Seen {
        Seen { characters: new_password::characters(self.password.expose()), makes_passkeys: self.makes_passkeys }
    }
}

/// Compares what was typed with what is known.
pub async fn check(app: &Arc<App>, typed: Typed, visitor: &Visitor, now: Timestamp) -> Result<Checked, Fault> {
    let Some(name) = SignInName::parse(&typed.name) else { return Ok(Err(Refusal::Wrong)) };
    let digest = name.digest(app.data_keys.lookup.expose());
    let person = people::named(app, &name).await?;
    let attempt = Attempt::new(app, &digest, person.as_ref().map(|person| person.id), visitor).await;
    let person = person.filter(|person| !person.is_disabled()).map(|person| person.id);
    let compared = compare(app, &attempt, person, typed.password, visitor, now).await?;
    Ok(compared.map(|Password { stored, beside, .. }| {
        (person.unwrap_or_default(), Proof::Password(sha256(stored.phc.as_bytes())), beside)
    }))
}

/// Compares with the password of somebody who is known already; what they have, if it is right.
pub async fn check_current(
    app: &Arc<App>,
    person: Uuid,
    typed: Secret<String>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<Password, Refusal>, Fault> {
    compare(app, &Attempt::of(app, person, visitor).await, Some(person), typed, visitor, now).await
}

/// Whether it is what is stored of somebody, who was heard already: nothing is guessed by it.
pub async fn is_stored(app: &App, person: Uuid, typed: &Secret<String>) -> Result<bool, Fault> {
    Ok(proof(app, person, typed).await?.is_some())
}

/// The same, as what somebody proves by it.
pub async fn proof(app: &App, person: Uuid, typed: &Secret<String>) -> Result<Option<Proof>, Fault> {
    let Some(stored) = credentials::password(&app.db, person).await? else { return Ok(None) };
    let proof = Proof::Password(sha256(stored.phc.as_bytes()));
    Ok(hash_pool::verify(app, typed.clone(), stored).await?.is_right().then_some(proof))
}

async fn compare(
    app: &Arc<App>,
    attempt: &Attempt,
    person: Option<Uuid>,
    typed: Secret<String>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<Password, Refusal>, Fault> {
    if let Some(refusal) = put_off(app, attempt, visitor, now).await {
        return Ok(Err(refusal));
    }
    // Nobody's guesses are counted as well, and nobody's password is looked up: it takes as long.
    let id = person.unwrap_or_default();
    let guess = Guess::begin(app, Of::Password, id, now).await;
    let (mut password, verdict, wait) = match look(app, id, &typed).await {
        Ok(compared) => compared,
        Err(fault) => {
            throttle::pardon(app, attempt, now).await;
            guess.end(app).await;
            return Err(fault);
        }
    };
    match person {
        Some(person) if verdict.is_right() && guess.is_heard(password.failures) => {
            guess.end(app).await;
            throttle::pardon(app, attempt, now).await;
            if verdict == Verdict::RightButOutdated {
                match hash_anew(app, person, &password.stored, typed).await {
                    Ok(anew) => password.stored = anew.unwrap_or(password.stored),
                    Err(fault) => {
                        tracing::warn!(target: "motcua::fault", %fault, "a password is hashed anew at the next sign-in");
                    }
                }
            }
            Ok(Ok(password))
        }
        person => {
            count(app, (guess, password.failures), id, now);
            let refusal = wrong(app, person, visitor);
            tokio::time::sleep(wait).await; // last: who hangs up meanwhile was heard
            Ok(Err(refusal))
        }
    }
}

/// What is stored of somebody, what came of comparing with it, and how long a wrong answer must still wait. What is not heard is
/// compared as well: it takes as long, and nobody learns what came of it.
async fn look(app: &App, id: Uuid, typed: &Secret<String>) -> Result<(Password, Verdict, Duration), Fault> {
    let password = credentials::password_among(&app.db, id).await?.unwrap_or_else(|| nobody(app));
    let (verdict, wait) = hash_pool::verify_evenly(app, typed.clone(), password.stored.clone()).await?;
    Ok((password, verdict, wait))
}

/// Counts a wrong try, if it was heard after so many. Nobody waits for it: the database needs longer where there is a row to
/// change.
fn count(app: &Arc<App>, (guess, failures): (Guess, i64), person: Uuid, now: Timestamp) {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if !guess.is_heard(failures) {
            return guess.end(&app).await;
        }
        let failed = match credentials::fail(&app.db, person).await {
            Ok(failed) => failed,
            Err(fault) => {
                tracing::warn!(target: "motcua::fault", %fault, "a wrong password is not counted for good");
                return; // it stays counted among those under way
            }
        };
        guess.end(&app).await;
        if failed == Some(MOST_FAILURES)
            && let Err(fault) = shut::tell(&app, person, Credential::Password, now).await
        {
            tracing::warn!(target: "motcua::fault", %fault, "nobody was told that a password opens nothing any more");
        }
    });
}

/// A password that nobody has, stored at the configured cost: comparing with it takes as long as with a real one.
fn nobody(app: &App) -> Password {
    let phc = format!("{}bm9ib2R5bm9ib2R5bm9ib2Q${}", app.config.passwords.cost().prefix(), "A".repeat(43));
    Password { stored: StoredPassword { phc, pepper: None }, failures: 0, beside: Kinds::default() }
}

/// Stores the password at today's cost, unless somebody set another meanwhile.
async fn hash_anew(
    app: &App,
    person: Uuid,
    was: &StoredPassword,
    password: Secret<String>,
) -> Result<Option<StoredPassword>, Fault> {
    let anew = hash_pool::hash(app, password.clone()).await?;
    let mut tx = app.db.begin().await?;
    let replaced = credentials::replace_password(&mut tx, person, was, &anew).await?;
    if replaced && was.pepper.is_none() {
        credentials::put_declared(&mut tx, person, Some(&was.phc)).await?;
    }
    tx.commit().await?;
    if replaced {
        return Ok(Some(anew));
    }
    // The same form at the same time, perhaps.
    let Some(is) = credentials::password(&app.db, person).await? else { return Ok(None) };
    Ok(hash_pool::verify(app, password, is.clone()).await?.is_right().then_some(is))
}
