//! Who is at the door: cookies, and the address from which a request came.

use std::convert::Infallible;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::response::Response;
use http::Extensions;
use http::HeaderMap;
use http::HeaderValue;
use http::header;
use http::request::Parts;

use crate::config::server::ProxyHeader;
use crate::http::Web;
use crate::identity::device::Device;
use crate::parts::devices;
use crate::parts::sessions::Visitor;

/// The far end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Our cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The SSO session.
    Session,
    /// Binds sign-ins in progress to the browser.
    Browser,
    /// Remembers that somebody signed in here before.
    Device,
    /// In which office an official acts.
    Office,
}

impl Name {
    /// `__Host-` where the issuer is https (RFC 6265bis §4.1.3.2).
    pub const fn of(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-motcua_session",
            (Self::Session, false) => "motcua_session",
            (Self::Browser, true) => "__Host-motcua_browser",
            (Self::Browser, false) => "motcua_browser",
            (Self::Device, true) => "__Host-motcua_device",
            (Self::Device, false) => "motcua_device",
            (Self::Office, true) => "__Host-motcua_office",
            (Self::Office, false) => "motcua_office",
        }
    }
}

/// The visitor who sent `request`.
pub fn of(web: &Web, request: &Request) -> Visitor {
    read(web, request.headers(), request.extensions())
}

/// The visitor who sent a request with these headers.
pub fn read(web: &Web, headers: &HeaderMap, extensions: &Extensions) -> Visitor {
    let https = web.app.config.server.is_https();
    let own = |name: Name| cookie(headers, name.of(https)).map(str::to_owned);
    Visitor {
        session: own(Name::Session),
        browser: own(Name::Browser),
        device: own(Name::Device),
        address: address(web, headers, extensions),
        software: software(headers),
    }
}

impl FromRequestParts<Arc<Web>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Infallible> {
        Ok(read(web, &parts.headers, &parts.extensions))
    }
}

/// The cookie `name`, if the browser sent it. The header is bytes (RFC 6265 §5.4), and neighbours on this host may write what
/// they like in theirs.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(header::COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let value =
        pairs.map(<[u8]>::trim_ascii).find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
    std::str::from_utf8(value).ok()
}

/// What `User-Agent` says (RFC 9110 §10.1.5), as far as people go by it.
fn software(headers: &HeaderMap) -> Device {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Device::parse(text.unwrap_or_default())
}

/// A `Set-Cookie` line for one of ours.
pub fn set(web: &Web, name: Name, value: &str, max_age: Option<u64>) -> Option<HeaderValue> {
    let https = web.app.config.server.is_https();
    let secure = if https { "; Secure" } else { "" };
    let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    HeaderValue::from_str(&format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", name.of(https))).ok()
}

/// The same answer, with the cookie that binds sign-ins in progress to the browser, where it is new.
pub fn with_browser(web: &Web, mut response: Response, new: Option<&str>) -> Response {
    if let Some(line) = new.and_then(|value| set(web, Name::Browser, value, None)) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// The same answer, with the cookie that says in which office an official acts, where it is another.
pub fn with_office(web: &Web, mut response: Response, chosen: Option<&str>) -> Response {
    if let Some(line) = chosen.and_then(|value| set(web, Name::Office, value, None)) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// The office that the cookie says, sealed.
pub fn office(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, Name::Office.of(web.app.config.server.is_https())).map(str::to_owned)
}

/// The same answer, with the cookie by which the browser is known from now on, where it is another.
pub fn with_device(web: &Web, mut response: Response, device: Option<&str>) -> Response {
    if let Some(line) = device.and_then(|value| set(web, Name::Device, value, Some(devices::LIFETIME.as_secs()))) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// The connection's far end, or what trusted proxies say of it: the last hop that is not theirs.
fn address(web: &Web, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
    let trusted = |address: &IpAddr| web.app.config.server.trusted_proxies.iter().any(|net| net.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    hops(headers, web.app.config.server.proxy_header).into_iter().rev().find(|hop| !trusted(hop)).unwrap_or(peer)
}

/// What `header` says, the nearest hop last. What cannot be read ends the chain.
fn hops(headers: &HeaderMap, header: ProxyHeader) -> Vec<IpAddr> {
    let name = match header {
        ProxyHeader::XForwardedFor => "x-forwarded-for",
        ProxyHeader::Forwarded => "forwarded",
    };
    let lines = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    let elements: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    let address = |element: &&str| match header {
        ProxyHeader::XForwardedFor => node_address(element),
        ProxyHeader::Forwarded => {
            let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(key, _)| key.eq_ignore_ascii_case("for")).and_then(|(_, node)| node_address(node))
        }
    };
    let mut read: Vec<IpAddr> = elements.iter().rev().map_while(address).collect();
    read.reverse();
    read
}

fn node_address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    bare.or_else(with_port).or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn hops_are_read_from_the_one_header_that_proxies_write() {
        let texts = |h: &HeaderMap, header| hops(h, header).iter().map(ToString::to_string).collect::<Vec<_>>();
        let both = headers(&[
            ("forwarded", "for=1.2.3.4;proto=https, for=\"[2001:db8::1]:99\""),
            ("x-forwarded-for", "evil, 5.6.7.8:1, 10.0.0.1"),
        ]);
        assert_eq!(texts(&both, ProxyHeader::Forwarded), ["1.2.3.4", "2001:db8::1"]);
        assert_eq!(texts(&both, ProxyHeader::XForwardedFor), ["5.6.7.8", "10.0.0.1"]);
        assert!(texts(&headers(&[("forwarded", "for=_hidden")]), ProxyHeader::Forwarded).is_empty());
    }

    #[test]
    fn a_line_that_cannot_be_read_ends_the_chain() {
        let mut headers = headers(&[("x-forwarded-for", "203.0.113.1")]);
        headers.append("x-forwarded-for", HeaderValue::from_bytes(b"\xe9").unwrap());
        assert!(hops(&headers, ProxyHeader::XForwardedFor).is_empty());
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = headers(&[("cookie", "a=1; motcua_session=x"), ("cookie", "b=2")]);
        assert_eq!(cookie(&headers, "motcua_session"), Some("x"));
        assert_eq!(cookie(&headers, "b"), Some("2"));
        assert_eq!(cookie(&headers, "session"), None);
    }

    #[test]
    fn a_neighbours_cookie_that_is_no_ascii_hides_none_of_ours() {
        for neighbour in ["ten=Nguyễn".as_bytes(), b"ten=\xe9t\xe9", b"ten=\"a, b\"", b"=;;"] {
            let line = [neighbour, b"; motcua_session=x; ", neighbour].concat();
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_bytes(&line).unwrap())]);
            assert_eq!(cookie(&headers, "motcua_session"), Some("x"));
        }
    }
}
