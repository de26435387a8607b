//! The last page: how the person signs in. With it the account is there.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

use uuid::Uuid;

use super::Described;
use super::Reached;
use super::Thread;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::new_password::Refusal;
use crate::identity::credential::new_password::Standing;
use crate::identity::credential::passkey::StoredPasskey;
use crate::identity::credential::passkey::is_synced;
use crate::identity::proof::Proof;
use crate::parts::authenticate::Made;
use crate::parts::authenticate::Presented;
use crate::parts::authenticate::new_passkey;
use crate::parts::authenticate::new_passkey::NewPasskey;
use crate::parts::authenticate::new_passkey::NotTaken;
use crate::parts::authenticate::passkey;
use crate::parts::authenticate::passkey::Challenge;
use crate::parts::authenticate::password;
use crate::parts::births;
use crate::parts::epoch;
use crate::parts::hash_pool;
use crate::parts::new_password;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::repetition::Repetition;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;
use crate::store::authenticators;
use crate::store::authenticators::NewAuthenticator;
use crate::store::cache::Kind;
use crate::store::credentials;
use crate::store::openings;
use crate::store::openings::Entered;

/// What came of it.
pub enum Answer {
    /// The account is there: by this the person signs in.
    Open(Presented),
    /// The password is none to choose, for each of these reasons.
    Refused(Vec<Refusal>),
    /// The passkey is none, was made for something else, or is somebody's already.
    NoPasskey,
    /// The device did not show that it is of a model that is taken here.
    OtherModel,
    /// Somebody took the user name meanwhile.
    NameTaken,
    /// The address has an account by now.
    AddressTaken,
}

/// What travels while a passkey is made.
#[derive(Serialize, Deserialize)]
struct Making {
    browser: String,
    person: Uuid,
    at: Timestamp,
    handle: Uuid,
    state: Value,
    #[serde(default)]
    epoch: Option<String>,
}

impl Sealed for Making {
    const PURPOSE: Purpose = Purpose("account-passkey");
}

impl Described {
    /// The name to sign in with.
    pub fn user_name(&self) -> &str {
        self.data.user_name.as_deref().unwrap_or_default()
    }

    /// What the page before was given, sealed.
    pub fn reached(&self, app: &App, now: Timestamp) -> Result<String, Fault> {
        Reached { thread: self.thread.clone() }.seal(app, now)
    }
}

