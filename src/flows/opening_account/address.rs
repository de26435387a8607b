//! The first page: an address. Whatever is known of it, the answer is the same; what the letter says is for its owner alone.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::Address;
use super::Asked;
use super::Thread;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::sealed::Purpose;
use crate::base::secret::base64url;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::letters::Letter;
use crate::letters::Link;
use crate::parts::counting;
use crate::parts::letters;
use crate::parts::letters::Recipient;
use crate::parts::networks::neighbourhood_of;
use crate::parts::one_time_code::OneTimeCode;
use crate::parts::people;
use crate::parts::puzzle;
use crate::parts::puzzle::Price;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::parts::telling;

/// What travels in the page: for whom it was made, and since when. What its form costs is judged when it is sent.
#[derive(Serialize, Deserialize)]
struct Puzzle {
    browser: String,
    login: String,
    person: Uuid,
    at: Timestamp,
}

impl Sealed for Puzzle {
    const PURPOSE: Purpose = Purpose("account-puzzle");
}

/// A page to show.
pub struct Begun {
    /// The sealed puzzle.
    pub puzzle: String,
    /// The sealed sign-in to which it leads.
    pub login: String,
    /// What its form costs, as far as is known by now.
    pub price: Price,
}

/// What was typed.
#[allow(missing_docs)]
pub struct Typed<'a> {
    pub address: &'a str,
    pub puzzle: &'a str,
    pub solution: &'a str,
    pub lang: Lang,
}

/// What came of it.
pub enum Answer {
    /// The code is on its way, or a letter that says why there is none: this leads on.
    Sent(String),
    /// The page is shown again.
    Again(Why, Begun),
    /// The page is not ours, or was made for another browser.
    Foreign,
}

/// Why a page is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is no address that we reach.
    Address,
    /// It paid less than it costs by now; without a solution it counts after this time.
    Wait(Duration),
    /// The network had as many codes as any may have; the next one comes after this time.
    Full(Duration),
    /// The address had many codes of late; the next one comes after this time.
    TooMany(Duration),
    /// The page was open for too long, or was sent for another address.
    Anew,
}

impl Why {
    /// As it is counted.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Wait(_) => "unsolved",
            Self::Full(_) => "full",
            Self::TooMany(_) => "letters",
            Self::Anew => "spent",
        }
    }
}

const HOUR: Duration = Duration::from_secs(3600);
/// Letters to one address in an hour.
const MOST_LETTERS: u64 = 5;
/// A page counts for so long: the longest wait, and time to send it then.
const PAGE: Duration = Duration::from_secs(2 * 3600);

/// Begins, for the sign-in `login` in the browser with this cookie.
pub async fn begin(app: &App, login: &str, browser: &str, visitor: &Visitor, now: Timestamp) -> Result<Begun, Fault> {
    let (browser, login) = (sessions::browser_digest(browser), login.to_owned());
    let puzzle = Puzzle { browser, login, person: id::new(now, &*app.entropy), at: now };
    let price = price_now(app, visitor, now).await;
    Ok(Begun { puzzle: puzzle.seal(app, now)?, login: puzzle.login, price })
}

/// How long an address or a network that had as many letters as it may waits for the next ones.
pub fn until_letters(now: Timestamp) -> Duration {
    counting::rest(HOUR, now)
}

/// What a form costs in the visitor's network by now.
async fn price_now(app: &App, visitor: &Visitor, now: Timestamp) -> Price {
    price_after(app, counting::so_far(app, &network(visitor), HOUR, now).await)
}

/// What a form costs in a network that sent so many before it.
fn price_after(app: &App, sent: u64) -> Price {
    puzzle::price(puzzle::doublings(sent, &app.config.accounts), &app.config.accounts)
}

fn network(visitor: &Visitor) -> String {
    format!("open-account:{}", neighbourhood_of(visitor.address))
}

/// Takes an address, and has a letter sent there.
pub async fn ask(app: &Arc<App>, typed: &Typed<'_>, visitor: &Visitor, now: Timestamp) -> Result<Answer, Fault> {
    let Some(puzzle) = Puzzle::open(app, typed.puzzle).filter(|puzzle| visitor.is_browser(&puzzle.browser)) else {
        app.metrics.opening_refused("foreign");
        return Ok(Answer::Foreign);
    };
    let judged = judge(app, typed, &puzzle, visitor, now).await?;
    if let Err(why) = &judged {
        app.metrics.opening_refused(why.as_str());
    }
    match judged {
        Ok(ticket) => Ok(Answer::Sent(ticket)),
        Err(Why::Anew) => {
            let browser = visitor.browser.as_deref().unwrap_or_default();
            let begun = begin(app, &puzzle.login, browser, visitor, now).await?;
            Ok(Answer::Again(Why::Anew, begun))
        }
        Err(why) => {
            let price = price_now(app, visitor, now).await;
            Ok(Answer::Again(why, Begun { puzzle: typed.puzzle.to_owned(), login: puzzle.login, price }))
        }
    }
}

