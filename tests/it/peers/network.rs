//! The way from a browser of the town to a server that listens on a port of this machine.

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::Response;
use reqwest::Certificate;
use reqwest::Client;
use reqwest::redirect::Policy;

use crate::operations::program::PATIENCE;

/// A router that hands every request to the server at `origin`.
pub fn to(origin: &str, certificate: Option<&str>) -> Router {
    let (client, origin) = (client(certificate), origin.to_owned());
    Router::new().fallback(move |request| forward(client.clone(), origin.clone(), request))
}

/// An HTTP client that trusts one certificate (PEM) or none.
pub fn client(certificate: Option<&str>) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trusted = certificate.map(|pem| Certificate::from_pem(pem.as_bytes()).unwrap());
    let client = Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE);
    client.tls_certs_only(trusted).build().unwrap()
}

async fn forward(client: Client, origin: String, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let request = client.request(parts.method, format!("{origin}{}", parts.uri)).headers(parts.headers).body(body);
    let answer = request.send().await.unwrap_or_else(|error| panic!("{origin}: {error:?}"));
    let mut response = Response::builder().status(answer.status());
    response.headers_mut().unwrap().extend(answer.headers().clone());
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
