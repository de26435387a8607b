//! The authorization endpoint: RFC 6749 §3.1, OpenID Connect Core §3.1.2. The pipeline on one page.

pub mod by_oneself;
pub mod consent;
pub mod login;
pub mod policy;
pub mod response;

use std::sync::Arc;

use login::Login;
pub use response::AuthorizationResponse;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::clients::Client;
use crate::parts::issue::code::Code;
use crate::parts::request::Read;
use crate::parts::request::Unanswerable;
use crate::parts::request::parameters;
use crate::parts::request::pushed;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;
use crate::store::cache::LiveSession;

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// The client is answered.
    Answer(AuthorizationResponse),
    /// The person signs in; the text is the sealed sign-in in progress.
    SignIn(String),
    /// The person says who goes on.
    Select(String),
    /// The person is asked for consent.
    Consent(String),
    /// Nobody can be answered by redirect: a page says why (RFC 6749 §4.1.2.1).
    Page(Unanswerable),
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
    let (client, received) = match parameters::read(app, query, now).await? {
        Ok((client, Read::Request(received))) => (client, received),
        Ok((_, Read::Refused(address, error))) => {
            let answer = AuthorizationResponse::error(app, address, &error);
            return Ok(FirstStep { step: Step::Answer(answer), new_browser: None });
        }
        Ok((_, Read::Unanswerable(why))) | Err(why) => {
            return Ok(FirstStep { step: Step::Page(why), new_browser: None });
        }
    };
    let (browser, new_browser) = login::browser(app, visitor);
    let login = Login::begin(*received, &browser, now);
    let session = sessions::current(app, visitor, now).await?;
    let step = next(app, &client, login, session, now).await?;
    Ok(FirstStep { step, new_browser })
}

/// Decides what comes next for a sign-in in progress.
pub async fn next(
    app: &App,
    client: &Arc<Client>,
    mut login: Login,
    session: Option<Arc<LiveSession>>,
    now: Timestamp,
) -> Result<Step, Fault> {
    let address = login.request.address();
    match policy::decide(app, client, &login, session.as_deref(), now).await {
        Ok(policy::Verdict::SignIn) => Ok(Step::SignIn(login.seal(app, now)?)),
        Ok(policy::Verdict::Select) => Ok(Step::Select(login.seal(app, now)?)),
        Ok(policy::Verdict::Consent) => {
            login.asked_of = session.as_ref().map(|live| live.session.person_id);
            login.asked_for = Some(client.holder());
            login.consented_by = None;
            Ok(Step::Consent(login.seal(app, now)?))
        }
        Ok(policy::Verdict::Grant(session)) => {
            if let Err(error) = use_up(app, &login).await? {
                return Ok(Step::Answer(AuthorizationResponse::error(app, address, &error)));
            }
            let code = Code::new(app, client, login.request, session, now).seal(app, now)?;
            Ok(Step::Answer(AuthorizationResponse::code(app, address, code)))
        }
        Err(Error::Refused(error)) => Ok(Step::Answer(AuthorizationResponse::error(app, address, &error))),
        Err(Error::Failed(fault)) => Err(fault),
    }
}

/// Uses up what of a request counts once (RFC 9126 §4, RFC 7519 §4.1.7): of two sign-ins that it led to, one ends.
async fn use_up(app: &App, login: &Login) -> Result<Result<(), OAuthError>, Fault> {
    if let Some(reference) = &login.pushed
        && !pushed::use_up(app, reference).await?
    {
        return Ok(Err(OAuthError::new(ErrorCode::InvalidRequestUri, "request_uri was used before")));
    }
    if let Some(object) = login.object
        && !app.ledger.use_once(object).await?
    {
        return Ok(Err(OAuthError::new(ErrorCode::InvalidRequestObject, "the request object was used before")));
    }
    Ok(Ok(()))
}
