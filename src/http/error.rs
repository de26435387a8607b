//! The one map from error to HTTP.

use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::flows::registration::Refusal;
use crate::flows::services;
use crate::http::Web;
use crate::http::compression;
use crate::http::extract::form::Unread;
use crate::http::extract::language::Reader;
use crate::http::pages::Detail;
use crate::http::pages::ErrorKind;
use crate::http::pages::ErrorPage;
use crate::http::pages::StartAgain;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::client_authentication::ClientRequest;
use crate::parts::clients::Client;
use crate::parts::request::Unanswerable;
use crate::parts::sealed::Sealed;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::Excess;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;
use crate::protocol::oauth::protected_resource;

/// An error for a client, with one line in the log that says to whom, and what was given.
pub fn to_client(request: &ClientRequest) -> impl Fn(Error) -> Response {
    |error| {
        if let Error::Refused(refusal) = &error {
            let (endpoint, given) = (&request.endpoint, request.parameters.summary());
            let client_id = request.claimed_client().map(|id| shortened(&id));
            tracing::info!(target: "motcua::oauth", endpoint, client_id, given, error = %refusal, "refused");
        }
        answer(&error)
    }
}

/// An error of an endpoint whose request nobody could read.
pub fn oauth(endpoint: &str, error: &Error) -> Response {
    if let Error::Refused(refusal) = error {
        tracing::info!(target: "motcua::oauth", endpoint, error = %refusal, "refused");
    }
    answer(error)
}

/// What a stranger may put into a log line.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// An error of the token endpoint and its kin: RFC 6749 §5.2.
fn answer(error: &Error) -> Response {
    match error {
        Error::Refused(refusal) => {
            let (status, wait) = match (refusal.excess, refusal.code) {
                (Some(Excess::Often(wait)), _) => (StatusCode::TOO_MANY_REQUESTS, Some(wait)),
                (Some(Excess::Long), _) => (StatusCode::PAYLOAD_TOO_LARGE, None),
                (None, ErrorCode::InvalidClient) => (StatusCode::UNAUTHORIZED, None),
                (None, _) => (StatusCode::BAD_REQUEST, None),
            };
            let mut response = respond::retry_after(body(status, refusal), wait);
            if refusal.code == ErrorCode::InvalidClient {
                let challenge = HeaderValue::from_static("Basic realm=\"motcua\", charset=\"UTF-8\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            response
        }
        Error::Failed(fault) => failed(fault),
    }
}

/// An error of UserInfo, which has metadata as a protected resource (RFC 9728 §5.1).
pub fn userinfo(web: &Web, error: Option<&Error>) -> Response {
    let issuer = &web.app.config.server.issuer;
    bearer("/userinfo", error, &format!(", resource_metadata=\"{issuer}{}\"", protected_resource::PATH))
}

/// An error of a resource that takes bearer tokens: RFC 6750 §3. A request that says nothing learns nothing.
fn bearer(endpoint: &str, error: Option<&Error>, more: &str) -> Response {
    let (status, challenge, refusal) = match error {
        None => (StatusCode::UNAUTHORIZED, String::new(), None),
        Some(Error::Failed(fault)) => return failed(fault),
        Some(Error::Refused(refusal)) => {
            tracing::info!(target: "motcua::oauth", endpoint, error = %refusal, "refused");
            let status = match refusal.code {
                ErrorCode::InvalidRequest => StatusCode::BAD_REQUEST,
                ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
                _ => StatusCode::UNAUTHORIZED,
            };
            let (code, description) = (refusal.code.as_str(), &refusal.description);
            let challenge = format!(", error=\"{code}\", error_description=\"{description}\"");
            (status, challenge, Some(refusal))
        }
    };
    let mut response = match refusal {
        Some(refusal) => body(status, refusal),
        None => respond::text(status, "This resource needs an access token.\n"),
    };
    if let Ok(challenge) = HeaderValue::from_str(&format!("Bearer realm=\"motcua\"{challenge}{more}")) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// An error of the registration endpoint: RFC 7591 §3.2.2, RFC 6750 §3.1; or of the one of a client that is registered.
pub fn registration(client_id: Option<&str>, refusal: &Refusal) -> Response {
    let endpoint = client_id.map_or_else(|| "/register".to_owned(), |id| format!("/register/{}", shortened(id)));
    match refusal {
        Refusal::Other(error) => oauth(&endpoint, error),
        Refusal::Unauthorized(why) => bearer(&endpoint, why.clone().map(Error::Refused).as_ref(), ""),
        Refusal::Closed => {
            let closed = OAuthError::new(ErrorCode::AccessDenied, "clients do not register themselves here");
            body(StatusCode::FORBIDDEN, &closed)
        }
        Refusal::TooMany(wait) => {
            let text = "too many registrations, or updates of this one: try again later";
            oauth(&endpoint, &Error::Refused(OAuthError::too_many(*wait, text)))
        }
    }
}

/// A body that was not read, told as `tell` tells errors, with a status of its own.
pub fn unread(unread: Unread, tell: impl FnOnce(OAuthError) -> Response) -> Response {
    let (status, encoded) = (unread.status(), matches!(unread, Unread::Encoded));
    let mut response = tell(unread.error());
    *response.status_mut() = status;
    if encoded {
        // RFC 9110 §15.5.16: what would have been taken.
        response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    response
}

/// Our own failure, told to a program.
pub fn failed(fault: &Fault) -> Response {
    let (status, code, wait) = match fault {
        Fault::Unavailable { retry_after, .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::TemporarilyUnavailable, Some(*retry_after))
        }
        Fault::Broken(_) => (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, None),
    };
    tracing::error!(target: "motcua::fault", %fault, "a program was told that we failed");
    respond::retry_after(body(status, &OAuthError::new(code, what_became(fault))), wait)
}

/// What became of a request that we failed to answer.
pub const fn what_became(fault: &Fault) -> &'static str {
    match fault {
        Fault::Unavailable { in_doubt: true, .. } => {
            "the request was not answered in time; it may have been carried out"
        }
        Fault::Unavailable { .. } | Fault::Broken(_) => "the request was not carried out",
    }
}

/// What a page says, with a number that operators find in the log.
pub struct Trouble<'a> {
    /// What happened.
    pub kind: ErrorKind,
    /// What those who run the service read.
    pub detail: Detail,
    /// What only the log may say.
    pub because: &'a str,
    /// Where the person begins anew, if that is known.
    pub start_again: Option<StartAgain>,
}

impl Trouble<'_> {
    /// Of a kind, with nothing else to be said.
    pub fn of(kind: ErrorKind) -> Self {
        Self { kind, detail: Detail::default(), because: "", start_again: None }
    }
}

