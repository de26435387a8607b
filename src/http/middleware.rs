//! The whole stack, in order: panics become 500, headers are measured, the request is timed and counted, and every
//! answer gets the headers that a browser needs to be safe.

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
use super::respond;
use crate::parts::clients;

/// The most bytes that a request line and its headers may have.
const HEADERS: usize = 16 * 1024;

/// What a route's path is called in metrics.
pub type Label = fn(&str) -> &'static str;

/// Wraps the router, whose routes metrics name by `label`.
pub fn stack(router: Router, web: &Arc<Web>, label: Label) -> Router {
    router.layer(from_fn_with_state((Arc::clone(web), label), around)).layer(CatchPanicLayer::custom(
        |panic: Box<dyn Any + Send>| {
            let message =
                panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(|s| &**s));
            tracing::error!(target: "motcua::fault", message, "a handler panicked");
            respond::text(StatusCode::INTERNAL_SERVER_ERROR, "The request was not carried out.\n")
        },
    ))
}

/// For endpoints that browser code calls: origins that a client registered may read the answer (Fetch §3.2).
pub fn cors(web: &Arc<Web>) -> CorsLayer {
    let web = Arc::clone(web);
    let allowed = AllowOrigin::async_predicate(move |origin: HeaderValue, _: &Parts| async move {
        let origin = origin.to_str().unwrap_or_default().to_owned();
        clients::allows_origin(&web.app, &origin).await.unwrap_or(false)
    });
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::WWW_AUTHENTICATE])
        .max_age(std::time::Duration::from_secs(600))
}

async fn around(State((web, label)): State<(Arc<Web>, Label)>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = method_label(request.method());
    let matched = request.extensions().get::<MatchedPath>();
    let endpoint = matched.map_or("other", |path| label(path.as_str()));
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
