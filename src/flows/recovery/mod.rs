//! Getting an account back without what one signs in with: who proves an address of the account waits, while the person is
//! told and can stop it; who has an official's code goes on at once. Nobody learns here whether there is an account.

pub mod completing;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::from_base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::credential::recovery_code;
use crate::identity::person::SignInName;
use crate::letters::CODE;
use crate::parts::authenticate;
use crate::parts::authenticate::Refusal;
use crate::parts::devices;
use crate::parts::letters;
use crate::parts::letters::Channel;
pub use crate::parts::letters::Reach;
use crate::parts::networks;
use crate::parts::networks::neighbourhood_of;
use crate::parts::one_time_code;
use crate::parts::one_time_code::Asker;
use crate::parts::one_time_code::OneTimeCode;
use crate::parts::one_time_code::Verdict;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::recovery;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;
use crate::store::people as rows;
use crate::store::recoveries;

/// How somebody proves that the account is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// A code by mail.
    Mail,
    /// A code by SMS.
    Sms,
    /// A code that an official gave them.
    Official,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Sms, Self::Official];

    /// As a form says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Official => "official",
        }
    }

    /// Whether it can be gone. An official's code needs no gateway.
    pub fn reach(self, app: &App) -> Reach {
        self.channel().map_or(Reach::Works, |channel| letters::reach(app, channel))
    }

    /// By which channel its code comes; an official gives theirs by hand.
    pub const fn channel(self) -> Option<Channel> {
        match self {
            Self::Mail => Some(Channel::Mail),
            Self::Sms => Some(Channel::Sms),
            Self::Official => None,
        }
    }
}

/// What travels from the page that asks for a name to the page that asks for the code. It is as long where nobody has the name.
#[derive(Serialize, Deserialize)]
pub struct Asked {
    browser: String,
    name: String,
    /// Nil where nobody has the name.
    person: Uuid,
    way: Way,
    code: OneTimeCode,
}

impl Sealed for Asked {
    const PURPOSE: Purpose = Purpose("recovery");
}

/// What travels on from there: that the account is theirs, and which way back it is.
#[derive(Serialize, Deserialize)]
pub struct Proven {
    browser: String,
    person: Uuid,
    recovery: Uuid,
    at: Timestamp,
}

impl Sealed for Proven {
    const PURPOSE: Purpose = Purpose("recovery-proven");
}

/// What was proven counts for so long.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// What came of asking.
pub enum Asking {
    /// A code is on its way, or nobody has the name: the sealed text for the next page, and the cookie of a new browser.
    Asked(String, Option<String>),
    /// Too many tries: the next one counts after this time.
    Wait(Duration),
}