/// An error page.
pub fn page(web: &Web, reader: &Reader, trouble: &Trouble<'_>) -> Response {
    let reference = reference(web.app.entropy.bytes());
    log(&reference, trouble);
    let (detail, start_again) = (trouble.detail.clone(), trouble.start_again.clone());
    shown(web, reader, &Shown { kind: trouble.kind, reference, detail, start_again })
}

/// One line for each page, with its number: a refusal says whose and what was given, our own fault is an error.
fn log(reference: &str, trouble: &Trouble<'_>) {
    let Trouble { kind, detail, because, .. } = trouble;
    match kind {
        ErrorKind::Busy { .. } | ErrorKind::Unanswered { .. } | ErrorKind::Internal => {
            tracing::error!(target: "motcua::fault", reference, fault = because, "a page says that we failed");
        }
        kind => {
            let (client_id, description) = (&detail.client_id, &detail.description);
            let parameter = detail.parameter.as_ref().map(|(name, _)| name);
            let given = detail.parameter.as_ref().and_then(|(_, given)| given.as_ref());
            tracing::info!(target: "motcua::page", reference, ?kind, client_id, parameter, given, description, because, "refused by a page");
        }
    }
}

/// What an error page shows. It travels sealed in the link to the other language: the page may have answered a form, and
/// nobody else makes us say anything.
#[derive(Serialize, Deserialize)]
pub struct Shown {
    kind: ErrorKind,
    reference: String,
    detail: Detail,
    start_again: Option<StartAgain>,
}

impl Sealed for Shown {
    const PURPOSE: Purpose = Purpose("error");
}

