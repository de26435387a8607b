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

/// Shows the page.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Response {
    let signed_in = login::signed_in_name(&web.app, &visit.visitor, visit.now).await;
    let name = match signed_in {
        Ok(name) => name,
        Err(fault) => return error::failed_page(&web, &visit.reader, &fault),
    };
    let hint = visit.resumed.login.request.login_hint.clone().unwrap_or_default();
    let alert = visit.resumed.expired.then_some(SignInAlert::Expired);
    let shown = Shown { username: &hint, alert, reauth_as: name.as_deref(), status: StatusCode::OK };
    keep_language(&web, &visit.reader, render(&web, &visit, &shown))
}

/// Takes what was typed.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Response {
    let username = visit.parameters.get("username").unwrap_or_default().to_owned();
    let password = visit.parameters.get("password").unwrap_or_default();
    if visit.resumed.expired {
        return again(&web, &visit, &username, SignInAlert::Expired, StatusCode::OK);
    }
    if username.trim().is_empty() || password.is_empty() {
        return again(&web, &visit, &username, SignInAlert::MissingField, StatusCode::BAD_REQUEST);
    }
    let typed = Typed { name: username.clone(), password: Secret::new(password.to_owned()) };
    let resumed = login::Resumed {
        login: visit.resumed.login.clone(),
        client: Arc::clone(&visit.resumed.client),
        expired: false,
    };
    match login::sign_in(&web.app, resumed, typed, &visit.visitor, visit.now).await {
        Ok(SignedIn::Next(step, cookies)) => with_cookies(&web, go(&web, &visit.reader, step), &cookies),
        Ok(SignedIn::Again(PasswordCheck::Wait(wait))) => {
            let alert = SignInAlert::TooManyTries { wait };
            again(&web, &visit, &username, alert, StatusCode::TOO_MANY_REQUESTS)
        }
        Ok(SignedIn::Again(_)) => again(&web, &visit, &username, SignInAlert::Refused, StatusCode::OK),
        Err(Fault::Unavailable { retry_after: wait, what }) => {
            tracing::warn!(target: "motcua::fault", what, "a sign-in was put off");
            again(&web, &visit, &username, SignInAlert::Busy { wait }, StatusCode::SERVICE_UNAVAILABLE)
        }
        Err(fault) => error::failed_page(&web, &visit.reader, &fault),
    }
}

struct Shown<'a> {
    username: &'a str,
    alert: Option<SignInAlert>,
    reauth_as: Option<&'a str>,
    status: StatusCode,
}

fn again(web: &Web, visit: &Visit, username: &str, alert: SignInAlert, status: StatusCode) -> Response {
    let mut response = render(web, visit, &Shown { username, alert: Some(alert), reauth_as: None, status });
    if let SignInAlert::TooManyTries { wait } | SignInAlert::Busy { wait } = alert {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    response
}

fn render(web: &Web, visit: &Visit, shown: &Shown<'_>) -> Response {
    // A page that waited too long carries the sign-in begun anew.
    let renewed = visit.resumed.expired.then(|| visit.resumed.login.seal(&web.app, visit.now));
    let login = match renewed.transpose() {
        Ok(renewed) => renewed.unwrap_or_else(|| visit.login.clone()),
        Err(fault) => return error::failed_page(web, &visit.reader, &fault),
    };
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(web, &visit.resumed.client, redirect_uri, visit.reader.lang);
    let view = SignIn {
        frame: visit.reader.frame(web, Some(&format!("/login?login={login}"))),
        asker: Some(&asker),
        form_action: "/login",
        login: &login,
        username: shown.username,
        alert: shown.alert,
        reauth_as: shown.reauth_as,
    };
    let policy = Policy::posting_to(redirect_uri).showing(asker.logo.as_deref());
    respond::page(shown.status, view.render(), &policy)
}

fn with_cookies(web: &Web, mut response: Response, cookies: &Cookies) -> Response {
    let session = visitor::set(web, Name::Session, &cookies.session, None);
    let device = visitor::set(web, Name::Device, &cookies.device, Some(DEVICE_LIFETIME.as_secs()));
    for line in session.into_iter().chain(device) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}
