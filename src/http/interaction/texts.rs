//! Codes by SMS: added, removed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::keep_language;
use super::late;
use super::second_form;
use super::security;
use super::security::Present;
use super::security::Sent;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::flows::account::fresh;
use crate::flows::account::fresh::LiveSession;
use crate::flows::account::texts;
use crate::flows::account::texts::Added;
use crate::flows::account::texts::Standing;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::pages::SecurityAlert;
use crate::http::pages::Texts;
use crate::http::pages::masked_phone;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::letters::Channel;

/// Shows where a code is asked for; whoever has it is shown how to remove it.
pub async fn show(State(web): State<Arc<Web>>, Present { live, reader }: Present) -> Result<Response, Response> {
    let page = render(&web, &reader, &live, None, None).await.map_err(error::as_page(&web, &reader))?;
    Ok(keep_language(&web, &reader, page))
}

/// Sends a code, or takes it.
pub async fn add(
    State(web): State<Arc<Web>>,
    Sent { live, reader, parameters, .. }: Sent,
) -> Result<Response, Response> {
    let (failed, now) = (error::as_page(&web, &reader), web.app.clock.now());
    let Some(sent) = second_form::answered(&parameters) else {
        let sent = texts::send(&web.app, &live, reader.lang, now).await.map_err(&failed)?;
        let alert = sent.is_none().then_some(SecurityAlert::NotSent);
        return render(&web, &reader, &live, sent.as_deref(), alert).await.map_err(failed);
    };
    let typed = Secret::new(parameters.get("otp").unwrap_or_default().to_owned());
    let (sent, alert) = match texts::add(&web.app, &live, (sent, &typed), now).await.map_err(&failed)? {
        Added::Done => return Ok(respond::see_other(security::HOME)),
        Added::Wrong => (Some(sent), SecurityAlert::WrongText),
        Added::Past => (None, SecurityAlert::Past),
    };
    render(&web, &reader, &live, sent, Some(alert)).await.map_err(failed)
}

/// Removes it.
pub async fn remove(State(web): State<Arc<Web>>, Sent { live, reader, .. }: Sent) -> Result<Response, Response> {
    texts::remove(&web.app, &live, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    Ok(respond::see_other(security::HOME))
}

async fn render(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    sent: Option<&str>,
    alert: Option<SecurityAlert>,
) -> Result<Response, Fault> {
    let number = match texts::standing(&web.app, live).await? {
        Standing::Possible(number) => Some(masked_phone(&number)),
        Standing::Added => None,
        Standing::Impossible => return Ok(respond::see_other(security::HOME)),
    };
    let confirm = fresh::confirm(&web.app, live, web.app.clock.now())?;
    let frame = reader.frame(web, Some("/account/texts"));
    let late = late::of(web, &[Channel::Sms]);
    let view = Texts { frame, confirm: &confirm, number: number.as_deref(), sent, late, alert };
    Ok(respond::page(security::status(alert), view.render(), &Policy::default()))
}
