//! Recovery codes: made, and shown once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use super::security;
use super::security::Present;
use super::security::Sent;
use crate::base::fault::Fault;
use crate::flows::account::fresh;
use crate::flows::account::fresh::LiveSession;
use crate::flows::account::recovery_codes;
use crate::flows::account::recovery_codes::Replaced;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::pages::MakeRecoveryCodes;
use crate::http::pages::RecoveryCodes;
use crate::http::pages::SecurityAlert;
use crate::http::respond;
use crate::http::respond::Policy;

/// Says what they are for.
pub async fn show(State(web): State<Arc<Web>>, Present { live, reader }: Present) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let stand_in = recovery_codes::stand_in(&web.app, &live).await.map_err(&failed)?;
    let page = render(&web, &reader, &live, (!stand_in).then_some(SecurityAlert::Alone)).await.map_err(failed)?;
    Ok(keep_language(&web, &reader, page))
}

/// Makes them, and shows them.
pub async fn make(
    State(web): State<Arc<Web>>,
    Sent { live, reader, parameters, .. }: Sent,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let offer = parameters.get("offer").unwrap_or_default();
    let codes = match recovery_codes::replace(&web.app, &live, offer, web.app.clock.now()).await.map_err(&failed)? {
        Replaced::Done(codes) => codes,
        Replaced::Stale => return render(&web, &reader, &live, Some(SecurityAlert::Stale)).await.map_err(failed),
        Replaced::Past => return render(&web, &reader, &live, Some(SecurityAlert::Past)).await.map_err(failed),
        Replaced::Alone => return render(&web, &reader, &live, Some(SecurityAlert::Alone)).await.map_err(failed),
    };
    let codes: Vec<&str> = codes.iter().map(|code| code.expose().as_str()).collect();
    let view = RecoveryCodes { frame: reader.frame(&web, None), codes: &codes };
    Ok(respond::page(StatusCode::OK, view.render(), &Policy::default()))
}

async fn render(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    alert: Option<SecurityAlert>,
) -> Result<Response, Fault> {
    let now = web.app.clock.now();
    let (confirm, offer) = (fresh::confirm(&web.app, live, now)?, recovery_codes::offer(&web.app, live, now).await?);
    let frame = reader.frame(web, Some("/account/recovery-codes"));
    let view = MakeRecoveryCodes { frame, confirm: &confirm, offer: &offer, alert };
    Ok(respond::page(security::status(alert), view.render(), &Policy::default()))
}
