//! The authorization endpoint: RFC 6749 §3.1. It never shows a sign-in form itself.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::flows::authorize;
use crate::flows::authorize::Step;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Asked;
use crate::http::extract::form::Unread;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::Query;
use crate::http::extract::page::RawForm;
use crate::http::extract::visitor;
use crate::http::interaction::go;
use crate::http::respond;
use crate::parts::clients;
use crate::parts::request::Unanswerable;
use crate::parts::sessions::Visitor;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;

/// The longest form that is led on to the GET, in bytes.
const LONGEST: usize = 12 * 1024;

/// By GET.
pub async fn get(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
    Query(parameters): Query,
) -> Result<Response, Response> {
    let reader = reader.told_by(parameters.get("ui_locales"));
    let answered = authorize::request(&web.app, &parameters, &visitor, now).await;
    let first = answered.map_err(error::as_page(&web, &reader))?;
    let response = match first.step {
        Step::Page(why) => told(&web, &reader, &parameters, &why).await,
        step => go(&web, &reader, step),
    };
    Ok(visitor::with_browser(&web, response, first.new_browser.as_deref()))
}

/// A page says why nobody is answered, and leads back to the service that asked, if there is one.
async fn told(web: &Web, reader: &Reader, parameters: &Parameters, why: &Unanswerable) -> Response {
    let named = clients::find(&web.app, parameters.get("client_id").unwrap_or_default()).await;
    let client = named.ok().flatten();
    error::unanswerable(web, reader, why, Some(&Asked { parameters, client: client.as_deref() }))
}

/// By POST: answered with 303 to the GET, since a browser keeps `SameSite=Lax` cookies from another site's POST.
pub async fn post(State(web): State<Arc<Web>>, reader: Reader, RawForm(raw): RawForm) -> Result<Response, Response> {
    let query = as_query(raw).map_err(|unread| error::unread_page(&web, &reader, unread))?;
    Ok(respond::see_other(&format!("/authorize?{query}")))
}

/// A form that may stand in an address as it is.
fn as_query(raw: Vec<u8>) -> Result<String, Unread> {
    let encoded = |text: &String| text.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'#');
    match String::from_utf8(raw) {
        Ok(query) if query.len() > LONGEST => Err(Unread::TooLarge),
        Ok(query) if encoded(&query) => Ok(query),
        _ => Err(Unread::Malformed(OAuthError::invalid_request("the form is not percent-encoded"))),
    }
}
