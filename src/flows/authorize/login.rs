//! A sign-in in progress: a sealed value that travels through the pages, bound to the browser that began it.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::Step;
use super::counted;
use super::decide;
use super::next;
use super::opening;
use super::opening::Advanced;
use super::opening::Cookies;
use super::opening::Opening;
use super::seed::Seed;
use super::wanted;
use super::wanted::Wanted;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::base64url;
use crate::base::time::Timestamp;
use crate::identity::authorization::LONGEST_LOGIN;
use crate::identity::proof::Proved;
use crate::parts::authenticate::Presented;
use crate::parts::authenticate::Refusal;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::people;
use crate::parts::request::LONGEST_SEALED;
use crate::parts::request::Received;
use crate::parts::request::pushed;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::store::assertions::UsedAssertion;

/// What travels.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    /// What the client asked for.
    pub request: AuthorizationRequest,
    /// Digest of the cookie of the browser that began it.
    browser: String,
    /// When.
    begun_at: Timestamp,
    /// When it began first, where that page stood open for too long and it was begun anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// What its session and its code derive from.
    #[serde(default, skip_serializing_if = "Seed::is_empty")]
    seed: Seed,
    /// Whether the person chose to be somebody else than who is signed in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub another: bool,
    /// Whether a page brought it back: its form may have been sent before.
    #[serde(skip)]
    pub was_shown: bool,
    /// What was proved so far, where more is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proved: Option<Proved>,
    /// Who goes on with less than the service asks for, where it takes less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<Uuid>,
    /// The session in which the person signed in on the way.
    pub signed_in: Option<Uuid>,
    /// Who chose to go on as who is signed in. An answer is that person's: somebody else may sign in before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected_by: Option<Uuid>,
    /// Who is asked for consent, or whether they keep the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_of: Option<Uuid>,
    /// For whom ([`Client::holder`]): another may bear the client's name by the time of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_for: Option<String>,
    /// Who agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consented_by: Option<Uuid>,
    /// By which the request was pushed: used up when the client is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed: Option<String>,
    /// The request object, where it counts once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<UsedAssertion>,
    /// Whether the request is too long to travel: the whole lies where it was pushed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    abridged: bool,
}

/// A sign-in with which a page cannot go on.
#[derive(Debug)]
pub struct Stuck {
    /// Why.
    pub why: Why,
    /// The service that asked, where it is known: there the person begins again.
    pub client: Option<Arc<Client>>,
}

/// Why a page cannot go on with a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was begun in another browser, or the browser keeps no cookies.
    OtherBrowser,
    /// The value is not one of ours.
    Unknown,
    /// What was pushed for it was used up, or is kept no more.
    Over,
    /// The service that asked exists no more, or not at the address where the answer would go.
    ClientGone,
}

/// A sign-in in progress that came back from the browser that began it.
#[derive(Clone)]
pub struct Resumed {
    /// The sign-in.
    pub login: Login,
    /// The client that asked.
    pub client: Arc<Client>,
    /// Whether the page stood open for too long: begun anew, the service is kept.
    pub expired: bool,
}

/// What came of what a person presented.
pub enum SignedIn {
    /// What comes next, and the cookies of session and device where one opened.
    Next(Step, Option<Cookies>),
    /// The page is shown again.
    Again(Refusal),
}

impl Login {
    /// A sign-in that begins now in the browser with this cookie.
    pub fn begin(app: &App, received: Received, browser: &str, now: Timestamp) -> Self {
        let Received { request, object, pushed } = received;
        Self {
            request,
            browser: sessions::browser_digest(browser),
            begun_at: now,
            seed: Seed::new(&*app.entropy),
            since: None,
            another: false,
            was_shown: false,
            proved: None,
            without: None,
            signed_in: None,
            selected_by: None,
            asked_of: None,
            asked_for: None,
            consented_by: None,
            pushed,
            object,
            abridged: false,
        }
    }

    /// The grant that its code becomes where this person signs in.
    pub fn grant(&self, person: Uuid) -> Uuid {
        self.seed.grant(person, self.began())
    }

    /// When it began first: what it makes derives from that, however often it is begun anew.
    fn began(&self) -> Timestamp {
        self.since.unwrap_or(self.begun_at)
    }

    /// Whether it was begun anew.
    pub const fn is_renewed(&self) -> bool {
        self.since.is_some()
    }

    /// The name of what of it counts once, if anything does.
    pub fn counts_once(&self) -> Option<String> {
        self.pushed.clone().or_else(|| self.object.map(|object| base64url(&object.digest)))
    }

    /// The class that it is to reach.
    pub fn wanted(&self, client: &Client) -> Option<Wanted> {
        wanted::of(&self.request, client, self.without)
    }

    /// Digest of the cookie of the browser that began it.
    pub fn browser(&self) -> &str {
        &self.browser
    }
}

impl Sealed for Login {
    const PURPOSE: Purpose = Purpose("login");

    /// What is too long to travel stays where it was pushed.
    fn plain(&self) -> Result<Vec<u8>, Fault> {
        let whole = serde_json::to_vec(self).map_err(Fault::broken)?;
        if whole.len() <= LONGEST_SEALED || self.pushed.is_none() {
            return Ok(whole);
        }
        let abridged = Self { request: self.request.abridged(), abridged: true, ..self.clone() };
        serde_json::to_vec(&abridged).map_err(Fault::broken)
    }
}

