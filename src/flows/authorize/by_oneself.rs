//! A sign-in that no service asked for: it begins on our start page, and ends there.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::login;
use super::opening;
use super::opening::Cookies;
use super::opening::Opening;
use super::seed::Seed;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::parts::authenticate::password::PasswordCheck;
use crate::parts::authenticate::password::Typed;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;

/// What travels: that this browser asked for the page, so that nobody else's form signs it in.
#[derive(Serialize, Deserialize)]
pub struct Begun {
    browser: String,
    begun_at: Timestamp,
    seed: Seed,
}

impl Sealed for Begun {
    const PURPOSE: Purpose = Purpose("own-login");
}

/// A sign-in that begins.
pub struct Beginning {
    /// The sealed text of it.
    pub login: String,
    /// The value of the browser's cookie, where it is new.
    pub new_browser: Option<String>,
}

/// What the page of a sign-in brought back.
pub enum Brought {
    /// It counts.
    Alive(Begun),
    /// It waited for too long.
    Expired,
    /// It is not ours, or was begun in another browser.
    Foreign,
}

/// Begins.
pub fn begin(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Beginning, Fault> {
    let (browser, new_browser) = login::browser(app, visitor);
    let begun = Begun { browser: sessions::browser_digest(&browser), begun_at: now, seed: Seed::new(&*app.entropy) };
    let login = begun.seal(app, now)?;
    Ok(Beginning { login, new_browser })
}

/// Looks at what a page brought back.
pub fn brought(app: &App, sealed: &str, visitor: &Visitor, now: Timestamp) -> Brought {
    match Begun::open(app, sealed).filter(|begun| visitor.is_browser(&begun.browser)) {
        Some(begun) if begun.begun_at + *app.config.tokens.login > now => Brought::Alive(begun),
        Some(_) => Brought::Expired,
        None => Brought::Foreign,
    }
}

/// Signs in with what was typed.
pub async fn sign_in(
    app: &Arc<App>,
    begun: &Begun,
    typed: Typed,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<Cookies, PasswordCheck>, Fault> {
    let opening = Opening { seed: &begun.seed, begun_at: begun.begun_at, client: None };
    let opened = opening::authenticated(app, typed, opening, visitor, now).await?;
    Ok(opened.map(|(_, cookies)| cookies))
}
