//! An authenticator app: added, removed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::keep_language;
use super::security;
use super::security::Present;
use super::security::Sent;
use crate::base::fault::Fault;
use crate::flows::account::fresh;
use crate::flows::account::fresh::LiveSession;
use crate::flows::account::totp;
use crate::flows::account::totp::Added;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::pages::AddTotp;
use crate::http::pages::RemoveTotp;
use crate::http::pages::SecurityAlert;
use crate::http::pages::Way;
use crate::http::respond;
use crate::http::respond::Policy;

/// Shows what the app is given; whoever has one is shown how to remove it.
pub async fn show(State(web): State<Arc<Web>>, Present { live, reader }: Present) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let page = match totp::exists(&web.app, &live).await.map_err(&failed)? {
        true => render_removal(&web, &reader, &live, None),
        false => render(&web, &reader, &live, (None, None), None).await,
    };
    Ok(keep_language(&web, &reader, page.map_err(failed)?))
}

/// Adds it, where its first code is right.
pub async fn add(
    State(web): State<Arc<Web>>,
    Sent { live, reader, parameters, .. }: Sent,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let (offer, typed) = (parameters.get("offer").unwrap_or_default(), parameters.get("otp").unwrap_or_default());
    let page = match totp::add(&web.app, &live, offer, typed, web.app.clock.now()).await.map_err(&failed)? {
        Added::Done => return Ok(respond::see_other(security::HOME)),
        Added::Wrong => render(&web, &reader, &live, (Some(offer), Some(SecurityAlert::WrongCode)), None).await,
        Added::Stale => render(&web, &reader, &live, (None, Some(SecurityAlert::Stale)), None).await,
        Added::Past => render(&web, &reader, &live, (None, Some(SecurityAlert::Past)), None).await,
        Added::Already => render_removal(&web, &reader, &live, Some(SecurityAlert::Already)),
    };
    page.map_err(failed)
}

/// Removes it.
pub async fn remove(State(web): State<Arc<Web>>, Sent { live, reader, .. }: Sent) -> Result<Response, Response> {
    totp::remove(&web.app, &live, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    Ok(respond::see_other(security::HOME))
}

/// `offer`: the one whose code was wrong.
pub(super) async fn render(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    (offer, alert): (Option<&str>, Option<SecurityAlert>),
    way: Option<Way<'_>>,
) -> Result<Response, Fault> {
    let now = web.app.clock.now();
    let offer = totp::offer(&web.app, live, offer, now).await?;
    let view = AddTotp {
        frame: reader.frame(web, Some(&way.map_or_else(|| "/account/totp".to_owned(), |way| way.to("app")))),
        way,
        confirm: &fresh::confirm(&web.app, live, now)?,
        offer: &offer.offer,
        url: offer.url.expose(),
        text: offer.text.expose(),
        alert,
    };
    Ok(respond::page(security::status(alert), view.render(), &security::policy(way)))
}

fn render_removal(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    alert: Option<SecurityAlert>,
) -> Result<Response, Fault> {
    let confirm = fresh::confirm(&web.app, live, web.app.clock.now())?;
    let view = RemoveTotp { frame: reader.frame(web, Some("/account/totp")), confirm: &confirm, alert };
    Ok(respond::page(security::status(alert), view.render(), &Policy::default()))
}
