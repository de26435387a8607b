//! The same of who came by themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::keep_language;
use super::lead_form::Came;
use super::lead_form::Form;
use super::own_sign_in;
use crate::base::fault::Fault;
use crate::flows::account::lead;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::extract::visitor::with_device;
use crate::http::pages::Way;
use crate::http::respond;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Shows the page, where the sign-in leads there.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
    Query(parameters): Query,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let to = own_sign_in::destination(&parameters);
    let waiting = lead::waiting(&web.app, &visitor, now).await.map_err(&failed)?;
    let Some(waiting) = waiting else { return Ok(respond::see_other(to.path())) };
    let form =
        Form { web: &web, reader: &reader, parameters: &parameters, way: way(to), asker: None, waiting: &waiting };
    Ok(keep_language(&web, &reader, form.page().await.map_err(failed)?))
}

/// Takes what was sent.
pub async fn submit(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    take(&web, &reader, &visitor, &parameters).await.map_err(error::as_page(&web, &reader))
}

async fn take(web: &Web, reader: &Reader, visitor: &Visitor, parameters: &Parameters) -> Result<Response, Fault> {
    let to = own_sign_in::destination(parameters);
    let Some(waiting) = lead::waiting(&web.app, visitor, web.app.clock.now()).await? else {
        return Ok(respond::see_other(to.path())); // it was answered before
    };
    let form = Form { web, reader, parameters, way: way(to), asker: None, waiting: &waiting };
    Ok(match form.submit(visitor).await? {
        Came::On(device) => {
            let waits = lead::waiting(&web.app, visitor, web.app.clock.now()).await?.is_some();
            let next = if waits { way(to).here() } else { to.path().to_owned() };
            with_device(web, respond::see_other(&next), device.as_deref())
        }
        Came::Late => respond::see_other(to.sign_in()),
        Came::Again(page) => page,
    })
}

const fn way(to: Destination) -> Way<'static> {
    Way { action: "/sign-in/lead", name: "to", value: to.name() }
}
