//! Small questions about URLs.

use url::Host;
use url::Url;

/// Whether the host is this machine: `localhost`, or a loopback address.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Appends `pairs` to the query of `uri` (RFC 6749 §3.1.2: a query that is there is kept).
pub fn with_query(uri: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::with_capacity(256));
    query.extend_pairs(pairs);
    let joint = if uri.contains('?') { if uri.ends_with(['?', '&']) { "" } else { "&" } } else { "?" };
    format!("{uri}{joint}{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_is_there_is_kept() {
        assert_eq!(with_query("https://a/cb", &[("code", "x y")]), "https://a/cb?code=x+y");
        assert_eq!(with_query("https://a/cb?d=1", &[("code", "x")]), "https://a/cb?d=1&code=x");
    }

    #[test]
    fn loopback_is_recognised_in_each_notation() {
        for yes in ["http://localhost:1/", "http://127.0.0.9/", "http://[::1]/"] {
            assert!(is_loopback(&Url::parse(yes).unwrap()), "{yes}");
        }
        for no in ["http://localhost.example/", "http://10.0.0.1/", "https://example.org/"] {
            assert!(!is_loopback(&Url::parse(no).unwrap()), "{no}");
        }
    }
}