async fn judge(
    app: &Arc<App>,
    typed: &Typed<'_>,
    puzzle: &Puzzle,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<String, Why>, Fault> {
    if puzzle.at + PAGE <= now {
        return Ok(Err(Why::Anew));
    }
    let Some(address) = Address::read(app, typed.address) else { return Ok(Err(Why::Address)) };
    let Some(digest) = address.digest(app) else { return Ok(Err(Why::Address)) };
    let code = OneTimeCode::derived(app, &[puzzle.person.as_bytes(), &digest], now);
    match before(app, puzzle.person, &digest).await? {
        Before::Other => return Ok(Err(Why::Anew)),
        Before::Same => {}
        Before::Nothing => {
            if let Some(why) = pay(app, typed, puzzle, visitor, now).await? {
                return Ok(Err(why));
            }
            match take(app, puzzle.person, &digest, now).await? {
                Ok(true) => {
                    let (address, code, network) = (address.clone(), code.digits().to_owned(), network(visitor));
                    let (puzzle, lang) = (puzzle.person, typed.lang);
                    Owed { app: Arc::clone(app), puzzle, digest, address, code, lang, network }.write_later(now);
                }
                Ok(false) => counting::uncount(app, &network(visitor), HOUR, now).await, // the same, sent twice at once
                Err(why) => {
                    counting::uncount(app, &network(visitor), HOUR, now).await;
                    return Ok(Err(why));
                }
            }
        }
    }
    let Puzzle { browser, login, person, .. } = puzzle;
    let thread = Thread { browser: browser.clone(), login: login.clone(), person: *person, address, since: now };
    let code = code.once(app, PAGE, now).await?;
    Asked { thread, code }.seal(app, now).map(Ok)
}

/// Counts a form, and looks whether it paid what the count says: many that are sent at once pay what they would have paid one
/// after the other. One that did not pay counts no more; what it waited so far stays paid.
async fn pay(
    app: &App,
    typed: &Typed<'_>,
    puzzle: &Puzzle,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<Why>, Fault> {
    let network = network(visitor);
    let counted = counting::count(app, &network, HOUR, now).await?;
    let price = price_after(app, counted.saturating_sub(1));
    let why = if counted > u64::from(app.config.accounts.hourly_most) {
        Why::Full(until_letters(now))
    } else if !puzzle::is_solved(typed.puzzle, typed.solution, price.bits) && puzzle.at + price.wait > now {
        Why::Wait((puzzle.at + price.wait).since(now))
    } else {
        return Ok(None);
    };
    counting::uncount(app, &network, HOUR, now).await;
    Ok(Some(why))
}

/// For what a puzzle was used before.
enum Before {
    Nothing,
    Same,
    Other,
}

async fn before(app: &App, puzzle: Uuid, address: &[u8; 32]) -> Result<Before, Fault> {
    let before = app.ephemeral.get(&used(puzzle)).await?;
    Ok(before.map_or(Before::Nothing, |before| if before == address { Before::Same } else { Before::Other }))
}

/// Uses the puzzle up for the address, which gets a letter; `false` where it was used for the same meanwhile.
async fn take(app: &App, puzzle: Uuid, address: &[u8; 32], now: Timestamp) -> Result<Result<bool, Why>, Fault> {
    let key = used(puzzle);
    if !app.ephemeral.put_if_absent(&key, address.to_vec(), PAGE).await? {
        let same = matches!(before(app, puzzle, address).await?, Before::Same);
        return Ok(if same { Ok(false) } else { Err(Why::Anew) });
    }
    if counting::count(app, &of_address(address), HOUR, now).await? > MOST_LETTERS {
        app.ephemeral.take(&key).await?; // nothing was sent for it
        return Ok(Err(Why::TooMany(until_letters(now))));
    }
    Ok(Ok(true))
}

fn used(puzzle: Uuid) -> String {
    format!("open-account:puzzle:{puzzle}")
}

fn of_address(digest: &[u8; 32]) -> String {
    format!("open-account:address:{}", base64url(digest))
}

/// A letter that is on its way, as the answer says.
struct Owed {
    app: Arc<App>,
    puzzle: Uuid,
    digest: [u8; 32],
    address: Address,
    code: String,
    lang: Lang,
    network: String,
}

/// A letter that could not be written is tried again after so long each time, as long as its code may be of use.
const AGAIN: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(30), Duration::from_secs(60)];

impl Owed {
    /// After the answer: how long it takes to look who has the address tells nobody anything. What fails is owed still: the form
    /// sent again has it written, or else this does.
    fn write_later(self, counted: Timestamp) {
        tokio::spawn(async move {
            let mut counted = counted;
            for wait in AGAIN {
                let Err(fault) = self.write().await else { return };
                tracing::error!(target: "motcua::fault", %fault, "a letter to who opens an account was not written");
                self.release(counted).await;
                tokio::time::sleep(wait).await;
                counted = self.app.clock.now();
                match take(&self.app, self.puzzle, &self.digest, counted).await {
                    Ok(Ok(true)) => drop(counting::count(&self.app, &self.network, HOUR, counted).await),
                    Ok(Ok(false) | Err(_)) => return, // it was sent again
                    Err(_) => {}
                }
            }
            self.release(counted).await;
        });
    }

    async fn write(&self) -> Result<(), Fault> {
        let (app, code) = (&*self.app, self.code.clone());
        let (channel, now) = (self.address.channel(), app.clock.now());
        let (person, letter, lang) = match self.address.owner(app).await? {
            None => (None, Letter::OpeningCode { code }, self.lang),
            Some(row) => {
                let sign_in = Link::to_sign_in();
                let lang = telling::language(&people::open(app, &row.data)?);
                (Some(row.id), Letter::AlreadyAnAccount { sign_in }, lang)
            }
        };
        let to = Recipient { person, channel, address: self.address.as_str(), lang };
        letters::queue_alone(app, to, &letter, now).await.map(drop)
    }

    /// As if the form had not been sent.
    async fn release(&self, counted: Timestamp) {
        counting::uncount(&self.app, &self.network, HOUR, counted).await;
        counting::uncount(&self.app, &of_address(&self.digest), HOUR, counted).await;
        let _ = self.app.ephemeral.take(&used(self.puzzle)).await; // what stays used is used up by itself
    }
}
