//! Telling people: written with the act that a letter tells of, brought by mail or SMS, tried again until it is brought or
//! worth nothing any more.
//!
//! Nobody waits for a gateway: whoever writes a letter goes on, and a worker for each way is woken. A try begins with a guarded
//! write that already names the time of the next one: of several replicas one tries, and a process that dies in the middle is
//! followed by another. A letter may so arrive twice, with one name.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::base64url;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::letters::Letter;
use crate::letters::Sender;
use crate::letters::Undelivered;
use crate::outbound::Unsent;
use crate::outbound::mail;
use crate::outbound::mail::Mail;
use crate::outbound::sms;
use crate::parts::columns;
use crate::parts::columns::Column;
use crate::parts::outbox::pause;
use crate::parts::record::Change;
use crate::store::letters;
pub use crate::store::letters::Channel;
use crate::store::letters::Row;
use crate::store::recoveries;
use crate::store::recoveries::Outcome;

/// Beyond what a try may take, a process that owns it is thought dead.
const LEASE: Duration = Duration::from_secs(60);
/// Letters of one reading.
const BATCH: i64 = 64;

/// Who gets a letter.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// Whom it concerns, where that is known.
    pub person: Option<Uuid>,
    /// By which way.
    pub channel: Channel,
    /// Mail address or telephone number.
    pub address: &'a str,
    /// In which language.
    pub lang: Lang,
}

/// What became of a letter that was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It goes out when its change is committed, under this id.
    Yes(Uuid),
    /// The operator named no gateway of that way.
    NoGateway,
    /// The address is none.
    NoAddress,
}

/// Whether a way can be offered to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It worked when it was last tried.
    Works,
    /// It did not: people should be able to choose another one.
    Troubled,
    /// There is none.
    Absent,
}

/// What is sealed of a letter.
#[derive(Serialize, Deserialize)]
struct Payload {
    to: String,
    lang: String,
    letter: Letter,
}

/// Writes a letter with the change that it tells of. It is tried for its lifetime.
pub fn queue(
    app: &App,
    change: &mut Change<'_>,
    to: Recipient<'_>,
    letter: &Letter,
    now: Timestamp,
) -> Result<Queued, Fault> {
    queue_until(app, change, to, letter, (now, now + letter.lifetime()))
}

/// The same, for a letter that is tried until another instant than its lifetime says.
pub fn queue_until(
    app: &App,
    change: &mut Change<'_>,
    to: Recipient<'_>,
    letter: &Letter,
    (now, until): (Timestamp, Timestamp),
) -> Result<Queued, Fault> {
    let known = match to.channel {
        Channel::Mail => app.mail.is_some().then(|| mail::is_address(to.address)),
        Channel::Sms => app.sms.is_some().then(|| sms::is_number(to.address)),
    };
    match known {
        None => return Ok(Queued::NoGateway),
        Some(false) => return Ok(Queued::NoAddress),
        Some(true) => {}
    }
    let payload = Payload { to: to.address.to_owned(), lang: to.lang.tag().to_owned(), letter: letter.clone() };
    let sealed = columns::seal_value(app, Column::Letter, &payload, now)?;
    let fresh = || id::new(now, &*app.entropy);
    let id = to.person.map_or_else(fresh, |person| id::beside(person, now, &*app.entropy));
    change.write(Row::new(id, to.person, to.channel, sealed, (now, until)));
    Ok(Queued::Yes(id))
}

/// Writes a letter that tells of no change.
pub async fn queue_alone(app: &App, to: Recipient<'_>, letter: &Letter, now: Timestamp) -> Result<Queued, Fault> {
    let mut change = Change::begin(app).await?;
    let queued = queue(app, &mut change, to, letter, now)?;
    change.commit().await?;
    Ok(queued)
}

/// Whether a way works, as far as this process has seen: it says nothing of anybody's address.
pub fn reach(app: &App, channel: Channel) -> Reach {
    let troubled = match channel {
        Channel::Mail => app.mail.as_ref().map(|mailer| mailer.trouble.is_there()),
        Channel::Sms => app.sms.as_ref().map(|gateway| gateway.trouble.is_there()),
    };
    match troubled {
        None => Reach::Absent,
        Some(true) => Reach::Troubled,
        Some(false) => Reach::Works,
    }
}

/// How many letters of a way may be under way at once.
pub fn at_once(app: &App, channel: Channel) -> usize {
    match channel {
        Channel::Mail => app.config.mail.at_once,
        Channel::Sms => app.config.sms.at_once,
    }
}

/// Tries every letter of a way that is due, and waits for the outcome of each.
pub async fn deliver_due(app: &Arc<App>, channel: Channel) -> Result<(), Fault> {
    let mut under_way = JoinSet::new();
    while begin_due(app, channel, &mut under_way).await? > 0 {
        while under_way.join_next().await.is_some() {}
    }
    Ok(())
}

/// Begins tries of what is due, as many as have a place; returns how many.
pub async fn begin_due(app: &Arc<App>, channel: Channel, under_way: &mut JoinSet<()>) -> Result<usize, Fault> {
    if reach(app, channel) == Reach::Absent {
        return Ok(0); // what was written while there was a gateway waits for the next one
    }
    let places = at_once(app, channel).saturating_sub(under_way.len());
    let limit = i64::try_from(places).unwrap_or(BATCH).min(BATCH);
    if limit == 0 {
        return Ok(0);
    }
    let now = app.clock.now();
    let due = letters::due(&app.db, channel, now, limit).await?;
    let mut begun = 0;
    for letter in due {
        let Some(letter) = letters::claim(&app.db, letter, now + LEASE + LEASE).await? else { continue };
        let app = Arc::clone(app);
        under_way.spawn(async move { attempt(&app, channel, &letter).await });
        begun += 1;
    }
    Ok(begun)
}

