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

/// The domain that somebody registered to have this host, by the list of public suffixes; the host itself where there is
/// none. Who lends out names beneath their own (the list's private part) counts as one: such names cost nothing.
pub fn registered_domain(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        return host;
    }
    let mut name = host;
    loop {
        let Some(suffix) = psl::suffix_str(name) else { return host };
        let beneath = name.strip_suffix(suffix).and_then(|rest| rest.strip_suffix('.'));
        match (is_private(suffix), beneath) {
            (false, Some(beneath)) => {
                let label = beneath.rsplit('.').next().unwrap_or(beneath);
                return name.get(name.len() - suffix.len() - 1 - label.len()..).unwrap_or(name);
            }
            (false, None) => return name, // the host is a public suffix
            // What somebody lends out is registered by them, beneath the suffix that follows.
            (true, _) => match suffix.split_once('.').map(|(_, parent)| parent) {
                Some(parent) if psl::suffix_str(parent) == Some(parent) && !is_private(parent) => return suffix,
                Some(parent) => name = parent,
                None => return name,
            },
        }
    }
}

fn is_private(suffix: &str) -> bool {
    psl::suffix(suffix.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private))
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
    fn hosts_belong_to_who_registered_their_domain() {
        for (host, domain) in [
            ("login.portal.example.vn", "example.vn"),
            ("a.b.hanoi.gov.vn", "hanoi.gov.vn"),
            ("example.co.uk", "example.co.uk"),
            ("example.com.", "example.com"),
            ("mallory.github.io", "github.io"),
            ("a.b.s3.dualstack.us-east-1.amazonaws.com", "amazonaws.com"),
            ("co.uk", "co.uk"),
            ("a.intranet", "a.intranet"),
            ("localhost", "localhost"),
            ("192.0.2.1", "192.0.2.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(registered_domain(host), domain, "{host}");
        }
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
