//! A person's password, changed by themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::keep_language;
use super::security;
use super::security::Present;
use super::security::Sent;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::flows::account::fresh;
use crate::flows::account::fresh::LiveSession;
use crate::flows::account::password;
use crate::flows::account::password::Changed;
use crate::flows::account::password::Holder;
use crate::flows::account::password::Typed;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::visitor::with_device;
use crate::http::pages::ChangePassword;
use crate::http::pages::SecurityAlert;
use crate::http::pages::Way;
use crate::http::pages::reasons;
use crate::http::respond;
use crate::protocol::oauth::parameters::Parameters;

/// Shows where it is changed.
pub async fn show(State(web): State<Arc<Web>>, Present { live, reader }: Present) -> Result<Response, Response> {
    let page = render(&web, &reader, &live, (None, &[]), None).await.map_err(error::as_page(&web, &reader))?;
    Ok(keep_language(&web, &reader, page))
}

/// Changes it.
pub async fn change(
    State(web): State<Arc<Web>>,
    Sent { live, reader, visitor, parameters }: Sent,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let changed = password::change(&web.app, &live, typed(&parameters), &visitor, web.app.clock.now()).await;
    match taken(&reader, changed.map_err(&failed)?) {
        Ok(device) => Ok(with_device(&web, respond::see_other(security::HOME), device.as_deref())),
        Err((alert, lines)) => render(&web, &reader, &live, (alert, &lines), None).await.map_err(failed),
    }
}

/// By which cookie the browser is known from now on, where it is another; or what stands on the page where nothing was changed.
pub(super) fn taken(reader: &Reader, changed: Changed) -> Result<Option<String>, (Option<SecurityAlert>, Vec<String>)> {
    match changed {
        Changed::Done(device) => Ok(device),
        Changed::Wrong => Err((Some(SecurityAlert::WrongPassword), Vec::new())),
        Changed::Wait(wait) => Err((Some(SecurityAlert::TooManyTries { wait }), Vec::new())),
        Changed::Refused(refusals) => Err((None, reasons(reader.lang, refusals))),
    }
}

/// What was typed.
pub(super) fn typed(parameters: &Parameters) -> Typed {
    let secret = |name: Option<&str>| Secret::new(name.unwrap_or_default().to_owned());
    Typed {
        current: secret(parameters.get("current")),
        new: secret(parameters.get("new")),
        end_others: parameters.get("others").is_some(),
    }
}

/// The page.
pub(super) async fn render(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    (alert, why_not): (Option<SecurityAlert>, &[String]),
    way: Option<Way<'_>>,
) -> Result<Response, Fault> {
    let confirm = fresh::confirm(&web.app, live, web.app.clock.now())?;
    let Holder { name, is_asked: has_one, least } = password::holder(&web.app, live).await?;
    let here = way.map_or_else(|| "/account/password".to_owned(), |way| way.to("password"));
    let frame = reader.frame(web, Some(&here));
    let view = ChangePassword { frame, way, confirm: &confirm, username: &name, has_one, least, why_not, alert };
    let status = if why_not.is_empty() { security::status(alert) } else { http::StatusCode::BAD_REQUEST };
    Ok(respond::page(status, view.render(), &security::policy(way)))
}
