//! The shapes that answers have.

use axum::body::Body;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use serde::Serialize;

use crate::flows::authorize::AuthorizationResponse;
use crate::http::Web;
use crate::http::extract::language::Reader;
use crate::http::pages::FormPost;
use crate::http::pages::sending;
use crate::protocol::oauth::authorization_request::ResponseMode;

/// JSON that nobody stores.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => json_bytes(status, bytes),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// JSON that is text already.
pub fn json_bytes(status: StatusCode, body: impl Into<Body>) -> Response {
    with(status, "application/json", body.into())
}

/// A body of a media type of its own.
pub fn typed(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    with(status, content_type, body.into())
}

/// A page, with a Content-Security-Policy that allows what it needs and nothing else.
pub fn page(status: StatusCode, html: String, policy: &Policy) -> Response {
    let mut response = with(status, "text/html; charset=utf-8", Body::from(html));
    if let Ok(value) = HeaderValue::from_str(&policy.header()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

/// A plain text.
pub fn text(status: StatusCode, body: &'static str) -> Response {
    with(status, "text/plain; charset=utf-8", Body::from(body))
}

/// 303 to `location` (RFC 9110 §15.4.4): whatever the method was, the browser goes there by GET.
pub fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(value) => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            response.headers_mut().insert(header::LOCATION, value);
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The answer to a client, in its response mode.
pub fn answer(web: &Web, reader: &Reader, answer: &AuthorizationResponse) -> Response {
    match answer.response_mode {
        ResponseMode::Query => see_other(&answer.location()),
        ResponseMode::FormPost => {
            let fields: Vec<(String, String)> =
                answer.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            let view = FormPost { frame: reader.frame(web, None), action: &answer.redirect_uri, fields: &fields };
            let policy = Policy::posting_to(&answer.redirect_uri).running(sending());
            page(StatusCode::OK, view.render(), &policy)
        }
    }
}

/// What a page may load, and where its forms may lead.
#[derive(Default)]
pub struct Policy {
    script: Option<&'static str>,
    form_action: Option<String>,
    image: Option<String>,
    frames: Vec<String>,
}

impl Policy {
    /// Forms may lead to `uri`, by way of redirects too: Chromium checks those (CSP3 §6.4.2).
    pub fn posting_to(uri: &str) -> Self {
        Self { form_action: source_of(uri), ..Self::default() }
    }

    /// The script with this source expression runs.
    pub fn running(mut self, source: &'static str) -> Self {
        self.script = Some(source);
        self
    }

    /// Images may be loaded from where `uri` points.
    pub fn showing(mut self, uri: Option<&str>) -> Self {
        self.image = uri.and_then(source_of);
        self
    }

    /// Frames may be opened where `uris` point.
    pub fn framing(mut self, uris: &[String]) -> Self {
        self.frames = uris.iter().filter_map(|uri| source_of(uri)).collect();
        self.frames.sort();
        self.frames.dedup();
        self
    }

    fn header(&self) -> String {
        let script = self.script.map(|source| format!("; script-src {source}")).unwrap_or_default();
        let target = self.form_action.as_deref().map(|source| format!(" {source}")).unwrap_or_default();
        let image = self.image.as_deref().map(|source| format!(" {source}")).unwrap_or_default();
        let frames =
            if self.frames.is_empty() { String::new() } else { format!("; frame-src {}", self.frames.join(" ")) };
        format!(
            "default-src 'none'; style-src 'self'{script}; img-src 'self'{image}{frames}; form-action 'self'{target}; base-uri 'none'; \
             frame-ancestors 'none'"
        )
    }
}

/// The origin of a web address, the scheme of any other.
fn source_of(uri: &str) -> Option<String> {
    let url = url::Url::parse(uri).ok()?;
    let source = match url.scheme() {
        "http" | "https" => url.origin().ascii_serialization(),
        scheme => format!("{scheme}:"),
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'/' | b'.' | b'-' | b'[' | b']' | b'+');
    source.bytes().all(plain).then_some(source)
}

fn with(status: StatusCode, content_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
