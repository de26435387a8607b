//! What the issuer's own address says, and what stands where nothing is.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::in_language;
use super::keep_language;
use crate::flows::authorize::login;
use crate::flows::services;
use crate::http::Web;
use crate::http::compression;
use crate::http::error;
use crate::http::error::Shown;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::Query;
use crate::http::pages::ErrorKind;
use crate::http::pages::Home;
use crate::http::pages::ShownService;
use crate::http::pages::initials;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Lang;
use crate::parts::clients::Client;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;

/// Says whose door this is, and who is signed in.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let name = login::signed_in_name(&web.app, &visitor, now).await.map_err(&failed)?;
    let recent = services::recent(&web.app, &visitor, now).await.map_err(&failed)?;
    let mut others = services::open(&web.app).await.map_err(&failed)?;
    others.retain(|client| !recent.iter().any(|known| services::is_same_service(known, client)));
    let page = render(&web, &reader, name.as_deref(), [&recent, &others]);
    Ok(keep_language(&web, &reader, page))
}

fn render(web: &Web, reader: &Reader, name: Option<&str>, [recent, others]: [&[Arc<Client>]; 2]) -> Response {
    let all = |clients: &[Arc<Client>]| {
        clients.iter().filter_map(|client| shown(client, reader.lang)).collect::<Vec<ShownService>>()
    };
    let (recent, mut others) = (all(recent), all(others));
    others.sort_by_cached_key(|service| service.name.to_lowercase());
    let frame = reader.frame(web, Some("/"));
    let view = Home {
        frame,
        signed_in_as: name,
        opens_accounts: web.app.config.accounts.open,
        recent: &recent,
        others: &others,
    };
    let page = respond::page(StatusCode::OK, view.render(), &Policy::default());
    if name.is_none() { compression::open(page) } else { page }
}

fn shown(client: &Client, lang: Lang) -> Option<ShownService> {
    let backing = client.backing.as_ref()?;
    let id: String = url::form_urlencoded::byte_serialize(client.id.as_bytes()).collect();
    Some(ShownService {
        name: in_language(&backing.service.name, lang).to_owned(),
        agency: in_language(&backing.agency.name, lang).to_owned(),
        initials: initials(&backing.agency.name.vi),
        href: format!("/services/{}/open", id.replace('+', "%20")),
    })
}

/// What an error page said, in the other language.
pub async fn error(State(web): State<Arc<Web>>, reader: Reader, Query(parameters): Query) -> Response {
    match Shown::open(&web.app, parameters.get("page").unwrap_or_default()) {
        Some(shown) => keep_language(&web, &reader, error::shown(&web, &reader, &shown)),
        None => respond::see_other("/"),
    }
}

/// Nothing is here.
pub async fn not_found(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    let trouble = Trouble { because: "no such path", ..Trouble::of(ErrorKind::NotFound) };
    error::page(&web, &reader, &trouble)
}

/// Something is here, but not by this method.
pub async fn method_not_allowed(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    let trouble = Trouble { because: "no such method", ..Trouble::of(ErrorKind::MethodNotAllowed) };
    error::page(&web, &reader, &trouble)
}
