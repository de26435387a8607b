//! A code that is sent to an address: six digits, for five minutes, three tries and the browser that asked. It travels sealed
//! in the page that asks for it; whoever seals it binds it to that browser.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::letters::CODE;
use crate::letters::Letter;
use crate::parts::epoch;
use crate::parts::letters;
use crate::parts::letters::Channel;
use crate::parts::letters::Queued;
use crate::parts::letters::Recipient;
use crate::parts::people::PersonalData;
use crate::parts::telling;

/// A code that was made.
#[derive(Clone, Serialize, Deserialize)]
pub struct OneTimeCode {
    id: Uuid,
    digits: String,
    made_at: Timestamp,
    #[serde(default)]
    epoch: Option<String>,
}

/// What was typed, beside what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the code.
    Right,
    /// It is another; one may try again.
    Wrong,
    /// Whatever it is: the time or the tries are over.
    Over,
}

/// A guess in a million, so often (NIST SP 800-63B-4 §3.1.3.2 asks for six digits at least).
const TRIES: u64 = 3;

impl OneTimeCode {
    /// Makes one.
    pub async fn new(app: &App, now: Timestamp) -> Result<Self, Fault> {
        let epoch = Some(epoch::present(app).await?);
        Ok(Self { epoch, ..Self::of(app.entropy.bytes(), now) })
    }

    /// The one of what a form brings: sent twice, it asks for one code, whose tries are counted together. It is as
    /// old as [`once`](Self::once) says.
    pub fn derived(app: &App, from: &[&[u8]], now: Timestamp) -> Self {
        let from = [&[b"one-time-code".as_slice()], from].concat();
        let [chance @ .., _, _, _, _, _, _, _, _] = hmac_sha256(app.data_keys.lookup.expose(), &from);
        Self::of(chance, now)
    }

    fn of(chance: [u8; 24], now: Timestamp) -> Self {
        let [a, b, c, d, e, f, g, h, id @ ..] = chance;
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        // Of 2⁶⁴: no digit comes more often than another.
        Self { id: Uuid::from_bytes(id), digits: format!("{:06}", number % 1_000_000), made_at: now, epoch: None }
    }

    /// The same, as old as it was when it was sent first: who sends the form again, for as long as it counts, gets no more time.
    pub async fn once(self, app: &App, form: Duration, now: Timestamp) -> Result<Self, Fault> {
        let key = format!("one-time-code:{}:since", self.id);
        let stamp = now.micros().to_string().into_bytes();
        let epoch = Some(epoch::present(app).await?);
        if app.ephemeral.put_if_absent(&key, stamp, form * 2).await? {
            return Ok(Self { made_at: now, epoch, ..self });
        }
        let first = app.ephemeral.get(&key).await?;
        let first = first.and_then(|text| String::from_utf8(text).ok()?.parse().ok());
        // What was just there is over by now.
        Ok(Self { made_at: first.map_or(now - CODE, Timestamp::from_micros), epoch, ..self })
    }

    /// Which one it is.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Its digits, as a letter says them.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// When it was made.
    pub const fn made_at(&self) -> Timestamp {
        self.made_at
    }

    /// Looks at what was typed. The try counts before it is compared, and for longer than the code; where tries cannot be counted
    /// none is heard, nor where those before are forgotten.
    pub async fn check(&self, app: &App, typed: &Secret<String>, now: Timestamp) -> Result<Verdict, Fault> {
        if self.made_at + CODE <= now {
            return Ok(Verdict::Over);
        }
        if app.ephemeral.count(&format!("one-time-code:{}", self.id), CODE * 2).await? > TRIES {
            return Ok(Verdict::Over);
        }
        if !epoch::lasts(app, self.epoch.as_deref()).await? {
            return Ok(Verdict::Over);
        }
        let typed: String = typed.expose().chars().filter(char::is_ascii_digit).collect();
        Ok(if equal(typed.as_bytes(), self.digits.as_bytes()) { Verdict::Right } else { Verdict::Wrong })
    }
}

/// So many go to a person by one way in an hour, of those who ask.
const AN_HOUR: u64 = 5;
/// Beyond those the first goes of each network, up to so many: whoever used up the others keeps none from the owner.
const AT_MOST: u64 = 20;
const HOUR: Duration = Duration::from_secs(3600);

/// Who asks for a code. Each has a count of its own: what strangers use up is not missing to the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker<'a> {
    /// Whoever knows a name, from this network.
    Anybody(&'a str),
    /// The same, from a network in which the person signed in of late.
    AtHome,
    /// A browser in which the person signed in before.
    KnownBrowser,
    /// Who has proved something else.
    Proved,
}

impl Asker<'_> {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Anybody(_) => "anybody",
            Self::AtHome => "home",
            Self::KnownBrowser => "known",
            Self::Proved => "proved",
        }
    }
}

/// Sends a code to an address that is known to be a person's; `false` where there is none, or there were too many of late.
pub async fn send(
    app: &App,
    (person, data): (Uuid, &PersonalData),
    channel: Channel,
    (asker, code): (Asker<'_>, &OneTimeCode),
    lang: Lang,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(address) = telling::address(data, channel) else { return Ok(false) };
    let (by, hour) = (channel.as_str(), now.seconds() / 3600);
    let key = format!("one-time-codes:{person}:{by}:{}:{hour}", asker.as_str());
    let sent = app.ephemeral.count(&key, HOUR).await?;
    let is_first = match asker {
        Asker::Anybody(network) => app.ephemeral.put_if_absent(&format!("{key}:{network}"), vec![1], HOUR).await?,
        Asker::AtHome | Asker::KnownBrowser | Asker::Proved => false,
    };
    if sent > AN_HOUR && !(is_first && sent <= AT_MOST) {
        app.ephemeral.uncount(&key).await?; // it was not sent
        return Ok(false);
    }
    let letter = Letter::OneTimeCode { code: code.digits.clone() };
    let to = Recipient { person: Some(person), channel, address, lang };
    Ok(matches!(letters::queue_alone(app, to, &letter, now).await?, Queued::Yes(_)))
}
