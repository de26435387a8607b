//! The authorization endpoint: RFC 6749 §3.1, OpenID Connect Core §3.1.2. The pipeline on one page.

pub mod by_oneself;
pub mod closing;
pub mod consent;
pub mod login;
mod office;
mod once;
pub mod opening;
pub mod policy;
pub mod response;
pub mod second;
mod seed;
mod wanted;

use std::sync::Arc;

use login::Login;
use once::Outcome;
pub use response::AuthorizationResponse;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::figures::Asked;
use crate::identity::figures::Figure;
use crate::identity::proof::Proved;
use crate::parts::authenticate;
use crate::parts::clients::Client;
use crate::parts::figures;
use crate::parts::issue::code::Code;
use crate::parts::request::Read;
use crate::parts::request::Unanswerable;
use crate::parts::request::parameters;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;
use crate::store::cache::LiveSession;
use crate::store::grants;
use crate::store::sessions::Session;

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// The client is answered.
    Answer(AuthorizationResponse),
    /// The person signs in; the text is the sealed sign-in in progress.
    SignIn(String),
    /// The person proves more than they did.
    Second(String),
    /// The person's password is too short, or a passkey is offered.
    Lead(String),
    /// The person says who goes on.
    Select(String),
    /// The person is asked for consent.
    Consent(String),
    /// The person, whose account closes then, keeps it or not.
    Closing(String, Timestamp),
    /// Nobody can be answered by redirect: a page says why (RFC 6749 §4.1.2.1).
    Page(Unanswerable),
    /// This client was answered before: a page says so.
    Over(Arc<Client>),
}

impl Step {
    /// What people are asked for.
    const fn asked(&self) -> Option<Asked> {
        match self {
            Self::SignIn(_) => Some(Asked::SignIn),
            Self::Second(_) => Some(Asked::Second),
            Self::Lead(_) => Some(Asked::Lead),
            Self::Select(_) => Some(Asked::Select),
            Self::Consent(_) => Some(Asked::Consent),
            Self::Closing(..) => Some(Asked::Closing),
            Self::Answer(_) | Self::Page(_) | Self::Over(_) => None,
        }
    }
}

/// What a request to the authorization endpoint led to, and the cookie that now binds sign-ins to the browser.
pub struct FirstStep {
    /// What comes next.
    pub step: Step,
    /// The value of the cookie, where it is new.
    pub new_browser: Option<String>,
}

/// Answers an authorization request.
pub async fn request(app: &App, query: &Parameters, visitor: &Visitor, now: Timestamp) -> Result<FirstStep, Fault> {
    let known = visitor.browser.as_deref().map(sessions::browser_digest);
    let (client, received) = match parameters::read(app, query, known.as_deref(), now).await? {
        Ok((client, Read::Request(received))) => (client, received),
        Ok((client, Read::Refused(address, error))) => {
            let answer = AuthorizationResponse::error(app, (&client.id, &query.summary()), address, &error, now);
            return Ok(FirstStep { step: Step::Answer(answer), new_browser: None });
        }
        Ok((_, Read::Unanswerable(why))) | Err(why) => {
            return Ok(FirstStep { step: Step::Page(why), new_browser: None });
        }
    };
    let (browser, new_browser) = visitor.browser_cookie(app);
    let login = Login::begin(app, *received, &browser, now);
    let session = sessions::current(app, visitor, now).await?;
    let step = next(app, &client, login, session, now).await?;
    Ok(FirstStep { step, new_browser })
}

/// Decides what comes next for a sign-in in progress, and counts it.
pub async fn next(
    app: &App,
    client: &Arc<Client>,
    login: Login,
    session: Option<Arc<LiveSession>>,
    now: Timestamp,
) -> Result<Step, Fault> {
    Ok(counted(app, client, decide(app, client, login, session, now).await?, now))
}

