//! Sign-in with a name and a password. An unknown name, a wrong password and a person who may not sign in take the same
//! time and get the same words.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::identity::assurance;
use crate::identity::audit::Refused;
use crate::identity::credential::password::StoredPassword;
use crate::identity::credential::password::Verdict;
use crate::identity::person::SignInName;
use crate::parts::hash_pool;
use crate::parts::record;
use crate::parts::sessions::Authenticated;
use crate::parts::sessions::Visitor;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;
use crate::parts::throttle::network_of;
use crate::store::credentials;
use crate::store::people;

/// What came of it.
#[derive(Debug)]
pub enum PasswordCheck {
    /// The person is who they say.
    Authenticated(Authenticated),
    /// The name or the password is wrong.
    Refused,
    /// Too many tries: the next one counts after this time.
    Wait(Duration),
}

/// What was typed.
pub struct Typed {
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret<String>,
}

/// Compares what was typed with what is known.
pub async fn authenticate(app: &App, typed: Typed, visitor: &Visitor, now: Timestamp) -> Result<PasswordCheck, Fault> {
    let Some(name) = SignInName::parse(&typed.name) else { return Ok(PasswordCheck::Refused) };
    let digest = name.digest(app.data_keys.lookup.expose());
    let attempt = Attempt::new(app, &digest, visitor);
    if let Some(wait) = throttle::must_wait(app, &attempt, now).await {
        record::refused(app, Refused::SignInPutOff, None, &network_of(visitor.address));
        return Ok(PasswordCheck::Wait(wait));
    }
    let person = people::find_by_name(&app.db, &digest).await?.filter(|person| !person.is_disabled());
    // Nobody's password is looked up as well, and takes as long.
    let id = person.as_ref().map_or(Uuid::nil(), |person| person.id);
    let stored = credentials::password(&app.db, id).await?;
    let verdict = hash_pool::verify(app, typed.password.clone(), stored.unwrap_or_else(|| nobody(app))).await?;
    match person {
        Some(person) if verdict.is_right() => {
            if verdict == Verdict::RightButOutdated
                && let Err(fault) = hash_anew(app, person.id, typed.password, now).await
            {
                tracing::warn!(target: "motcua::fault", %fault, "a password is hashed anew at the next sign-in");
            }
            throttle::forget(app, &attempt, now).await;
            let (acr, amr) = (assurance::ACR_1, assurance::AMR_PASSWORD);
            Ok(PasswordCheck::Authenticated(Authenticated { person: person.id, acr, amr }))
        }
        person => {
            throttle::count(app, &attempt, now).await;
            let person = person.map(|person| person.id);
            record::refused(app, Refused::SignIn, person, &network_of(visitor.address));
            Ok(PasswordCheck::Refused)
        }
    }
}

/// A password that nobody has, stored at the configured cost: comparing with it takes as long as with a real one.
fn nobody(app: &App) -> StoredPassword {
    let cost = app.config.passwords.cost();
    let (m, t, p) = (cost.memory_kib, cost.iterations, cost.parallelism);
    let phc = format!("$argon2id$v=19$m={m},t={t},p={p}$bm9ib2R5bm9ib2R5bm9ib2Q${}", "A".repeat(43));
    StoredPassword { phc, pepper: None }
}

async fn hash_anew(app: &App, person: Uuid, password: Secret<String>, now: Timestamp) -> Result<(), Fault> {
    let stored = hash_pool::hash(app, password).await?;
    let mut tx = app.db.begin().await?;
    credentials::put_password(&mut tx, id::new(now, &*app.entropy), person, &stored, now).await?;
    tx.commit().await
}