/// The page of something that cannot go on.
pub fn shown(web: &Web, reader: &Reader, shown: &Shown) -> Response {
    let (status, wait) = match shown.kind {
        ErrorKind::UnknownService
        | ErrorKind::UnregisteredAddress
        | ErrorKind::ExpiredSignIn
        | ErrorKind::Answered
        | ErrorKind::WrongBrowser
        | ErrorKind::Logout
        | ErrorKind::BadRequest => (StatusCode::BAD_REQUEST, None),
        ErrorKind::Foreign => (StatusCode::FORBIDDEN, None),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, None),
        ErrorKind::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, None),
        ErrorKind::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, None),
        ErrorKind::Busy { wait } | ErrorKind::Unanswered { wait } => (StatusCode::SERVICE_UNAVAILABLE, Some(wait)),
        ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, None),
    };
    let here = shown.seal(&web.app, web.app.clock.now()).ok().map(|sealed| format!("/error?page={sealed}"));
    let view = ErrorPage {
        frame: reader.frame(web, here.as_deref()),
        kind: shown.kind,
        reference: &shown.reference,
        detail: &shown.detail,
        start_again: shown.start_again.as_ref(),
    };
    compression::open(respond::retry_after(respond::page(status, view.render(), &Policy::default()), wait))
}

/// Eight digits: they can be read out over a telephone, in any language.
fn reference(chance: [u8; 4]) -> String {
    let number = u32::from_be_bytes(chance) % 100_000_000;
    format!("{:04}-{:04}", number / 10_000, number % 10_000)
}

/// Our own failure, told to a person.
pub fn failed_page(web: &Web, reader: &Reader, fault: &Fault) -> Response {
    let kind = match fault {
        Fault::Unavailable { retry_after, in_doubt: true, .. } => ErrorKind::Unanswered { wait: *retry_after },
        Fault::Unavailable { retry_after, .. } => ErrorKind::Busy { wait: *retry_after },
        Fault::Broken(_) => ErrorKind::Internal,
    };
    page(web, reader, &Trouble { because: &fault.to_string(), ..Trouble::of(kind) })
}

/// The same, for what a page is made of: `….map_err(as_page(web, reader))?`.
pub fn as_page(web: &Web, reader: &Reader) -> impl Fn(Fault) -> Response {
    |fault| failed_page(web, reader, &fault)
}

/// A form, or a query, that was not read.
pub fn unread_page(web: &Web, reader: &Reader, why: Unread) -> Response {
    let kind = match &why {
        Unread::TooLarge => ErrorKind::TooLarge,
        Unread::Foreign => ErrorKind::Foreign,
        Unread::Broken | Unread::NotAForm | Unread::NotJson | Unread::Encoded | Unread::Malformed(_) => {
            ErrorKind::BadRequest
        }
    };
    unread(why, |error| {
        let (detail, because) = (detail(&error), "the form was not read");
        page(web, reader, &Trouble { detail, because, ..Trouble::of(kind) })
    })
}

/// An authorization request that must not be answered by redirect (RFC 6749 §4.1.2.1).
pub fn unanswerable(web: &Web, reader: &Reader, why: &Unanswerable, asked: Option<&Asked<'_>>) -> Response {
    let (kind, parameter) = match why {
        Unanswerable::UnknownClient(_) => (ErrorKind::UnknownService, "client_id"),
        Unanswerable::UnregisteredAddress(_) => (ErrorKind::UnregisteredAddress, "redirect_uri"),
        Unanswerable::UnusableObject(_) => (ErrorKind::BadRequest, "request"),
        Unanswerable::NotPushed(_) => (ErrorKind::ExpiredSignIn, "request_uri"),
    };
    let error = why.error();
    let given = |name: &str| asked.and_then(|asked| asked.parameters.shown(name));
    let detail = detail(error).at(parameter, given(parameter)).of(given("client_id"));
    let start_again = asked.and_then(|asked| start_again(web, asked.client?));
    let said = asked.map(|asked| asked.parameters.summary()).unwrap_or_default();
    page(web, reader, &Trouble { kind, detail, because: &format!("{error}; given: {said}"), start_again })
}

/// Where the person begins anew at a service, and what that is called.
pub fn start_again(web: &Web, client: &Client) -> Option<StartAgain> {
    let service = client.backing.as_ref()?.service.name.clone();
    services::beginning(&web.app, client).map(|href| StartAgain { service, href })
}

/// What a request that is answered by a page asked for, and who sent it.
pub struct Asked<'a> {
    /// What was sent.
    pub parameters: &'a Parameters,
    /// The client that it names, if there is one.
    pub client: Option<&'a Client>,
}

/// What those who run a service read of a refusal.
pub fn detail(error: &OAuthError) -> Detail {
    let (code, description) = (error.code.as_str().to_owned(), error.description.clone().into_owned());
    Detail { error: Some(code), description: Some(description), ..Detail::default() }
}

fn body(status: StatusCode, error: &OAuthError) -> Response {
    respond::json(status, &json!({"error": error.code.as_str(), "error_description": error.description}))
}