/// A step that somebody takes now; a page that is shown again is none.
fn counted(app: &App, client: &Client, step: Step, now: Timestamp) -> Step {
    if let Some(asked) = step.asked() {
        figures::happened(app, &client.id, Uuid::nil(), Figure::Asked(asked), now);
    }
    step
}

async fn decide(
    app: &App,
    client: &Arc<Client>,
    mut login: Login,
    session: Option<Arc<LiveSession>>,
    now: Timestamp,
) -> Result<Step, Fault> {
    // A form may have been sent before: what is over is over before anything is asked.
    if is_over(app, &login, session.as_deref()).await? {
        return Ok(Step::Over(Arc::clone(client)));
    }
    match policy::decide(app, client, &login, session.as_deref(), now).await {
        Ok(policy::Verdict::SignIn) if authenticate::alive(login.proved.as_ref(), now).is_some() => {
            Ok(Step::Second(login.seal(app, now)?))
        }
        Ok(policy::Verdict::SignIn) => Ok(Step::SignIn(login.seal(app, now)?)),
        Ok(policy::Verdict::StepUp(proved)) => {
            // Somebody else, whose password it was, goes on as they began.
            let goes_on = |former: &&Proved| match former.session() {
                Some(session) => Some(session) == proved.session(),
                None => former.person != proved.person,
            };
            if authenticate::alive(login.proved.as_ref(), now).filter(goes_on).is_none() {
                login.proved = Some(proved);
            }
            Ok(Step::Second(login.seal(app, now)?))
        }
        Ok(policy::Verdict::Lead) => Ok(Step::Lead(login.seal(app, now)?)),
        Ok(policy::Verdict::Select) => {
            login.asked_of = session.as_ref().map(|live| live.session.person_id);
            Ok(Step::Select(login.seal(app, now)?))
        }
        Ok(policy::Verdict::Consent) => {
            login.asked_of = session.as_ref().map(|live| live.session.person_id);
            login.asked_for = Some(client.holder());
            login.consented_by = None;
            Ok(Step::Consent(login.seal(app, now)?))
        }
        Ok(policy::Verdict::Closing(on)) => {
            login.asked_of = session.as_ref().map(|live| live.session.person_id);
            Ok(Step::Closing(login.seal(app, now)?, on))
        }
        Ok(policy::Verdict::Grant(session)) => grant(app, client, login, session, now).await,
        Err(Error::Refused(error)) => Ok(refused(app, &login, &error, now)),
        Err(Error::Failed(fault)) => Err(fault),
    }
}

/// The code that answers the request.
async fn grant(
    app: &App,
    client: &Arc<Client>,
    mut login: Login,
    session: &Session,
    now: Timestamp,
) -> Result<Step, Fault> {
    if let Err(error) = office::settle(app, &mut login.request, session.person_id, now).await? {
        return Ok(refused(app, &login, &error, now));
    }
    let grant = match once::settle(app, client, &login, session.person_id).await? {
        Outcome::Code(grant) => grant,
        Outcome::Over => return Ok(Step::Over(Arc::clone(client))),
        Outcome::Refused(error) => return Ok(refused(app, &login, &error, now)),
    };
    let address = login.request.address();
    let expires_at = now + *app.config.tokens.code;
    let code = Code::new(grant, client, login.request, session, expires_at).seal(app, now)?;
    Ok(Step::Answer(AuthorizationResponse::code(app, address, code)))
}

/// Whether the client got its code, and redeemed it.
async fn is_over(app: &App, login: &Login, session: Option<&LiveSession>) -> Result<bool, Fault> {
    let Some(live) = session.filter(|_| login.was_shown) else { return Ok(false) };
    grants::exists(&app.db, login.grant(live.session.person_id)).await
}

fn refused(app: &App, login: &Login, error: &OAuthError, now: Timestamp) -> Step {
    let request = &login.request;
    let given = format!("scope={}", request.scope);
    Step::Answer(AuthorizationResponse::error(app, (&request.client_id, &given), request.address(), error, now))
}
