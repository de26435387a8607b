//! What operators read, on a listener of its own: health and metrics.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use super::respond;
use crate::app::App;
use crate::flows::health;

/// The router of the operators' listener.
pub fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/health/live", get(|| async { respond::text(StatusCode::OK, "live\n") }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Arc::clone(app))
}

async fn ready(State(app): State<Arc<App>>) -> Result<Response, Response> {
    let unready = |why| respond::typed(StatusCode::SERVICE_UNAVAILABLE, TEXT, format!("not ready: {why}\n"));
    health::ready(&app).await.map_err(unready)?;
    Ok(respond::text(StatusCode::OK, "ready\n"))
}

const TEXT: &str = "text/plain; charset=utf-8";

async fn metrics(State(app): State<Arc<App>>) -> Response {
    health::measure(&app).await;
    let mut response = Response::new(app.metrics.exposition().into());
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
