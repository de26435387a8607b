//! The second step by a code that is sent to a telephone: the weakest of the second factors (NIST SP 800-63B-4 §3.1.3.1 calls
//! it restricted). It counts where the person chose it, and only at the number for which they did.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::proof::Proof;
use crate::identity::proof::Proved;
use crate::letters::CODE;
use crate::parts::letters;
use crate::parts::letters::Channel;
use crate::parts::letters::Reach;
use crate::parts::one_time_code;
use crate::parts::one_time_code::Asker;
use crate::parts::one_time_code::OneTimeCode;
use crate::parts::one_time_code::Verdict;
use crate::parts::people;
use crate::parts::people::PersonalData;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;
use crate::parts::telling;
use crate::store::authenticators;
use crate::store::authenticators::Authenticator;
use crate::store::authenticators::Kind;
use crate::store::authenticators::Kinds;

/// A code that was sent, sealed in the page that asks for it.
#[derive(Serialize, Deserialize)]
struct Sent {
    browser: String,
    person: Uuid,
    authenticator: Uuid,
    code: OneTimeCode,
    /// To where it brings the authenticator.
    #[serde(default)]
    counter: i64,
}

impl Sealed for Sent {
    const PURPOSE: Purpose = Purpose("text");
}

/// How codes by SMS stand with somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They have it.
    Added,
    /// A code can be sent to this number.
    Possible(String),
    /// There is no gateway, or no number that is known to be theirs.
    Impossible,
}

/// How it stands with a person who has these.
pub async fn standing(app: &App, person: Uuid, has: Kinds) -> Result<Standing, Fault> {
    if has.text {
        return Ok(Standing::Added);
    }
    let data = people::find(app, person).await?.unwrap_or_default();
    let number = number(&data).filter(|_| letters::reach(app, Channel::Sms) != Reach::Absent);
    Ok(number.map_or(Standing::Impossible, |number| Standing::Possible(number.to_owned())))
}

/// What is stored of a number: by this it is known again, and not read.
pub fn digest(app: &App, number: &str) -> [u8; 32] {
    hmac_sha256(app.data_keys.lookup.expose(), &[b"text", number.as_bytes()])
}

/// The number of a person that is known to be theirs.
pub fn number(data: &PersonalData) -> Option<&str> {
    telling::address(data, Channel::Sms)
}

/// Sends a code to who proved something else; what the page carries then. `None` where nothing can be sent.
pub async fn send(
    app: &App,
    proved: &Proved,
    lang: Lang,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<String>, Fault> {
    let person = proved.person;
    let Some(data) = people::find(app, person).await? else { return Ok(None) };
    let Some(number) = number(&data) else { return Ok(None) };
    let all = authenticators::of(&app.db, person).await?;
    let own = all.iter().find(|one| one.kind() == Some(Kind::Text) && equal(&one.secret, &digest(app, number)));
    let Some(own) = own else { return Ok(None) };
    let code = OneTimeCode::new(app, now).await?;
    if !one_time_code::send(app, (person, &data), Channel::Sms, (Asker::Proved, &code), lang, now).await? {
        return Ok(None);
    }
    let counter = next(app, own, now).await;
    Sent { browser: visitor.browser_digest(), person, authenticator: own.id, code, counter }.seal(app, now).map(Some)
}

/// Codes of one authenticator follow each other in the order in which they were sent, whatever the clocks of those who sent them
/// say.
async fn next(app: &App, own: &Authenticator, now: Timestamp) -> i64 {
    let key = format!("text-code:{}", own.id);
    let last = app.ephemeral.get(&key).await.ok().flatten();
    let last = last.and_then(|text| String::from_utf8(text).ok()?.parse::<i64>().ok()).unwrap_or_default();
    let counter = now.micros().max(own.counter.max(last).saturating_add(1));
    // Where it is lost, the code that was used last still comes before.
    let _ = app.ephemeral.put(&key, counter.to_string().into_bytes(), CODE * 2).await;
    counter
}

/// Compares a code with the one that was sent to `person`, in this browser.
pub async fn matching(
    app: &App,
    (all, person): (&[Authenticator], Uuid),
    (sent, typed): (&str, &Secret<String>),
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<Proof>, Fault> {
    let own = |sent: &Sent| {
        let counts = |one: &Authenticator| one.kind() == Some(Kind::Text) && !one.is_shut();
        let there = all.iter().any(|one| one.id == sent.authenticator && counts(one));
        sent.person == person && visitor.is_browser(&sent.browser) && there
    };
    let Some(sent) = Sent::open(app, sent).filter(own) else { return Ok(None) };
    Ok(match sent.code.check(app, typed, now).await? {
        // One that was used is no more, nor one that was sent before it.
        Verdict::Right => {
            let counter = sent.counter.max(sent.code.made_at().micros());
            Some(Proof::Text { id: sent.authenticator, counter })
        }
        Verdict::Wrong | Verdict::Over => None,
    })
}