/// Somebody says whose account it is. The answer is made before anybody is written to.
pub async fn ask(
    app: &Arc<App>,
    (name, way): (&str, Way),
    lang: Lang,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Asking, Fault> {
    let (digest, row) = match SignInName::parse(name) {
        Some(name) => (name.digest(app.data_keys.lookup.expose()), people::named(app, &name).await?),
        None => (sha256(name.as_bytes()), None),
    };
    let attempt = Attempt::new(app, &digest, row.as_ref().map(|row| row.id), visitor).await;
    if let Some(Refusal::Wait(wait)) = authenticate::put_off(app, &attempt, visitor, now).await {
        return Ok(Asking::Wait(wait));
    }
    if way.channel().is_some() {
        app.ephemeral.ping().await?; // while codes cannot be counted none is sent, to nobody
    }
    let row = row.filter(|row| !row.is_disabled());
    let code = OneTimeCode::new(app, now).await?;
    let (browser, new_browser) = visitor.browser_cookie(app);
    let person = row.as_ref().map(|row| row.id).unwrap_or_default();
    if let (Some(row), Some(channel)) = (row, way.channel()) {
        let (is_known, address) = (devices::knows(app, row.id, visitor).await, visitor.address);
        let (app, code) = (Arc::clone(app), code.clone());
        tokio::spawn(async move {
            let sending = async {
                let data = people::open(&app, &row.data)?;
                let network = neighbourhood_of(address);
                let asker = match is_known {
                    true => Asker::KnownBrowser,
                    false if networks::is_home(&app, row.id, address).await? => Asker::AtHome,
                    false => Asker::Anybody(&network),
                };
                one_time_code::send(&app, (row.id, &data), channel, (asker, &code), lang, now).await
            };
            if let Err(fault) = sending.await {
                tracing::warn!(target: "motcua::fault", %fault, "a code for a recovery was not written");
            }
        });
    }
    let asked = Asked { browser: sessions::browser_digest(&browser), name: base64url(&digest), person, way, code };
    Ok(Asking::Asked(asked.seal(app, now)?, new_browser))
}

/// What the page of a code brought back; `None` for what is not ours, or was begun in another browser.
pub fn asked(app: &App, sealed: &str, visitor: &Visitor) -> Option<Asked> {
    Asked::open(app, sealed).filter(|asked| visitor.is_browser(&asked.browser))
}

impl Asked {
    /// How the code comes.
    pub const fn way(&self) -> Way {
        self.way
    }
}

/// What came of a code.
#[derive(Debug)]
pub enum Proving {
    /// The account is theirs: the sealed text for the next page.
    Proven(String),
    /// It is another.
    Wrong,
    /// The time or the tries are over: a further one has to be asked for.
    Over,
    /// Too many tries: the next one counts after this time.
    Wait(Duration),
}

/// A code that proves nothing is answered after so long, whatever it took: a letter that is written meanwhile makes the answer
/// no later, and so nobody learns by it that there is somebody to write to.
const EVEN: Duration = Duration::from_millis(400);

/// Takes a code. By an address the waiting time begins, unless it began before.
pub async fn prove(
    app: &App,
    asked: &Asked,
    typed: &Secret<String>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Proving, Fault> {
    let answered = tokio::time::Instant::now() + EVEN;
    let proving = heard(app, asked, typed, visitor, now).await;
    if !matches!(proving, Ok(Proving::Proven(_))) {
        tokio::time::sleep_until(answered).await; // last: who hangs up meanwhile was heard
    }
    proving
}

async fn heard(
    app: &App,
    asked: &Asked,
    typed: &Secret<String>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Proving, Fault> {
    let person = Some(asked.person).filter(|person| !person.is_nil());
    let name = from_base64url(&asked.name).and_then(|name| name.try_into().ok()).unwrap_or_default();
    let attempt = Attempt::new(app, &name, person, visitor).await;
    if let Some(Refusal::Wait(wait)) = authenticate::put_off(app, &attempt, visitor, now).await {
        return Ok(Proving::Wait(wait));
    }
    let recovery = match (asked.way, asked.code.check(app, typed, now).await?) {
        (Way::Official, _) => by_official(app, asked.person, typed, now).await?,
        (_, Verdict::Over) => return Ok(Proving::Over),
        (_, Verdict::Wrong) => None,
        (_, Verdict::Right) => match person {
            Some(person) => begin(app, person, &asked.code, now).await?,
            None => None,
        },
    };
    let Some(recovery) = recovery else {
        authenticate::wrong(app, person, visitor);
        return Ok(Proving::Wrong);
    };
    throttle::pardon(app, &attempt, now).await;
    let browser = asked.browser.clone();
    let proven = Proven { browser, person: asked.person, recovery, at: now };
    Ok(Proving::Proven(proven.seal(app, now)?))
}

async fn by_official(app: &App, person: Uuid, typed: &Secret<String>, now: Timestamp) -> Result<Option<Uuid>, Fault> {
    let digest = recovery_code::digest(app.data_keys.lookup.expose(), typed.expose());
    let recovery = recoveries::by_way(&app.db, person, recovery::Way::Official, now).await?;
    let is_it = |known: &[u8]| equal(known, &digest);
    Ok(recovery.filter(|recovery| recovery.digest.as_deref().is_some_and(is_it)).map(|recovery| recovery.id))
}

/// A code begins one way back: sent once more, it leads there again, whatever became of it.
async fn begin(app: &App, person: Uuid, code: &OneTimeCode, now: Timestamp) -> Result<Option<Uuid>, Fault> {
    let key = format!("recovery-by:{}", code.id());
    if let Some(begun) = app.ephemeral.get(&key).await? {
        return Ok(Uuid::from_slice(&begun).ok());
    }
    let mut change = Change::begin(app).await?;
    if rows::hold(&mut change.tx, person).await?.is_none() {
        return Ok(None);
    }
    let begun = recovery::begin(app, &mut change, person, None, now).await?;
    change.commit().await?;
    // Where it is lost, the one that is under way is found.
    let _ = app.ephemeral.put(&key, begun.id.as_bytes().to_vec(), CODE * 2).await;
    Ok(Some(begun.id))
}

/// What the pages after the code brought back; `None` for what is not ours, was proven in another browser, or too long ago.
pub fn proven(app: &App, sealed: &str, visitor: &Visitor, now: Timestamp) -> Option<Proven> {
    Proven::open(app, sealed).filter(|proven| visitor.is_browser(&proven.browser) && proven.at + LIFETIME > now)
}
