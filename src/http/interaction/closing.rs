//! What a service waits for while the account closes of who signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::ByForm;
use super::ByQuery;
use super::go;
use super::keep_language;
use crate::flows::authorize::Step;
use crate::flows::authorize::closing;
use crate::flows::authorize::closing::Decision;
use crate::flows::authorize::login;
use crate::http::Web;
use crate::http::error;
use crate::http::pages::ClosingAccount;
use crate::http::respond;
use crate::http::respond::Policy;

/// Says when it closes, where it does by now.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Result<Response, Response> {
    let failed = error::as_page(&web, &visit.reader);
    let (login, on) = match login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(failed)? {
        Step::Closing(login, on) => (login, on),
        step => return Ok(go(&web, &visit.reader, step)),
    };
    let view = ClosingAccount {
        frame: visit.reader.frame(&web, Some(&format!("/login/closing?login={login}"))),
        form_action: "/login/closing",
        carried: ("login", &login),
        day: &web.zone().date(on),
    };
    let page = respond::page(StatusCode::OK, view.render(), &Policy::leading_away());
    Ok(keep_language(&web, &visit.reader, page))
}

/// Takes the decision.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Result<Response, Response> {
    let decision = match visit.parameters.get("decision") {
        Some("keep") => Decision::Keep,
        Some("close") => Decision::Close,
        _ => return Ok(respond::see_other(&format!("/login/closing?login={}", visit.login))),
    };
    let decided = closing::decided(&web.app, visit.resumed, decision, &visit.visitor, visit.now).await;
    let step = decided.map_err(error::as_page(&web, &visit.reader))?;
    Ok(go(&web, &visit.reader, step))
}
