//! A sign-in that no service asked for: it begins on our start page, and ends there.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::login;
use super::login::digest;
use super::opening;
use super::opening::Cookies;
use super::opening::Opening;
use super::seed::Seed;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::equal;
use crate::base::time::Timestamp;
use crate::parts::authenticate::password::PasswordCheck;
use crate::parts::authenticate::password::Typed;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;

/// What travels: that this browser asked for the page, so that nobody else's form signs it in.
#[derive(Serialize, Deserialize)]
struct Begun {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It counts.
    Alive,
    /// It waited for too long.
    Expired,
    /// It is not ours, or was begun in another browser.
    Foreign,
}

/// Begins.
pub fn begin(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Beginning, Fault> {
    let (browser, new_browser) = login::browser(app, visitor);
    let begun = Begun { browser: digest(&browser), begun_at: now, seed: Seed::new(&*app.entropy) };
    let login = begun.seal(app, now)?;
    Ok(Beginning { login, new_browser })
}

/// Looks at what a page brought back.
pub fn brought(app: &App, sealed: &str, visitor: &Visitor, now: Timestamp) -> Brought {
    let cookie = visitor.browser.as_deref();
    let same = |begun: &Begun| cookie.is_some_and(|own| equal(digest(own).as_bytes(), begun.browser.as_bytes()));
    match Begun::open(app, sealed).filter(same) {
        Some(begun) if begun.begun_at + *app.config.tokens.login > now => Brought::Alive,
        Some(_) => Brought::Expired,
        None => Brought::Foreign,
    }
}

/// Signs in with what was typed on a page that counts.
pub async fn sign_in(
    app: &Arc<App>,
    sealed: &str,
    typed: Typed,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<Cookies, PasswordCheck>, Fault> {
    let begun = Begun::open(app, sealed).ok_or_else(|| Fault::broken("a sign-in that was not looked at"))?;
    let opening = Opening { seed: &begun.seed, begun_at: begun.begun_at, client: None };
    let opened = opening::authenticated(app, typed, opening, visitor, now).await?;
    Ok(opened.map(|(_, cookies)| cookies))
}
