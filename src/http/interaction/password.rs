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
use crate::flows::account::password::Typed;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::pages::ChangePassword;
use crate::http::pages::SecurityAlert;
use crate::http::pages::why_not;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::protocol::oauth::parameters::Parameters;

/// Shows where it is changed.
pub async fn show(State(web): State<Arc<Web>>, Present { live, reader }: Present) -> Result<Response, Response> {
    let page = render(&web, &reader, &live, None, &[]).await.map_err(error::as_page(&web, &reader))?;
    Ok(keep_language(&web, &reader, page))
}

/// Changes it.
pub async fn change(
    State(web): State<Arc<Web>>,
    Sent { live, reader, visitor, parameters }: Sent,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let changed = password::change(&web.app, &live, typed(&parameters), &visitor, web.app.clock.now()).await;
    let (alert, lines) = match changed.map_err(&failed)? {
        Changed::Done => return Ok(respond::see_other(security::HOME)),
        Changed::Wrong => (Some(SecurityAlert::WrongPassword), Vec::new()),
        Changed::Wait(wait) => (Some(SecurityAlert::TooManyTries { wait }), Vec::new()),
        Changed::Refused(refusals) => (None, refusals.into_iter().map(|one| why_not(reader.lang, one)).collect()),
    };
    render(&web, &reader, &live, alert, &lines).await.map_err(failed)
}

fn typed(parameters: &Parameters) -> Typed {
    let secret = |name: Option<&str>| Secret::new(name.unwrap_or_default().to_owned());
    Typed {
        current: secret(parameters.get("current")),
        new: secret(parameters.get("new")),
        end_others: parameters.get("others").is_some(),
    }
}

async fn render(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    alert: Option<SecurityAlert>,
    why_not: &[String],
) -> Result<Response, Fault> {
    let confirm = fresh::confirm(&web.app, live, web.app.clock.now())?;
    let has_one = password::exists(&web.app, live).await?;
    let frame = reader.frame(web, Some("/account/password"));
    let view = ChangePassword { frame, confirm: &confirm, has_one, why_not, alert };
    let status = if why_not.is_empty() { security::status(alert) } else { http::StatusCode::BAD_REQUEST };
    Ok(respond::page(status, view.render(), &Policy::default()))
}
