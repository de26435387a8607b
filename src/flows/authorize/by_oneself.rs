//! A sign-in that no service asked for: it begins on our start page, and ends there.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::opening;
use super::opening::Advanced;
use super::opening::Cookies;
use super::opening::Opening;
use super::seed::Seed;
use super::wanted::Wanted;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::assurance::Acr;
use crate::identity::proof::Proof;
use crate::identity::proof::Proved;
use crate::parts::authenticate;
use crate::parts::authenticate::Presented;
use crate::parts::authenticate::Refusal;
use crate::parts::authenticate::Ways;
use crate::parts::authenticate::text;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::store::cache::LiveSession;

/// What travels: that this browser asked for the page, so that nobody else's form signs it in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Begun {
    browser: String,
    begun_at: Timestamp,
    seed: Seed,
    /// Where it leads.
    #[serde(default)]
    to: Destination,
    /// What was proved so far, where more is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proved: Option<Proved>,
}

impl Begun {
    /// Where it leads.
    pub const fn destination(&self) -> Destination {
        self.to
    }
}

impl Sealed for Begun {
    const PURPOSE: Purpose = Purpose("own-login");
}

/// Where a sign-in leads that no service asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// The start page.
    #[default]
    Home,
    /// What people see of themselves.
    Account,
    /// How the person signs in.
    Security,
    /// Whether the account goes on.
    Closing,
    /// Where the person takes along what is known of them.
    Export,
    /// Where an official works.
    Office,
    /// Where he gives a right.
    Give,
    /// Where he finds people.
    People,
    /// What waits for a second official: one thing of it.
    Pending(Option<Uuid>),
}

impl Destination {
    /// The one of this name, and of what it is about; what is unknown leads home.
    pub fn named(name: Option<&str>, id: Option<&str>) -> Self {
        match name {
            Some("account") => Self::Account,
            Some("security") => Self::Security,
            Some("closing") => Self::Closing,
            Some("export") => Self::Export,
            Some("office") => Self::Office,
            Some("give") => Self::Give,
            Some("people") => Self::People,
            Some("pending") => Self::Pending(id.and_then(|id| id.parse().ok())),
            _ => Self::Home,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Account => "account",
            Self::Security => "security",
            Self::Closing => "closing",
            Self::Export => "export",
            Self::Office => "office",
            Self::Give => "give",
            Self::People => "people",
            Self::Pending(_) => "pending",
        }
    }

    /// The address of the sign-in page that leads there.
    pub const fn sign_in(self) -> &'static str {
        match self {
            Self::Home => "/sign-in",
            Self::Account => "/sign-in?to=account",
            Self::Security => "/sign-in?to=security",
            Self::Closing => "/sign-in?to=closing",
            Self::Export => "/sign-in?to=export",
            Self::Office => "/sign-in?to=office",
            Self::Give => "/sign-in?to=give",
            Self::People => "/sign-in?to=people",
            Self::Pending(_) => "/sign-in?to=pending",
        }
    }

    /// The same, with what it is about.
    pub fn sign_in_address(self) -> String {
        self.about().map_or_else(|| self.sign_in().to_owned(), |id| format!("{}&id={id}", self.sign_in()))
    }

    /// Its address, with what it is about.
    pub fn address(self) -> String {
        self.about().map_or_else(|| self.path().to_owned(), |id| format!("{}/one?id={id}", self.path()))
    }

    const fn about(self) -> Option<Uuid> {
        match self {
            Self::Pending(id) => id,
            Self::Home
            | Self::Account
            | Self::Security
            | Self::Closing
            | Self::Export
            | Self::Office
            | Self::Give
            | Self::People => None,
        }
    }

    /// How surely somebody has to sign in to be let in there.
    pub fn wanted(self, app: &App) -> Option<Acr> {
        match self {
            Self::Office | Self::Give | Self::People | Self::Pending(_) => Some(app.config.officials.acr),
            Self::Home | Self::Account | Self::Security | Self::Closing | Self::Export => None,
        }
    }

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Account | Self::Export => "/account",
            Self::Security => "/account/security",
            Self::Closing => "/account/close",
            Self::Office => "/office",
            Self::Give => "/office/rights/give",
            Self::People => "/office/people",
            Self::Pending(_) => "/office/pending",
        }
    }
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
pub fn begin(app: &App, visitor: &Visitor, to: Destination, now: Timestamp) -> Result<Beginning, Fault> {
    let (browser, new_browser) = visitor.browser_cookie(app);
    let login = fresh(app, sessions::browser_digest(&browser), to, now).seal(app, now)?;
    Ok(Beginning { login, new_browser })
}

