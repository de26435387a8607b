//! The page that asks for more than a password, on the way to a service.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::ByForm;
use super::ByQuery;
use super::Visit;
use super::asker;
use super::go;
use super::keep_language;
use super::second_form;
use super::second_form::Form;
use super::sign_in;
use super::sign_in_form;
use crate::base::fault::Fault;
use crate::flows::authorize::Step;
use crate::flows::authorize::login;
use crate::flows::authorize::login::SignedIn;
use crate::flows::authorize::second;
use crate::flows::authorize::second::Lacking;
use crate::flows::authorize::second::WayOut;
use crate::http::Web;
use crate::http::error;
use crate::http::pages::SecondAlert;
use crate::http::pages::ShownWayOut;
use crate::http::respond;
use crate::http::respond::Policy;

/// Shows the page, where something lacks by now.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Result<Response, Response> {
    let failed = error::as_page(&web, &visit.reader);
    match login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(&failed)? {
        Step::Second(_) => {}
        step => return Ok(go(&web, &visit.reader, step)),
    }
    let page = render(&web, &visit, None, None).await.map_err(failed)?;
    Ok(keep_language(&web, &visit.reader, page))
}

/// Takes what was presented.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Result<Response, Response> {
    attempt(&web, &visit).await.map_err(error::as_page(&web, &visit.reader))
}

async fn attempt(web: &Web, visit: &Visit) -> Result<Response, Fault> {
    if let Some(out) = second_form::choice(&visit.parameters) {
        return leave(web, visit, out).await;
    }
    if second_form::asks_for_text(&visit.parameters) {
        let sent = second::send_text(&web.app, &visit.resumed, visit.reader.lang, &visit.visitor, visit.now).await?;
        return render(web, visit, sent.as_deref(), sent.is_none().then_some(SecondAlert::NotSent)).await;
    }
    let presented = second_form::presented(&visit.parameters);
    let alert = match login::sign_in(&web.app, visit.resumed.clone(), presented, &visit.visitor, visit.now).await {
        Ok(SignedIn::Next(step, cookies)) => {
            return Ok(sign_in_form::with_cookies(web, go(web, &visit.reader, step), cookies.as_ref()));
        }
        Ok(SignedIn::Again(_)) if second::is_signed_out(&web.app, &visit.resumed, visit.now).await? => {
            return signed_out(web, visit).await;
        }
        Ok(SignedIn::Again(refusal)) => second_form::refused(&visit.parameters, refusal),
        Err(fault) => second_form::put_off(fault)?,
    };
    render(web, visit, second_form::sent(&visit.parameters), Some(alert)).await
}

async fn leave(web: &Web, visit: &Visit, out: ShownWayOut) -> Result<Response, Fault> {
    let out = match out {
        ShownWayOut::Without if second::is_signed_out(&web.app, &visit.resumed, visit.now).await? => {
            return signed_out(web, visit).await;
        }
        ShownWayOut::Without => WayOut::Without,
        ShownWayOut::GiveUp => WayOut::GiveUp,
    };
    let step = second::leave(&web.app, visit.resumed.clone(), out, &visit.visitor, visit.now).await?;
    Ok(go(web, &visit.reader, step))
}

async fn signed_out(web: &Web, visit: &Visit) -> Result<Response, Fault> {
    let afresh = login::afresh(&web.app, &visit.resumed.login, visit.now)?;
    sign_in::signed_out(web, visit, &afresh).await
}

async fn render(web: &Web, visit: &Visit, sent: Option<&str>, alert: Option<SecondAlert>) -> Result<Response, Fault> {
    let login = &visit.resumed.login;
    let afresh = format!("/login?login={}", login::afresh(&web.app, login, visit.now)?);
    // What was proved is too old, or nothing lacks any more.
    let Some(Lacking { ways, out }) = second::lacking(&web.app, &visit.resumed, visit.now).await? else {
        return Ok(respond::see_other(&afresh));
    };
    let asker = asker(web, &visit.resumed.client, &login.request.redirect_uri, visit.reader.lang);
    let form = Form {
        action: "/login/code",
        login: &visit.login,
        asker: Some(&asker),
        ways,
        sent,
        out: out.map(|out| match out {
            WayOut::Without => ShownWayOut::Without,
            WayOut::GiveUp => ShownWayOut::GiveUp,
        }),
        afresh: &afresh,
        alert,
        policy: Policy::leading_away().showing(asker.logo.as_deref()),
    };
    Ok(second_form::page(web, &visit.reader, form))
}
