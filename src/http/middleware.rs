//! The whole stack, in order: panics become 500, headers are measured, the request is timed and counted, every answer gets
//! the headers that a browser needs to be safe, browser code of registered origins may read it where it is for programs,
//! and it is given by its deadline.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;
use http::request::Parts;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::AllowOrigin;
use tower_http::cors::CorsLayer;

use super::Web;
use super::error;
use super::extract::arrival::Arrival;
use super::extract::language::Reader;
use super::respond;
use crate::base::fault::Fault;
use crate::parts::clients;

/// The most bytes that a request line and its headers may have.
const HEADERS: usize = 16 * 1024;

/// What metrics call the route with this path.
pub type LabelOf = fn(&str) -> &'static str;

/// Who reads what routes answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBy {
    /// People.
    People,
    /// Programs; those in a browser too, where a client registered their origin.
    Programs,
}

/// Wraps the router, whose routes metrics call as `label` says.
pub fn stack(router: Router, web: &Arc<Web>, label: LabelOf) -> Router {
    router.layer(from_fn_with_state((Arc::clone(web), label), around)).layer(CatchPanicLayer::custom(
        |panic: Box<dyn Any + Send>| {
            let message =
                panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(|s| &**s));
            tracing::error!(target: "motcua::fault", message, "a handler panicked");
            respond::text(StatusCode::INTERNAL_SERVER_ERROR, "The request was not carried out.\n")
        },
    ))
}

/// What stands around routes that are read by `readers`. That an answer is late may be read wherever the answer may be.
pub fn readable(router: Router<Arc<Web>>, web: &Arc<Web>, readers: ReadBy) -> Router<Arc<Web>> {
    let router = router.layer(from_fn_with_state((Arc::clone(web), readers), in_time));
    match readers {
        ReadBy::People => router,
        ReadBy::Programs => router.layer(cors(web)),
    }
}

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// For endpoints that browser code calls: origins that a client registered may read the answer (Fetch §3.2).
fn cors(web: &Arc<Web>) -> CorsLayer {
    let web = Arc::clone(web);
    let allowed = AllowOrigin::async_predicate(move |origin: HeaderValue, _: &Parts| async move {
        clients::allows_origin(&web.app, origin.to_str().unwrap_or_default()).await
    });
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            IDEMPOTENCY_KEY,
        ])
        .expose_headers([header::WWW_AUTHENTICATE, header::ETAG, header::LINK, header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(600))
}

async fn around(State((web, label)): State<(Arc<Web>, LabelOf)>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = method_label(request.method());
    let endpoint = request.extensions().get::<MatchedPath>().map_or("other", |path| label(path.as_str()));
    request.extensions_mut().insert(Arrival::now());
    let mut response = match size_of_head(&request) {
        size if size > HEADERS => respond::text(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "The request line and its headers are longer than 16 KiB. Delete this site's cookies and try again.\n",
        ),
        _ => next.run(request).await,
    };
    protect(&mut response, web.app.config.server.is_https());
    let (status, spent) = (response.status().as_u16(), begun.elapsed());
    web.app.metrics.request(endpoint, method, status, spent);
    tracing::debug!(target: "motcua::http", endpoint, method, status, micros = spent.as_micros());
    response
}

/// The answer, or 503 once the request was ours for as long as the operator allows. What its handler did is undone or runs
/// to its end without it: a future may be dropped at any await.
async fn in_time(State((web, readers)): State<(Arc<Web>, ReadBy)>, request: Request, next: Next) -> Response {
    let arrival = request.extensions().get::<Arrival>().cloned().unwrap_or_else(Arrival::now);
    let changes = !request.method().is_safe();
    let reader = (readers == ReadBy::People).then(|| Reader::of(&request));
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = arrival.ours_for(*web.app.config.server.deadline) => {
            let late = Fault::unavailable("the request was not answered by its deadline");
            let late = if changes { late.in_doubt() } else { late };
            match reader {
                Some(reader) => error::failed_page(&web, &reader, &late),
                None => error::failed(&late),
            }
        }
    }
}

fn size_of_head(request: &Request) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    target + request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>()
}

/// What every answer says; a handler that said it before is not overruled.
fn protect(response: &mut Response, https: bool) {
    const CSP: &str = "default-src 'none'; frame-ancestors 'none'";
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, CSP),
    ];
    let headers = response.headers_mut();
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
