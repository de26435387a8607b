//! The choice between the person who is signed in and another.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::ByForm;
use super::ByQuery;
use super::Visit;
use super::asker;
use super::go;
use super::keep_language;
use crate::flows::authorize::Step;
use crate::flows::authorize::login;
use crate::http::Web;
use crate::http::error;
use crate::http::pages::Select;
use crate::http::respond;
use crate::http::respond::Policy;

/// Shows the page, where there is something to choose by now.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Result<Response, Response> {
    let failed = error::as_page(&web, &visit.reader);
    let login = match login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(&failed)? {
        Step::Select(login) => login,
        step => return Ok(go(&web, &visit.reader, step)),
    };
    let name = login::signed_in_name(&web.app, &visit.visitor, visit.now).await.map_err(&failed)?;
    Ok(keep_language(&web, &visit.reader, render(&web, &visit, &login, &name.unwrap_or_default())))
}

/// Takes the choice.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Result<Response, Response> {
    let go_on = visit.parameters.get("choice") == Some("continue");
    let selected = login::select(&web.app, visit.resumed, go_on, &visit.visitor, visit.now).await;
    let step = selected.map_err(error::as_page(&web, &visit.reader))?;
    Ok(go(&web, &visit.reader, step))
}

fn render(web: &Web, visit: &Visit, login: &str, name: &str) -> Response {
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(web, &visit.resumed.client, redirect_uri, visit.reader.lang);
    let view = Select {
        frame: visit.reader.frame(web, Some(&format!("/login/select?login={login}"))),
        asker: Some(&asker),
        form_action: "/login/select",
        login,
        signed_in_as: name,
    };
    let policy = Policy::leading_away().showing(asker.logo.as_deref());
    respond::page(StatusCode::OK, view.render(), &policy)
}