/// Opens the account of who chooses a password.
pub async fn by_password(
    app: &Arc<App>,
    described: &Described,
    typed: Secret<String>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Answer, Fault> {
    let stored = match new_password::check(app, typed.expose(), &described.data, Standing::Alone) {
        Ok(new) => hash_pool::hash(app, new.into_secret()).await?,
        Err(refusals) => return Ok(Answer::Refused(refusals)),
    };
    let person = described.thread.person;
    let repetition = Repetition::of(app, "opening", person, &[&typed]);
    let (mut change, entered) = enter(app, described, now).await?;
    match entered {
        Entered::Taken(digest) => return Ok(taken(app, described, &digest)),
        Entered::Before => {
            drop(change); // a wrong one is counted
            if repetition.is_known(app).await
                && let Some(proof) = password::proof(app, person, &typed).await?
            {
                return Ok(Answer::Open(Presented::Made(Made { person, proof })));
            }
            return once_more(app, person, typed, visitor, now).await;
        }
        Entered::New => repetition.remember(app).await, // before anybody who waits for it finds the account
    }
    let credential = id::beside(person, now, &*app.entropy);
    credentials::put_password(&mut change.tx, credential, person, &stored, now).await?;
    end(change, described).await?;
    let proof = Proof::Password(sha256(stored.phc.as_bytes()));
    Ok(Answer::Open(Presented::Made(Made { person, proof })))
}

/// Sent once more, the form is a sign-in: with the password of then.
async fn once_more(
    app: &Arc<App>,
    person: Uuid,
    typed: Secret<String>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Answer, Fault> {
    Ok(match password::check_current(app, person, typed, visitor, now).await? {
        Ok(known) => {
            let proof = Proof::Password(sha256(known.stored.phc.as_bytes()));
            Answer::Open(Presented::Made(Made { person, proof }))
        }
        Err(_) => Answer::AddressTaken,
    })
}

/// A challenge to make a passkey for an account that will be.
pub async fn challenge(app: &App, described: &Described, now: Timestamp) -> Result<Option<Challenge>, Fault> {
    let handle = passkey::new_handle(app);
    let names = (described.user_name(), described.data.display_name());
    let Some(begun) = new_passkey::begin(app, handle, names, &[])? else { return Ok(None) };
    let Thread { browser, person, .. } = described.thread.clone();
    let epoch = Some(epoch::present(app).await?);
    let ceremony = Making { browser, person, at: now, handle, state: begun.state, epoch }.seal(app, now)?;
    Ok(Some(Challenge { options: begun.options, ceremony }))
}

/// Opens the account of who made a passkey.
pub async fn by_passkey(
    app: &App,
    described: &Described,
    made: &passkey::Answer,
    name: &str,
    now: Timestamp,
) -> Result<Answer, Fault> {
    let person = described.thread.person;
    let making = Making::open(app, &made.ceremony)
        .filter(|making| making.person == person && making.browser == described.thread.browser);
    let making = making.filter(|making| making.at + passkey::LIFETIME > now);
    let Some(making) = making else { return Ok(Answer::NoPasskey) };
    let Some(again) = passkey::came_before(app, made, making.epoch.as_deref()).await? else {
        return Ok(Answer::NoPasskey);
    };
    let NewPasskey { passkey: key, lookup, model } =
        match new_passkey::finish(app, person, &made.response, &making.state, now).await? {
            Ok(new) => new,
            Err(NotTaken::Unverified) => return Ok(Answer::NoPasskey),
            Err(NotTaken::OtherModel) => return Ok(Answer::OtherModel),
        };
    let (id, synced) = (id::derived(person, making.at, &sha256(&lookup)), is_synced(&key));
    let open =
        |again| Answer::Open(Presented::Made(Made { person, proof: Proof::Passkey { id, counter: 0, synced, again } }));
    let (mut change, entered) = enter(app, described, now).await?;
    match entered {
        Entered::Taken(digest) => return Ok(taken(app, described, &digest)),
        // Sent once more, the form finds the session that it opened: by the passkey that it made, or none.
        Entered::Before => return Ok(open(true)),
        Entered::New => {}
    }
    let stored = StoredPasskey { passkey: key, handle: making.handle, name: name.to_owned() };
    let sealed = passkey::seal(app, &stored, now)?;
    let (kind, lookup) = (authenticators::Kind::Passkey, Some(lookup.as_slice()));
    let new = NewAuthenticator { id, person, kind, secret: &sealed, lookup, counter: 0, model };
    if !authenticators::insert(&mut change.tx, &new, now).await? {
        return Ok(Answer::NoPasskey); // it is somebody's already
    }
    end(change, described).await?;
    Ok(open(again))
}

/// Enters the person, in a change that nothing is left of unless it is committed.
async fn enter<'a>(app: &'a App, described: &Described, now: Timestamp) -> Result<(Change<'a>, Entered), Fault> {
    let data = &described.data;
    let digests = people::digests(app, data).ok_or_else(|| Fault::broken("a person without a name"))?;
    let others: Vec<[u8; 32]> = people::phone_digest(app, data).into_iter().collect();
    let sealed = people::seal(app, data, now)?;
    let mut change = Change::begin(app).await?;
    let person = described.thread.person;
    let entered = openings::enter(&mut change.tx, person, &sealed, (&digests, &others), now).await?;
    births::replace(app, &mut change.tx, person, [None, Some(data)]).await?;
    Ok((change, entered))
}

async fn end(mut change: Change<'_>, described: &Described) -> Result<(), Fault> {
    let person = described.thread.person;
    change.act(Event::new(Act::AccountOpened).person(person));
    change.announce(Kind::Person, person.to_string());
    change.commit().await.map(drop)
}

fn taken(app: &App, described: &Described, digest: &[u8]) -> Answer {
    match described.thread.address.digest(app) {
        Some(own) if own == digest => Answer::AddressTaken,
        _ => Answer::NameTaken,
    }
}
