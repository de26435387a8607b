//! A service at an address of its own, and what arrived there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Redirect;
use tokio::net::TcpListener;

/// The last page of a service that was reached.
pub const REACHED: &str = "<!doctype html><title>reached</title>";

pub struct Elsewhere {
    /// Its origin.
    pub origin: String,
    arrived: Arc<Mutex<Vec<String>>>,
}

impl Elsewhere {
    /// A service that listens at `address`, which browsers call `host`. What is sent to `/cb` is led on to `onward`.
    pub async fn at(address: &str, host: &str, onward: Option<String>) -> Self {
        let listener = TcpListener::bind(address.parse::<SocketAddr>().unwrap()).await.unwrap();
        let origin = format!("http://{host}:{}", listener.local_addr().unwrap().port());
        let arrived: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&arrived);
        let answer = move |request: Request| {
            let (seen, onward) = (Arc::clone(&seen), onward.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 100_000).await.unwrap();
                let line = format!("{} {} {}", parts.method, parts.uri, String::from_utf8_lossy(&body));
                seen.lock().unwrap().push(line);
                match onward.filter(|_| parts.uri.path() == "/cb") {
                    Some(onward) => Redirect::to(&onward).into_response(),
                    None => Html(REACHED).into_response(),
                }
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        Self { origin, arrived }
    }

    /// How many requests that begin with `what` arrived.
    pub fn arrived(&self, what: &str) -> usize {
        self.arrived.lock().unwrap().iter().filter(|line| line.starts_with(what)).count()
    }
}
