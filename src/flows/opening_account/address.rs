//! The first page: an address. Whatever is known of it, the answer is the same; what the letter says is for its owner alone.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::Address;
use super::Asked;
use super::LIFETIME;
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

/// What travels in the page: for whom it was made, and what its form costs.
#[derive(Serialize, Deserialize)]
struct Puzzle {
    browser: String,
    login: String,
    person: Uuid,
    at: Timestamp,
    doublings: u8,
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
    /// What its form costs.
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
    /// Without a solution the form counts after this time.
    Wait(Duration),
    /// The address had many codes of late; the next one comes after this time.
    TooMany(Duration),
    /// The page was open for too long, was sent for another address, or costs more by now.
    Anew,
}

const HOUR: Duration = Duration::from_secs(3600);
/// Letters to one address in an hour.
const MOST_LETTERS: u64 = 5;
/// Who has the page open while their network becomes busy still pays the former price.
const SLACK: u8 = 1;

/// Begins, for the sign-in `login` in the browser with this cookie.
pub async fn begin(app: &App, login: &str, browser: &str, visitor: &Visitor, now: Timestamp) -> Result<Begun, Fault> {
    let doublings = doublings(app, visitor, now).await;
    let (browser, login) = (sessions::browser_digest(browser), login.to_owned());
    let puzzle = Puzzle { browser, login, person: id::new(now, &*app.entropy), at: now, doublings };
    let price = puzzle::price(doublings, &app.config.accounts);
    Ok(Begun { puzzle: puzzle.seal(app, now)?, login: puzzle.login, price })
}

/// How dear a form is for the visitor's network by now.
async fn doublings(app: &App, visitor: &Visitor, now: Timestamp) -> u8 {
    let sent = counting::so_far(app, &network(visitor), HOUR, now).await;
    puzzle::doublings(sent, &app.config.accounts)
}

fn network(visitor: &Visitor) -> String {
    format!("open-account:{}", neighbourhood_of(visitor.address))
}

/// Takes an address, and has a letter sent there.
pub async fn ask(app: &Arc<App>, typed: &Typed<'_>, visitor: &Visitor, now: Timestamp) -> Result<Answer, Fault> {
    let Some(puzzle) = Puzzle::open(app, typed.puzzle).filter(|puzzle| visitor.is_browser(&puzzle.browser)) else {
        return Ok(Answer::Foreign);
    };
    let price = puzzle::price(puzzle.doublings, &app.config.accounts);
    match judge(app, typed, &puzzle, visitor, now).await? {
        Ok(ticket) => Ok(Answer::Sent(ticket)),
        Err(Why::Anew) => {
            let browser = visitor.browser.as_deref().unwrap_or_default();
            let begun = begin(app, &puzzle.login, browser, visitor, now).await?;
            Ok(Answer::Again(Why::Anew, begun))
        }
        Err(why) => Ok(Answer::Again(why, Begun { puzzle: typed.puzzle.to_owned(), login: puzzle.login, price })),
    }
}

async fn judge(
    app: &Arc<App>,
    typed: &Typed<'_>,
    puzzle: &Puzzle,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<String, Why>, Fault> {
    if puzzle.at + LIFETIME <= now || puzzle.doublings + SLACK < doublings(app, visitor, now).await {
        return Ok(Err(Why::Anew));
    }
    let Some(address) = Address::read(app, typed.address) else { return Ok(Err(Why::Address)) };
    let Some(digest) = address.digest(app) else { return Ok(Err(Why::Address)) };
    let price = puzzle::price(puzzle.doublings, &app.config.accounts);
    if !puzzle::is_solved(typed.puzzle, typed.solution, price.bits) && puzzle.at + price.wait > now {
        return Ok(Err(Why::Wait((puzzle.at + price.wait).since(now))));
    }
    let code = OneTimeCode::derived(app, &[puzzle.person.as_bytes(), &digest], now);
    match is_first(app, puzzle, &digest).await? {
        None => return Ok(Err(Why::Anew)),
        Some(false) => {}
        Some(true) => {
            let of_address = format!("open-account:address:{}", base64url(&digest));
            if counting::count(app, &of_address, HOUR, now).await? > MOST_LETTERS {
                app.ephemeral.take(&used(puzzle)).await?; // nothing was sent for it
                return Ok(Err(Why::TooMany(counting::rest(HOUR, now))));
            }
            counting::count(app, &network(visitor), HOUR, now).await?;
            write_later(app, &address, code.digits().to_owned(), typed.lang);
        }
    }
    let Puzzle { browser, login, person, .. } = puzzle;
    let thread = Thread { browser: browser.clone(), login: login.clone(), person: *person, address, since: now };
    let code = code.once(app, LIFETIME, now).await?;
    Asked { thread, code }.seal(app, now).map(Ok)
}

/// Whether the puzzle counts now, or did for the same address before; `None` where it did for another.
async fn is_first(app: &App, puzzle: &Puzzle, address: &[u8; 32]) -> Result<Option<bool>, Fault> {
    let key = used(puzzle);
    if app.ephemeral.put_if_absent(&key, address.to_vec(), LIFETIME * 2).await? {
        return Ok(Some(true));
    }
    let before = app.ephemeral.get(&key).await?;
    Ok(before.is_some_and(|before| before == address).then_some(false))
}

fn used(puzzle: &Puzzle) -> String {
    format!("open-account:puzzle:{}", puzzle.person)
}

/// After the answer: how long it takes to look who has the address tells nobody anything.
fn write_later(app: &Arc<App>, address: &Address, digits: String, lang: Lang) {
    let (app, address) = (Arc::clone(app), address.clone());
    tokio::spawn(async move {
        if let Err(fault) = write(&app, &address, digits, lang).await {
            tracing::error!(target: "motcua::fault", %fault, "a letter to who opens an account was not written");
        }
    });
}

async fn write(app: &App, address: &Address, code: String, lang: Lang) -> Result<(), Fault> {
    let (channel, now) = (address.channel(), app.clock.now());
    let (person, letter, lang) = match address.owner(app).await? {
        None => (None, Letter::OpeningCode { code }, lang),
        Some(row) => {
            let sign_in = Link::to_sign_in();
            let lang = telling::language(&people::open(app, &row.data)?);
            (Some(row.id), Letter::AlreadyAnAccount { sign_in }, lang)
        }
    };
    let to = Recipient { person, channel, address: address.as_str(), lang };
    letters::queue_alone(app, to, &letter, now).await.map(drop)
}
