//! Files that are sent: a text of a media type that a route names.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;

use super::Official;
use super::problem::Kind;
use super::problem::Problem;
use super::sent;
use crate::http::Web;
use crate::http::extract::arrival::Arrival;
use crate::http::extract::arrival::Arriving;
use crate::http::extract::form;

/// A text, of one of the media types that are read there.
pub struct File {
    /// Its media type.
    pub kind: &'static str,
    /// What it says.
    pub text: String,
    /// Many rows take longer than an answer may otherwise: as long as it is there, nobody hurries.
    pub unhurried: Option<Arriving>,
}

impl File {
    /// Reads the body of a request.
    pub async fn read(request: Request, web: &Arc<Web>, kinds: &[&'static str]) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let official = Official::from_request_parts(&mut parts, web).await?;
        let Some(kind) = kinds.iter().copied().find(|kind| form::is(&parts.headers, kind)) else {
            let why = format!("the content type must be {}", kinds.join(" or "));
            return Err(official.problem(Kind::MediaType, &why));
        };
        let longest = sent::longest(&parts);
        let bytes = form::bytes(&parts, body, longest).await;
        let bytes = bytes.map_err(|unread| sent::problem(&official, unread, longest))?;
        let text = String::from_utf8(bytes).map_err(|_| official.problem(Kind::Invalid, "the body is no UTF-8"))?;
        let unhurried = parts.extensions.get::<Arrival>().map(Arrival::unhurried);
        Ok(Self { kind, text, unhurried })
    }
}

/// Rows: a table, or objects.
pub struct Rows(pub File);

impl FromRequest<Arc<Web>> for Rows {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Problem> {
        File::read(request, web, &["text/csv", "application/json"]).await.map(Self)
    }
}