/// Takes up a sign-in that a page brings back.
pub async fn resume(
    app: &App,
    sealed: &str,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<Resumed, Stuck>, Fault> {
    let stuck = |why, client| Ok(Err(Stuck { why, client }));
    let Some(mut login) = Login::open(app, sealed) else { return stuck(Why::Unknown, None) };
    let client = clients::find(app, &login.request.client_id).await?;
    if !visitor.is_browser(&login.browser) {
        return stuck(Why::OtherBrowser, client);
    }
    // An address that was taken from the client receives nothing any more.
    let Some(client) = client.filter(|client| client.metadata.is_redirect_uri(&login.request.redirect_uri)) else {
        return stuck(Why::ClientGone, None);
    };
    let expired = login.begun_at + *app.config.tokens.login <= now;
    if let Some(reference) = login.pushed.as_ref().filter(|_| login.abridged || expired) {
        let Some(whole) = pushed::resume(app, reference, &login.browser, now).await? else {
            return stuck(Why::Over, Some(client));
        };
        login.request = AuthorizationRequest { prompt: login.request.prompt, ..whole };
        login.abridged = false;
    }
    if expired {
        let since = Some(login.began());
        let unproved = Login { proved: None, without: None, signed_in: None, ..login };
        let fresh = Login { selected_by: None, asked_of: None, consented_by: None, ..unproved };
        login = Login { begun_at: now, since, ..fresh };
    }
    if login.began() + LONGEST_LOGIN <= now {
        return stuck(Why::Over, Some(client)); // no identifier may be older
    }
    if login.seed.is_empty() {
        login.seed = Seed::new(&*app.entropy);
    }
    login.was_shown = true;
    Ok(Ok(Resumed { login, client, expired }))
}

/// Takes what a person presents, and goes on: to the service, or to what is lacking.
pub async fn sign_in(
    app: &Arc<App>,
    resumed: Resumed,
    presented: Presented,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<SignedIn, Fault> {
    let Resumed { mut login, client, .. } = resumed;
    let wanted = login.wanted(&client);
    let opening = Opening { seed: &login.seed, begun_at: login.began(), client: Some(&client.id), wanted };
    match opening::advance(app, (login.proved.as_ref(), presented), opening, visitor, now).await? {
        Advanced::Opened(id, cookies, _) => {
            login.proved = None;
            login.signed_in = Some(id);
            let live = app.cache.read_session(&app.db, id).await?;
            let step = next(app, &client, login, live, now).await?;
            Ok(SignedIn::Next(step, Some(cookies)))
        }
        Advanced::Lacks(proved) => {
            login.proved = Some(proved);
            let step = Step::Second(login.seal(app, now)?);
            Ok(SignedIn::Next(counted(app, &client, step, now), None))
        }
        Advanced::Not(refusal) => Ok(SignedIn::Again(refusal)),
    }
}

/// The same sign-in, of which nothing is proved: somebody may begin it anew.
pub fn afresh(app: &App, login: &Login, now: Timestamp) -> Result<String, Fault> {
    Login { proved: None, without: None, ..login.clone() }.seal(app, now)
}

/// What comes next by now: another tab may have led further than this page knows.
pub async fn proceed(app: &App, resumed: &Resumed, visitor: &Visitor, now: Timestamp) -> Result<Step, Fault> {
    let session = sessions::present(app, visitor, now).await?;
    decide(app, &resumed.client, resumed.login.clone(), session, now).await
}

/// The same, where the sign-in on the way was too long ago for what its page leads to.
pub async fn sign_in_again(app: &App, resumed: Resumed, visitor: &Visitor, now: Timestamp) -> Result<Step, Fault> {
    let login = Login { signed_in: None, ..resumed.login };
    proceed(app, &Resumed { login, ..resumed }, visitor, now).await
}

/// Goes on as the person who is signed in, or asks for another.
pub async fn select(
    app: &App,
    resumed: Resumed,
    go_on: bool,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Step, Fault> {
    let Resumed { mut login, client, .. } = resumed;
    if !go_on {
        login.request.prompt.login = true;
        login.another = true;
        return Ok(Step::SignIn(login.seal(app, now)?));
    }
    let session = sessions::current(app, visitor, now).await?;
    // Whom the page named goes on, and nobody who signed in since.
    let present = session.as_ref().map(|live| live.session.person_id);
    login.selected_by = present.filter(|person| login.asked_of == Some(*person));
    next(app, &client, login, session, now).await
}

/// Who is signed in in the visitor's browser, by the name to greet with.
pub async fn signed_in_name(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<String>, Fault> {
    Ok(signed_in(app, visitor, now).await?.map(|known| known.name))
}

/// Somebody who is signed in.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The name to greet with.
    pub name: String,
    /// A name to sign in with, which stands in the form where a password is asked for once more.
    pub user_name: String,
}

/// Who is signed in in the visitor's browser.
pub async fn signed_in(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Known>, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(None) };
    let person = people::find(app, live.session.person_id).await?;
    Ok(person
        .map(|person| Known { name: person.display_name().to_owned(), user_name: person.sign_in_name().to_owned() }))
}
