//! What the person agreed to, and the way to withdraw it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::in_language;
use super::keep_language;
use crate::flows::account::consents;
use crate::flows::account::consents::Given;
use crate::flows::account::consents::Withdrawn;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::OwnForm;
use crate::http::pages::Consents;
use crate::http::pages::ErrorKind;
use crate::http::pages::ShownConsent;
use crate::http::pages::day_of;
use crate::http::pages::initials;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Lang;
use crate::parts::clients::Client;
use crate::parts::sessions::Visitor;

/// Shows it. Who is not signed in signs in first.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
) -> Result<Response, Response> {
    let given = consents::given(&web.app, &visitor, now).await.map_err(error::as_page(&web, &reader))?;
    let Some(given) = given else { return Ok(respond::see_other("/sign-in")) };
    Ok(keep_language(&web, &reader, render(&web, &reader, &given)))
}

/// Withdraws, and shows what is left.
pub async fn withdraw(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let (confirm, client) = (parameters.get("confirm").unwrap_or_default(), parameters.get("client"));
    let now = web.app.clock.now();
    let done = consents::withdraw(&web.app, &visitor, confirm, client.unwrap_or_default(), now).await;
    match done.map_err(error::as_page(&web, &reader))? {
        Withdrawn::Done => Ok(respond::see_other("/consents")),
        Withdrawn::Nobody => Ok(respond::see_other("/sign-in")),
        Withdrawn::Foreign => {
            let because = "the page of consents was not made for this session";
            Err(error::page(&web, &reader, &Trouble { because, ..Trouble::of(ErrorKind::BadRequest) }))
        }
    }
}

fn render(web: &Web, reader: &Reader, given: &Given) -> Response {
    let services: Vec<ShownConsent> =
        given.to.iter().map(|(client, at)| shown(client, at.seconds(), reader.lang)).collect();
    let view = Consents {
        frame: reader.frame(web, Some("/consents")),
        form_action: "/consents",
        confirm: &given.confirm,
        services: &services,
    };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}

fn shown(client: &Client, since: i64, lang: Lang) -> ShownConsent {
    let backing = client.backing.as_ref();
    let own = client.metadata.client_name.as_ref().unwrap_or(&client.id);
    let name = backing.map_or(own.as_str(), |backing| in_language(&backing.service.name, lang)).to_owned();
    ShownConsent {
        client_id: client.id.clone(),
        agency: backing.map(|backing| in_language(&backing.agency.name, lang).to_owned()),
        initials: initials(backing.map_or(&name, |backing| &backing.agency.name.vi)),
        name,
        since: day_of(since).unwrap_or_default(),
    }
}