/// One try of a letter that is ours.
async fn attempt(app: &App, channel: Channel, letter: &Row) {
    let outcome = match open(app, letter) {
        None => give_up(app, channel, letter, "it does not open under the data keys").await,
        Some(payload) => match send(app, channel, letter, &payload).await {
            Ok(()) => sent(app, channel, letter, &payload.letter).await,
            Err(unsent) => not_sent(app, channel, letter, (&payload.letter, &unsent)).await,
        },
    };
    if let Err(fault) = outcome {
        tracing::warn!(target: "motcua::fault", %fault, letter = %letter.id, "a letter is left to its next try");
    }
}

async fn send(app: &App, channel: Channel, letter: &Row, payload: &Payload) -> Result<(), Unsent> {
    if letter.expires_at() <= app.clock.now() {
        return Err(Unsent::Failed(letter.last_error.clone().unwrap_or_else(|| "its time is over".into())));
    }
    let lang = Lang::from_tag(&payload.lang).unwrap_or_default();
    let name = match lang {
        Lang::Vi => &app.config.pages.name.vi,
        Lang::En => &app.config.pages.name.en,
    };
    let (help, zone) = (app.config.pages.help.as_deref(), &app.config.units.time_zone);
    let sender = Sender { name, issuer: &app.config.server.issuer, help, zone };
    // A name of its own: ids do not leave the house.
    let id = base64url(&hmac_sha256(app.data_keys.lookup.expose(), &[b"letter", letter.id.as_bytes()]));
    match (channel, &app.mail, &app.sms) {
        (Channel::Mail, Some(mailer), _) => {
            let mail = payload.letter.mail(sender, lang);
            let mail = Mail {
                id: &id,
                written_at: letter.created_at(),
                sender: name,
                to: &payload.to,
                language: lang.tag(),
                subject: &mail.subject,
                text: mail.text,
                html: mail.html,
            };
            mailer.send(mail).await
        }
        (Channel::Sms, _, Some(gateway)) => gateway.send(&id, &payload.to, &payload.letter.sms(sender, lang)).await,
        (Channel::Mail, None, _) | (Channel::Sms, _, None) => Err(Unsent::Failed("there is no gateway".into())),
    }
}

async fn sent(app: &App, channel: Channel, row: &Row, letter: &Letter) -> Result<(), Fault> {
    note_recovery(app, row, letter, Outcome::Brought).await?;
    settled(app, channel, row, "sent").await
}

/// A recovery waits for its letters.
async fn note_recovery(app: &App, row: &Row, letter: &Letter, outcome: Outcome) -> Result<(), Fault> {
    match (letter, row.person_id) {
        (Letter::RecoveryBegan { .. }, Some(person)) => recoveries::told(&app.db, person, row.id, outcome).await,
        _ => Ok(()),
    }
}

async fn not_sent(app: &App, channel: Channel, row: &Row, (letter, why): (&Letter, &Unsent)) -> Result<(), Fault> {
    let now = app.clock.now();
    let next = now + jittered(app, pause(row.tries));
    match (why, letter.undelivered()) {
        (Unsent::Failed(why) | Unsent::Unwelcome(why), _) if next < row.expires_at() => {
            app.metrics.letter(channel.as_str(), "failed");
            tracing::info!(target: "motcua::jobs", channel = channel.as_str(), tries = row.tries, why, "a letter was not brought");
            letters::failed(&app.db, row, why, next).await
        }
        (_, Undelivered::Kept) => {
            if matches!(why, Unsent::Refused(_)) {
                note_recovery(app, row, letter, Outcome::Refused).await?;
            }
            give_up(app, channel, row, &why.to_string()).await
        }
        (Unsent::Failed(_) | Unsent::Unwelcome(_), Undelivered::Forgotten) => {
            settled(app, channel, row, "expired").await
        }
        (Unsent::Refused(_), Undelivered::Forgotten) => settled(app, channel, row, "refused").await,
    }
}

async fn settled(app: &App, channel: Channel, letter: &Row, outcome: &'static str) -> Result<(), Fault> {
    app.metrics.letter(channel.as_str(), outcome);
    letters::settle(&app.db, letter).await
}

async fn give_up(app: &App, channel: Channel, letter: &Row, why: &str) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    if !letters::give_up(&mut change.tx, letter, why, app.clock.now()).await? {
        return Ok(());
    }
    let event = Event { person: letter.person_id, ..Event::new(Act::LetterGivenUp) };
    change.act(event.detail(format!("{}: {why}", channel.as_str())));
    change.commit().await?;
    app.metrics.letter(channel.as_str(), "given_up");
    Ok(())
}

/// What may be told of a letter to whomever it concerns: to which address it goes, and its kind. Not what it says.
pub fn outside(app: &App, letter: &Row) -> Option<(String, String)> {
    let payload = open(app, letter)?;
    let kind = serde_json::to_value(&payload.letter).ok()?.as_object()?.keys().next()?.clone();
    Some((payload.to, kind))
}

fn open(app: &App, letter: &Row) -> Option<Payload> {
    columns::open_value(app, Column::Letter, &letter.payload).ok()
}

/// Half of it to all of it: what failed together does not come back together.
fn jittered(app: &App, span: Duration) -> Duration {
    let [chance] = app.entropy.bytes::<1>();
    span / 2 + span * u32::from(chance) / 512
}
