//! The logout endpoint: OpenID Connect RP-Initiated Logout §2, by GET and by POST. It never asks itself: the page that does
//! has an address of its own, which the browser opens with its cookies even if another site's form led here.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::flows::logout::rp_initiated;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::page::Form;
use crate::http::extract::page::Query;
use crate::http::interaction::logout;
use crate::http::pages::ErrorKind;
use crate::http::respond;
use crate::protocol::error::Error;
use crate::protocol::oauth::parameters::Parameters;

/// By GET.
pub async fn get(State(web): State<Arc<Web>>, reader: Reader, query: Query) -> Result<Response, Response> {
    answer(&web, reader, &query.0).await
}

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, reader: Reader, form: Form) -> Result<Response, Response> {
    answer(&web, reader, &form.0).await
}

async fn answer(web: &Web, reader: Reader, parameters: &Parameters) -> Result<Response, Response> {
    let now = web.app.clock.now();
    let reader = reader.told_by(parameters.get("ui_locales"));
    let asked = rp_initiated::read(&web.app, parameters, now)
        .await
        .map_err(|error| refused(web, &reader, parameters, &error))?;
    let sealed = asked.seal_if_any(&web.app, now).map_err(error::as_page(web, &reader))?;
    Ok(respond::see_other(&logout::address(sealed.as_deref())))
}

fn refused(web: &Web, reader: &Reader, parameters: &Parameters, error: &Error) -> Response {
    match error {
        Error::Refused(refusal) => {
            let detail = error::detail(refusal).of(parameters.get("client_id"));
            let because = format!("{refusal}; given: {}", parameters.summary());
            error::page(web, reader, &Trouble { detail, because: &because, ..Trouble::of(ErrorKind::Logout) })
        }
        Error::Failed(fault) => error::failed_page(web, reader, fault),
    }
}
