//! The shapes that answers have.

use std::time::Duration;

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

/// The same page, which is worth asking for again after so long (RFC 9110 §10.2.3).
pub fn retry_after(mut page: Response, wait: Option<Duration>) -> Response {
    if let Some(wait) = wait {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    page
}

/// A page, with a Content-Security-Policy that allows what it needs and nothing else.
pub fn page(status: StatusCode, html: String, policy: &Policy) -> Response {
    let mut response = with(status, "text/html; charset=utf-8", Body::from(html));
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&policy.header()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    // To ourselves alone pages say where they come from: otherwise the `Origin` of their forms would be null (Fetch §3.2).
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // Redirects lack it: a service that signs people in in a window of its own keeps hold of it where no page was shown.
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static(PERMISSIONS));
    response
}

/// No page of ours uses these.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
     microphone=(), midi=(), payment=(), serial=(), usb=()";

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
            let policy = Policy::leading_away().running(sending());
            page(StatusCode::OK, view.render(), &policy)
        }
    }
}

/// What a page may load, and where its forms may lead.
#[derive(Default)]
pub struct Policy {
    scripts: Vec<&'static str>,
    asks: bool,
    leads_away: bool,
    image: Option<String>,
    frames: Vec<String>,
}

impl Policy {
    /// Forms may lead anywhere. Chromium checks `form-action` on every redirect that follows a form (CSP3 §6.4.2), and where
    /// a client's address leads on is the client's affair; `[::1]` and names with an underscore are no sources at all.
    pub fn leading_away() -> Self {
        Self { leads_away: true, ..Self::default() }
    }

    /// The script with this source expression runs.
    pub fn running(mut self, source: &'static str) -> Self {
        self.scripts.push(source);
        self
    }

    /// Scripts ask us.
    pub fn asking(mut self) -> Self {
        self.asks = true;
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
        let script = match self.scripts.as_slice() {
            [] => String::new(),
            scripts => format!("; script-src {}", scripts.join(" ")),
        };
        let asked = if self.asks { "; connect-src 'self'" } else { "" };
        let forms = if self.leads_away { "" } else { "; form-action 'self'" };
        let image = self.image.as_deref().map(|source| format!(" {source}")).unwrap_or_default();
        let frames =
            if self.frames.is_empty() { String::new() } else { format!("; frame-src {}", self.frames.join(" ")) };
        format!(
            "default-src 'none'; style-src 'self'{script}{asked}; img-src 'self'{image}{frames}{forms}; base-uri 'none'; \
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
