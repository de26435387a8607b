//! What the two sign-in pages share: the form, what stays of it when the language is changed, and how it is answered.

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use http::header;
use serde::Deserialize;
use serde::Serialize;

use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::flows::authorize::login::Known;
use crate::flows::authorize::opening::Cookies;
use crate::http::Web;
use crate::http::compression;
use crate::http::extract::language::Reader;
use crate::http::extract::visitor;
use crate::http::extract::visitor::Name;
use crate::http::pages::Asker;
use crate::http::pages::SignIn;
use crate::http::pages::SignInAlert;
use crate::http::pages::showing_password;
use crate::http::pages::using_passkey;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::authenticate::Presented;
use crate::parts::authenticate::Refusal;
use crate::parts::authenticate::passkey::Answer;
use crate::parts::authenticate::password::Typed;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// A sign-in page that is to be shown.
pub struct Form<'a> {
    /// Where it is sent.
    pub action: &'static str,
    /// The sealed sign-in in progress.
    pub login: &'a str,
    /// Where the same page is found again.
    pub here: &'a str,
    /// Who asks, if it is not the person alone.
    pub asker: Option<&'a Asker>,
    /// Who is asked for the password once more.
    pub again: Option<&'a Known>,
    /// What went wrong.
    pub alert: Option<SignInAlert>,
    /// What was typed, or what the service hinted at.
    pub username: &'a str,
    /// Where the form leads, and what the page loads.
    pub policy: Policy,
}

/// What stays when the language of a refused page is changed: all but the password. It travels sealed in that link, for the
/// browser in which it was typed.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    browser: String,
    at: Timestamp,
    /// What went wrong.
    pub alert: SignInAlert,
    /// What was typed.
    pub username: String,
}

impl Sealed for Kept {
    const PURPOSE: Purpose = Purpose("refused-login");
}

/// No name is longer, in characters: the field takes no more.
const LONGEST_NAME: usize = 254;

/// What is sealed once more grows by a third, and still has to leave room below the limit on headers.
pub const LONGEST_LOGIN: usize = 4096;

/// What stays of a page that was refused before, if the address says so.
pub fn kept(web: &Web, parameters: &Parameters, visitor: &Visitor, now: Timestamp) -> Option<Kept> {
    let mut kept =
        Kept::open(&web.app, parameters.get("again")?).filter(|kept| kept.browser == visitor.browser_digest())?;
    let passed = now.since(kept.at);
    if let SignInAlert::TooManyTries { wait } | SignInAlert::Busy { wait } = &mut kept.alert {
        *wait = wait.saturating_sub(passed).max(Duration::from_secs(1));
    }
    Some(kept)
}

/// The page.
pub fn page(web: &Web, reader: &Reader, visitor: &Visitor, form: Form<'_>) -> Result<Response, Fault> {
    let Form { action, login, here, asker, again, alert, username, policy } = form;
    let now = web.app.clock.now();
    let username = match again {
        Some(known) if username.is_empty() && alert.is_none() => known.user_name.as_str(),
        _ => username,
    };
    let seal = |alert: &SignInAlert| {
        Kept { browser: visitor.browser_digest(), at: now, alert: *alert, username: username.to_owned() }
            .seal(&web.app, now)
    };
    let kept = alert.as_ref().map(seal).transpose()?;
    let joint = if here.contains('?') { '&' } else { '?' };
    let here = kept.map_or_else(|| here.to_owned(), |kept| format!("{here}{joint}again={kept}"));
    let passkeys = web.app.passkeys.is_some();
    let open_account = open_account(web, login, again.is_some());
    let view = SignIn {
        passkeys,
        frame: reader.frame(web, Some(&here)),
        asker,
        form_action: action,
        login,
        username,
        alert,
        open_account: open_account.as_deref(),
        reauth_as: again.map(|known| known.name.as_str()),
    };
    let policy = policy.running(showing_password());
    let policy = if passkeys { policy.running(using_passkey()).asking() } else { policy };
    let page = respond::page(status(alert), view.render(), &policy);
    let page = respond::retry_after(page, wait(alert));
    // Neither a person's name nor what somebody else wants to stand there.
    Ok(if again.is_none() && username.is_empty() { compression::open(page) } else { page })
}

