//! A person's passkeys: added, named, removed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::keep_language;
use super::passkey;
use super::security;
use super::security::Present;
use super::security::Sent;
use super::sign_in_form;
use crate::base::fault::Fault;
use crate::flows::account::fresh;
use crate::flows::account::fresh::LiveSession;
use crate::flows::account::passkeys;
use crate::flows::account::passkeys::Changed;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::page::Query;
use crate::http::pages::AddPasskey;
use crate::http::pages::OnePasskey;
use crate::http::pages::SecurityAlert;
use crate::http::pages::making_passkey;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::protocol::oauth::parameters::Parameters;

/// Shows where one is added.
pub async fn show_add(State(web): State<Arc<Web>>, Present { live, reader }: Present) -> Result<Response, Response> {
    let page = render_add(&web, &reader, &live, "", None).map_err(error::as_page(&web, &reader))?;
    Ok(keep_language(&web, &reader, page))
}

/// Gives a challenge to make one.
pub async fn challenge(State(web): State<Arc<Web>>, Sent { live, reader, .. }: Sent) -> Result<Response, Response> {
    let begun = passkeys::begin(&web.app, &live, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    Ok(passkey::given(begun.as_ref()))
}

/// Adds one.
pub async fn add(
    State(web): State<Arc<Web>>,
    Sent { live, reader, parameters, .. }: Sent,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    match made(&web, &reader, &live, &parameters).await.map_err(&failed)? {
        None => Ok(respond::see_other(security::HOME)),
        alert => {
            let name = parameters.get("name").unwrap_or_default();
            render_add(&web, &reader, &live, name, alert).map_err(failed)
        }
    }
}

/// Takes what a device made; what stands on the page where it was not taken.
pub(super) async fn made(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    parameters: &Parameters,
) -> Result<Option<SecurityAlert>, Fault> {
    let name = parameters.get("name").filter(|name| !name.trim().is_empty());
    let name = name.map_or_else(|| AddPasskey::usual_name(reader.lang), str::to_owned);
    Ok(alert(match sign_in_form::passkey(parameters) {
        Some(answer) => passkeys::add(&web.app, live, &answer, &name, web.app.clock.now()).await?,
        None => Changed::Refused,
    }))
}

/// Shows one.
pub async fn show_one(
    State(web): State<Arc<Web>>,
    Query(parameters): Query,
    Present { live, reader }: Present,
) -> Result<Response, Response> {
    let id = parameters.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let page = render_one(&web, &reader, &live, id, None).await.map_err(error::as_page(&web, &reader))?;
    Ok(keep_language(&web, &reader, page))
}

/// Names one otherwise, or removes it.
pub async fn change(
    State(web): State<Arc<Web>>,
    Sent { live, reader, parameters, .. }: Sent,
) -> Result<Response, Response> {
    let (app, failed) = (&web.app, error::as_page(&web, &reader));
    let id = parameters.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let name = parameters.get("name").unwrap_or_default();
    let changed = match parameters.get("action") {
        Some("remove") => passkeys::remove(app, &live, id, app.clock.now()).await,
        _ => passkeys::rename(app, &live, id, name, app.clock.now()).await,
    };
    match alert(changed.map_err(&failed)?) {
        None => Ok(respond::see_other(security::HOME)),
        alert => render_one(&web, &reader, &live, id, alert).await.map_err(failed),
    }
}

const fn alert(changed: Changed) -> Option<SecurityAlert> {
    match changed {
        Changed::Done | Changed::Nothing => None,
        Changed::Stale => Some(SecurityAlert::Stale),
        Changed::Past => Some(SecurityAlert::Past),
        Changed::Refused => Some(SecurityAlert::Refused),
        Changed::OtherModel => Some(SecurityAlert::OtherModel),
        Changed::Known => Some(SecurityAlert::Known),
        Changed::Last => Some(SecurityAlert::Last),
        Changed::TooMany => Some(SecurityAlert::TooMany),
    }
}

fn render_add(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    name: &str,
    alert: Option<SecurityAlert>,
) -> Result<Response, Fault> {
    let confirm = fresh::confirm(&web.app, live, web.app.clock.now())?;
    let name: &String = &name.chars().take(passkeys::LONGEST_NAME).collect();
    let view = AddPasskey { frame: reader.frame(web, Some("/account/passkeys/add")), confirm: &confirm, name, alert };
    let policy = match view.is_possible() {
        true => Policy::default().running(making_passkey()).asking(),
        false => Policy::default(),
    };
    Ok(respond::page(security::status(alert), view.render(), &policy))
}

async fn render_one(
    web: &Web,
    reader: &Reader,
    live: &LiveSession,
    id: Uuid,
    alert: Option<SecurityAlert>,
) -> Result<Response, Fault> {
    let own = passkeys::one(&web.app, live, id).await?;
    let Some(passkey) = own.map(|passkey| security::shown(web, passkey)) else {
        return Ok(respond::see_other(security::HOME));
    };
    let confirm = fresh::confirm(&web.app, live, web.app.clock.now())?;
    let here = format!("/account/passkeys/one?id={id}");
    let view = OnePasskey { frame: reader.frame(web, Some(&here)), confirm: &confirm, passkey: &passkey, alert };
    Ok(respond::page(security::status(alert), view.render(), &Policy::default()))
}
