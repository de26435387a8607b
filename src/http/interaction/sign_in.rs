//! The sign-in page, on the way to a service.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::ByForm;
use super::ByQuery;
use super::Visit;
use super::asker;
use super::go;
use super::keep_language;
use super::sign_in_form;
use super::sign_in_form::Form;
use super::sign_in_form::Kept;
use crate::base::fault::Fault;
use crate::flows::authorize::Step;
use crate::flows::authorize::login;
use crate::flows::authorize::login::SignedIn;
use crate::flows::authorize::policy;
use crate::http::Web;
use crate::http::error;
use crate::http::pages::SignInAlert;
use crate::http::respond::Policy;
use crate::parts::sealed::Sealed;

/// Shows the page, where the person has to sign in by now.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Result<Response, Response> {
    let failed = error::as_page(&web, &visit.reader);
    match login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(&failed)? {
        Step::SignIn(_) => {}
        step => return Ok(go(&web, &visit.reader, step)),
    }
    let kept = sign_in_form::kept(&web, &visit.parameters, &visit.visitor, visit.now);
    let hint = visit.resumed.login.request.login_hint.as_deref().unwrap_or_default();
    let page = match kept {
        Some(Kept { username, alert, .. }) => render(&web, &visit, &username, Some(alert)).await,
        None => render(&web, &visit, hint, visit.resumed.expired.then_some(SignInAlert::Expired)).await,
    };
    Ok(keep_language(&web, &visit.reader, page.map_err(failed)?))
}

/// Takes what was typed.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Result<Response, Response> {
    attempt(&web, &visit).await.map_err(error::as_page(&web, &visit.reader))
}

async fn attempt(web: &Web, visit: &Visit) -> Result<Response, Fault> {
    let again = async |alert| render(web, visit, &sign_in_form::username(&visit.parameters), Some(alert)).await;
    if visit.resumed.expired {
        return again(SignInAlert::Expired).await;
    }
    let presented = match sign_in_form::presented(&visit.parameters) {
        Ok(presented) => presented,
        Err(alert) => return again(alert).await,
    };
    match login::sign_in(&web.app, visit.resumed.clone(), presented, &visit.visitor, visit.now).await {
        Ok(SignedIn::Next(step, cookies)) => {
            Ok(sign_in_form::with_cookies(web, go(web, &visit.reader, step), cookies.as_ref()))
        }
        Ok(SignedIn::Again(refusal)) => again(sign_in_form::refused(&visit.parameters, refusal)).await,
        Err(fault) => again(sign_in_form::put_off(fault)?).await,
    }
}

/// The same for whom a step-up does not know any more: `login` begins anew.
pub(super) async fn signed_out(web: &Web, visit: &Visit, login: &str) -> Result<Response, Fault> {
    form(web, visit, login, "", Some(SignInAlert::SignedOut)).await
}

async fn render(web: &Web, visit: &Visit, username: &str, alert: Option<SignInAlert>) -> Result<Response, Fault> {
    // A page that waited too long carries the sign-in begun anew.
    let renewed = visit.resumed.expired.then(|| visit.resumed.login.seal(&web.app, visit.now)).transpose();
    let login = renewed?.unwrap_or_else(|| visit.login.clone());
    form(web, visit, &login, username, alert).await
}

async fn form(
    web: &Web,
    visit: &Visit,
    login: &str,
    username: &str,
    alert: Option<SignInAlert>,
) -> Result<Response, Fault> {
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(web, &visit.resumed.client, redirect_uri, visit.reader.lang);
    // Where the database is away, the page says so and greets nobody.
    let again = match alert {
        Some(SignInAlert::Busy { .. }) => None,
        _ => policy::asked_again(&web.app, &visit.resumed, &visit.visitor, visit.now).await?,
    };
    let form = Form {
        action: "/login",
        login,
        here: &format!("/login?login={login}"),
        asker: Some(&asker),
        again: again.as_ref(),
        alert,
        username,
        policy: Policy::leading_away().showing(asker.logo.as_deref()),
    };
    sign_in_form::page(web, &visit.reader, &visit.visitor, form)
}
