//! What a person's browser sends. Where it cannot be read, the person is told by a page.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;

use super::form;
use super::form::Unread;
use super::language::Reader;
use crate::http::Web;
use crate::http::error;
use crate::protocol::oauth::parameters::Parameters;

/// The parameters of the address.
pub struct Query(pub Parameters);

/// The parameters of a form, whose page may be anybody's.
pub struct Form(pub Parameters);

/// The parameters of a form of our own pages.
pub struct OwnForm(pub Parameters);

/// The text of the form.
pub struct RawForm(pub Vec<u8>);

impl FromRequestParts<Arc<Web>> for Query {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let told = |error| error::unread_page(web, &Reader::read(&parts.uri, &parts.headers), Unread::Malformed(error));
        form::query(&parts.uri).map(Self).map_err(told)
    }
}

impl FromRequest<Arc<Web>> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let reader = Reader::of(&request);
        form::body(request).await.map(Self).map_err(|unread| error::unread_page(web, &reader, unread))
    }
}

impl FromRequest<Arc<Web>> for OwnForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        if form::is_foreign(request.headers(), |origin| web.app.config.is_own_origin(origin)) {
            return Err(error::unread_page(web, &Reader::of(&request), Unread::Foreign));
        }
        Form::from_request(request, web).await.map(|form| Self(form.0))
    }
}

impl FromRequest<Arc<Web>> for RawForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let reader = Reader::of(&request);
        let (parts, body) = request.into_parts();
        form::raw(&parts, body).await.map(Self).map_err(|unread| error::unread_page(web, &reader, unread))
    }
}