/// Where who has no account opens one: it leads on with the sign-in, unless that is too long to travel in something else.
fn open_account(web: &Web, login: &str, is_known: bool) -> Option<String> {
    let offered = web.app.config.accounts.open && !is_known;
    let travels = login.len() <= LONGEST_LOGIN;
    offered.then(|| if travels { format!("/open-account?login={login}") } else { "/open-account".to_owned() })
}

/// What a passkey answered, if one did.
pub fn passkey(parameters: &Parameters) -> Option<Answer> {
    let response = parameters.get("passkey").filter(|response| !response.is_empty())?.to_owned();
    let field = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    Some(Answer { ceremony: field("ceremony"), response, form: field("login") })
}

/// What was presented, if it is worth a try: a passkey, or else what was typed.
pub fn presented(parameters: &Parameters) -> Result<Presented, SignInAlert> {
    if let Some(answer) = passkey(parameters) {
        return Ok(Presented::Passkey(answer));
    }
    let (name, password) = (parameters.get("username").unwrap_or_default(), parameters.get("password"));
    match password.filter(|password| !password.is_empty() && !name.trim().is_empty()) {
        Some(password) => {
            let makes_passkeys = parameters.get("makes") == Some("1");
            let password = Secret::new(password.to_owned());
            Ok(Presented::Password(Typed { name: name.to_owned(), password, makes_passkeys }))
        }
        None => Err(SignInAlert::MissingField),
    }
}

/// The name that was typed, as the page shows it again.
pub fn username(parameters: &Parameters) -> String {
    parameters.get("username").unwrap_or_default().chars().take(LONGEST_NAME).collect()
}

/// What is answered where what was presented opened nothing.
pub fn refused(parameters: &Parameters, refusal: Refusal) -> SignInAlert {
    match refusal {
        Refusal::Wait(wait) => SignInAlert::TooManyTries { wait },
        Refusal::Wrong if passkey(parameters).is_some() => SignInAlert::Passkey,
        Refusal::Wrong => SignInAlert::Refused,
    }
}

/// What stands on the page where it could not be looked at for now.
pub fn put_off(fault: Fault) -> Result<SignInAlert, Fault> {
    wait_of(fault).map(|wait| SignInAlert::Busy { wait })
}

/// How long it takes until it is worth trying again.
pub fn wait_of(fault: Fault) -> Result<Duration, Fault> {
    match fault {
        Fault::Unavailable { retry_after, what, .. } => {
            tracing::error!(target: "motcua::fault", what, "a sign-in was put off");
            Ok(retry_after)
        }
        fault => Err(fault),
    }
}

/// Sets the cookies of a session, where one was opened.
pub fn with_cookies(web: &Web, mut response: Response, cookies: Option<&Cookies>) -> Response {
    let Some(cookies) = cookies else { return response };
    if let Some(line) = visitor::set(web, Name::Session, &cookies.session, None) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    visitor::with_device(web, response, Some(&cookies.device))
}

const fn status(alert: Option<SignInAlert>) -> StatusCode {
    match alert {
        None | Some(SignInAlert::Refused | SignInAlert::Passkey | SignInAlert::Expired | SignInAlert::SignedOut) => {
            StatusCode::OK
        }
        Some(SignInAlert::MissingField) => StatusCode::BAD_REQUEST,
        Some(SignInAlert::TooManyTries { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(SignInAlert::Busy { .. }) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

const fn wait(alert: Option<SignInAlert>) -> Option<Duration> {
    match alert {
        Some(SignInAlert::TooManyTries { wait } | SignInAlert::Busy { wait }) => Some(wait),
        _ => None,
    }
}
