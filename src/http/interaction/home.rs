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
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::pages::ErrorKind;
use crate::http::pages::Home;
use crate::http::pages::ShownService;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Lang;
use crate::parts::clients::Client;
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
    let services: Vec<ShownService> = recent.iter().map(|client| shown(client, reader.lang)).collect();
    let view = Home { frame: reader.frame(&web, Some("/")), signed_in_as: name.as_deref(), services: &services };
    let page = respond::page(StatusCode::OK, view.render(), &Policy::default());
    Ok(keep_language(&web, &reader, page))
}

fn shown(client: &Client, lang: Lang) -> ShownService {
    let id: String = url::form_urlencoded::byte_serialize(client.id.as_bytes()).collect();
    let name = client.backing.as_ref().map(|backing| in_language(&backing.service.name, lang));
    ShownService {
        name: name.unwrap_or_default().to_owned(),
        href: format!("/services/{}/open", id.replace('+', "%20")),
    }
}

/// Nothing is here.
pub async fn not_found(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    let trouble = Trouble { kind: ErrorKind::NotFound, detail: None, because: "no such path" };
    error::page(&web, &reader, &trouble)
}

/// Something is here, but not by this method.
pub async fn method_not_allowed(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    let trouble = Trouble { kind: ErrorKind::MethodNotAllowed, detail: None, because: "no such method" };
    error::page(&web, &reader, &trouble)
}
