//! Everything that is known of the person, as a file.

use std::sync::Arc;

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::TryStreamExt;
use futures_util::stream;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use serde_json::Value;

use super::foreign;
use crate::base::fault::Fault;
use crate::flows::account::export;
use crate::flows::account::export::Begun;
use crate::flows::account::export::Export;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::respond;
use crate::parts::sessions::Visitor;

/// Where who did not sign in of late does so, and is led back to where it is asked for.
const SIGN_IN: &str = Destination::Export.sign_in();

/// Sends it.
pub async fn download(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let (confirm, now) = (parameters.get("confirm").unwrap_or_default(), web.app.clock.now());
    let begun = export::begin(&web.app, &visitor, confirm, now).await;
    match begun.map_err(error::as_page(&web, &reader))? {
        Begun::Export(export) => Ok(file(&web, *export)),
        Begun::Nobody => Ok(respond::see_other(SIGN_IN)),
        Begun::Foreign => Err(foreign(&web, &reader)),
    }
}

/// The head of the object is sent first, then the history in its last member. What fails half-way breaks the connection off:
/// the browser says that the file is not whole.
fn file(web: &Arc<Web>, export: Export) -> Response {
    let mut head = export.head.to_string();
    head.truncate(head.len().saturating_sub(1)); // its closing brace
    head.push_str(",\"history\":[");
    let rest = stream::try_unfold((Arc::clone(web), Some(export), ""), next);
    let whole = stream::iter([Ok(head)]).chain(rest).map_ok(Bytes::from).map_err(std::io::Error::other);
    let mut response = respond::typed(StatusCode::OK, "application/json", Body::from_stream(whole));
    let named = HeaderValue::from_static("attachment; filename=\"account.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, named);
    response
}

type Progress = (Arc<Web>, Option<Export>, &'static str);

/// The next rows, each after a comma but the first; then the end.
async fn next((web, export, comma): Progress) -> Result<Option<(String, Progress)>, Fault> {
    let Some(mut export) = export else { return Ok(None) };
    match export.next(&web.app).await? {
        None => Ok(Some(("]}\n".to_owned(), (web, None, comma)))),
        Some(rows) => {
            let text: Vec<String> = rows.iter().map(Value::to_string).collect();
            let text = if text.is_empty() { String::new() } else { format!("{comma}{}", text.join(",\n")) };
            let comma = if text.is_empty() { comma } else { ",\n" };
            Ok(Some((text, (web, Some(export), comma))))
        }
    }
}
