//! The sign-in page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use super::ByForm;
use super::ByQuery;
use super::Visit;
use super::asker;
use super::go;
use super::keep_language;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::flows::authorize::Step;
use crate::flows::authorize::login;
use crate::flows::authorize::login::Cookies;
use crate::flows::authorize::login::SignedIn;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::visitor;
use crate::http::extract::visitor::Name;
use crate::http::pages::SignIn;
use crate::http::pages::SignInAlert;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::authenticate::password::PasswordCheck;
use crate::parts::authenticate::password::Typed;
use crate::parts::sealed::Sealed;
use crate::parts::throttle::DEVICE_LIFETIME;

/// Shows the page, where the person has to sign in by now.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Result<Response, Response> {
    let failed = error::as_page(&web, &visit.reader);
    match login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(&failed)? {
        Step::SignIn(_) => {}
        step => return Ok(go(&web, &visit.reader, step)),
    }
    let name = login::signed_in_name(&web.app, &visit.visitor, visit.now).await.map_err(&failed)?;
    let hint = visit.resumed.login.request.login_hint.as_deref().unwrap_or_default();
    let alert = visit.resumed.expired.then_some(SignInAlert::Expired);
    let page = render(&web, &visit, hint, alert, name.as_deref()).map_err(&failed)?;
    Ok(keep_language(&web, &visit.reader, page))
}

/// Takes what was typed.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Result<Response, Response> {
    attempt(&web, &visit).await.map_err(error::as_page(&web, &visit.reader))
}

async fn attempt(web: &Web, visit: &Visit) -> Result<Response, Fault> {
    let typed = match typed(visit) {
        Ok(typed) => typed,
        Err(alert) => return again(web, visit, alert),
    };
    match login::sign_in(&web.app, visit.resumed.clone(), typed, &visit.visitor, visit.now).await {
        Ok(SignedIn::Next(step, cookies)) => Ok(with_cookies(web, go(web, &visit.reader, step), &cookies)),
        Ok(SignedIn::Again(PasswordCheck::Wait(wait))) => again(web, visit, SignInAlert::TooManyTries { wait }),
        Ok(SignedIn::Again(_)) => again(web, visit, SignInAlert::Refused),
        Err(Fault::Unavailable { retry_after: wait, what }) => {
            tracing::warn!(target: "motcua::fault", what, "a sign-in was put off");
            again(web, visit, SignInAlert::Busy { wait })
        }
        Err(fault) => Err(fault),
    }
}

/// What was typed, if it is worth a try.
fn typed(visit: &Visit) -> Result<Typed, SignInAlert> {
    let password = visit.parameters.get("password").unwrap_or_default();
    let name = username(visit);
    if visit.resumed.expired {
        return Err(SignInAlert::Expired);
    }
    if name.trim().is_empty() || password.is_empty() {
        return Err(SignInAlert::MissingField);
    }
    Ok(Typed { name: name.to_owned(), password: Secret::new(password.to_owned()) })
}

fn username(visit: &Visit) -> &str {
    visit.parameters.get("username").unwrap_or_default()
}

fn again(web: &Web, visit: &Visit, alert: SignInAlert) -> Result<Response, Fault> {
    let mut response = render(web, visit, username(visit), Some(alert), None)?;
    *response.status_mut() = match alert {
        SignInAlert::Refused | SignInAlert::Expired => StatusCode::OK,
        SignInAlert::MissingField => StatusCode::BAD_REQUEST,
        SignInAlert::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
        SignInAlert::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
    };
    if let SignInAlert::TooManyTries { wait } | SignInAlert::Busy { wait } = alert {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    Ok(response)
}

fn render(
    web: &Web,
    visit: &Visit,
    username: &str,
    alert: Option<SignInAlert>,
    reauth_as: Option<&str>,
) -> Result<Response, Fault> {
    // A page that waited too long carries the sign-in begun anew.
    let renewed = visit.resumed.expired.then(|| visit.resumed.login.seal(&web.app, visit.now)).transpose();
    let login = renewed?.unwrap_or_else(|| visit.login.clone());
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(web, &visit.resumed.client, redirect_uri, visit.reader.lang);
    let view = SignIn {
        frame: visit.reader.frame(web, Some(&format!("/login?login={login}"))),
        asker: Some(&asker),
        form_action: "/login",
        login: &login,
        username,
        alert,
        reauth_as,
    };
    let policy = Policy::leading_away().showing(asker.logo.as_deref());
    Ok(respond::page(StatusCode::OK, view.render(), &policy))
}

fn with_cookies(web: &Web, mut response: Response, cookies: &Cookies) -> Response {
    let session = visitor::set(web, Name::Session, &cookies.session, None);
    let device = visitor::set(web, Name::Device, &cookies.device, Some(DEVICE_LIFETIME.as_secs()));
    for line in session.into_iter().chain(device) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}