/// The same without a page, for who comes from another page of ours.
pub fn afresh(app: &App, visitor: &Visitor, to: Destination, now: Timestamp) -> Begun {
    fresh(app, visitor.browser_digest(), to, now)
}

fn fresh(app: &App, browser: String, to: Destination, begun_at: Timestamp) -> Begun {
    Begun { browser, begun_at, seed: Seed::new(&*app.entropy), to, proved: None }
}

/// Looks at what a page brought back.
pub fn brought(app: &App, sealed: &str, visitor: &Visitor, now: Timestamp) -> Brought {
    match Begun::open(app, sealed).filter(|begun| visitor.is_browser(&begun.browser)) {
        Some(begun) if begun.begun_at + *app.config.tokens.login > now => Brought::Alive(begun),
        Some(_) => Brought::Expired,
        None => Brought::Foreign,
    }
}

/// What came of what a person presented.
pub enum SignedIn {
    /// They are signed in, and go there.
    Done(Cookies, Destination),
    /// The same, and their sign-in leads elsewhere first.
    Lead(Cookies, Destination),
    /// More is asked for; the text is the sealed sign-in.
    Second(String),
    /// The page is shown again.
    Again(Refusal),
}

/// Takes what a person presents.
pub async fn sign_in(
    app: &Arc<App>,
    mut begun: Begun,
    presented: Presented,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<SignedIn, Fault> {
    let wanted = begun.to.wanted(app).map(Wanted::class);
    let opening = Opening { seed: &begun.seed, begun_at: begun.begun_at, client: None, wanted };
    match opening::advance(app, (begun.proved.as_ref(), presented), opening, visitor, now).await? {
        Advanced::Opened(session, cookies, lead) => {
            let live = sessions::alive(app, session, now).await?;
            let closes = live.is_some_and(|live| live.session.closes_at().is_some());
            let to = if closes { Destination::Closing } else { begun.to };
            Ok(if lead.is_some() { SignedIn::Lead(cookies, to) } else { SignedIn::Done(cookies, to) })
        }
        Advanced::Lacks(proved) => {
            begun.proved = Some(proved);
            Ok(SignedIn::Second(begun.seal(app, now)?))
        }
        Advanced::Not(refusal) => Ok(SignedIn::Again(refusal)),
    }
}

/// Sends a code to who is signing in; what the page carries then. `None` where nothing can be sent.
pub async fn send_text(
    app: &App,
    begun: &Begun,
    lang: Lang,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<String>, Fault> {
    let Some(proved) = authenticate::alive(begun.proved.as_ref(), now) else { return Ok(None) };
    text::send(app, proved, lang, visitor, now).await
}

/// By what more who is signing in has to prove themselves.
pub async fn ways(app: &App, begun: &Begun, now: Timestamp) -> Result<Option<Ways>, Fault> {
    let Some(proved) = authenticate::alive(begun.proved.as_ref(), now) else { return Ok(None) };
    authenticate::ways(app, proved, begun.to.wanted(app)).await
}

/// A sign-in of who is signed in, and proves more than their session does; `None` where nothing that they have would bring them
/// where they want to go.
pub async fn step_up(
    app: &App,
    visitor: &Visitor,
    live: &LiveSession,
    to: Destination,
    now: Timestamp,
) -> Result<Option<Beginning>, Fault> {
    let session = &live.session;
    let (id, acr, auth_time) = (session.id, session.acr(), session.auth_time());
    let proof = Proof::Session { id, amr: session.amr(), acr, auth_time };
    let Some(wanted) = to.wanted(app) else { return Ok(None) };
    let Some(proved) = authenticate::further(app, session.person_id, proof, wanted, now).await? else {
        return Ok(None);
    };
    let (browser, new_browser) = visitor.browser_cookie(app);
    let begun = Begun { proved: Some(proved), ..fresh(app, sessions::browser_digest(&browser), to, now) };
    Ok(Some(Beginning { login: begun.seal(app, now)?, new_browser }))
}
