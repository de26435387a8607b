//! Where a sign-in with a password leads on the way to a service.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::ByForm;
use super::ByQuery;
use super::Visit;
use super::asker;
use super::go;
use super::keep_language;
use super::lead_form::Came;
use super::lead_form::Form;
use crate::base::fault::Fault;
use crate::flows::account::lead;
use crate::flows::account::lead::Waiting;
use crate::flows::authorize::Step;
use crate::flows::authorize::login;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::visitor::with_device;
use crate::http::pages::Way;

/// Shows the page, where the sign-in leads there by now.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(mut visit): ByQuery) -> Result<Response, Response> {
    let failed = error::as_page(&web, &visit.reader);
    match login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(&failed)? {
        Step::Lead(login) => visit.login = login,
        step => return Ok(go(&web, &visit.reader, step)),
    }
    let page = render(&web, &visit).await.map_err(&failed)?;
    Ok(keep_language(&web, &visit.reader, page))
}

/// Takes what was sent.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Result<Response, Response> {
    take(&web, &visit).await.map_err(error::as_page(&web, &visit.reader))
}

async fn render(web: &Web, visit: &Visit) -> Result<Response, Fault> {
    match lead::waiting(&web.app, &visit.visitor, visit.now).await? {
        Some(waiting) => with_form(web, visit, &waiting, async |form| form.page().await).await,
        None => onward(web, visit).await,
    }
}

async fn take(web: &Web, visit: &Visit) -> Result<Response, Fault> {
    let Some(waiting) = lead::waiting(&web.app, &visit.visitor, visit.now).await? else {
        return onward(web, visit).await; // it was answered before
    };
    match with_form(web, visit, &waiting, async |form| form.submit(&visit.visitor).await).await? {
        Came::On(device) => Ok(with_device(web, onward(web, visit).await?, device.as_deref())),
        Came::Late => {
            let step = login::sign_in_again(&web.app, visit.resumed.clone(), &visit.visitor, visit.now).await?;
            Ok(go(web, &visit.reader, step))
        }
        Came::Again(page) => Ok(page),
    }
}

async fn with_form<T>(
    web: &Web,
    visit: &Visit,
    waiting: &Waiting,
    ask: impl AsyncFnOnce(Form<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(web, &visit.resumed.client, redirect_uri, visit.reader.lang);
    let way = Way { action: "/login/lead", name: "login", value: &visit.login };
    let (reader, parameters) = (&visit.reader, &visit.parameters);
    ask(Form { web, reader, parameters, way, asker: Some(&asker), waiting }).await
}

async fn onward(web: &Web, visit: &Visit) -> Result<Response, Fault> {
    let step = login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await?;
    Ok(go(web, &visit.reader, step))
}
