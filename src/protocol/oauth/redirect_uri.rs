//! Redirect URIs: RFC 6749 §3.1.2, RFC 8252 §7 and §8.4, RFC 9700 §2.1.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Host;
use url::Url;

use crate::base::uri::is_loopback;

/// OpenID Connect Registration §2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ApplicationType {
    #[default]
    Web,
    Native,
}

/// Whether `presented` is among `registered`: compared as text, but for the port of a native client's loopback address.
pub fn is_registered(registered: &[String], kind: ApplicationType, presented: &str) -> bool {
    registered.iter().any(|registered| {
        registered == presented || kind == ApplicationType::Native && same_but_for_port(registered, presented)
    })
}

/// Whether any program on the person's device may receive what is sent to `uri`: loopback addresses and private-use schemes
/// belong to nobody (RFC 8252 §8.6). A claimed https address is one application's.
pub fn is_anybodys(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| url.scheme() != "https")
}

/// Why `uri` cannot be registered for a client of this kind; `Ok` if it can. `plain_http` beyond loopback is for those
/// whom their profile allows it.
pub fn validate(uri: &str, kind: ApplicationType, plain_http: bool) -> Result<(), &'static str> {
    let url = Url::parse(uri).map_err(|_| "is not an absolute URI")?;
    if uri.contains('#') {
        return Err("must not have a fragment");
    }
    // RFC 3986 §2: a URI is ASCII; anything else could not stand in a Location header.
    if uri.bytes().any(|b| !b.is_ascii_graphic()) || uri.len() > 2000 {
        return Err(
            "has white space, control characters or characters beyond ASCII, or is longer than 2000 characters",
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have user information");
    }
    if url.host_str().is_some_and(|host| host.contains('*')) {
        return Err("has a wildcard in its host: every address is registered by itself"); // RFC 9700 §2.1
    }
    match (url.scheme(), kind) {
        ("https", _) => Ok(()),
        ("http", _) if is_loopback(&url) => Ok(()),
        ("http", _) if plain_http => Ok(()),
        ("http", _) => Err("may be plain http on a loopback address only"),
        (scheme, ApplicationType::Native) if scheme.contains('.') => Ok(()), // RFC 8252 §7.1
        (_, ApplicationType::Native) => Err("must be https, loopback http, or a private-use scheme with a dot"),
        (_, ApplicationType::Web) => Err("must be https"),
    }
}

fn same_but_for_port(registered: &str, presented: &str) -> bool {
    let (Ok(own), Ok(other)) = (Url::parse(registered), Url::parse(presented)) else { return false };
    if own.scheme() != "http" || !is_loopback(&own) || other.fragment().is_some() {
        return false;
    }
    // Only the port may differ: the rest is compared as it is written.
    match (own.host(), without_port(presented, &other), without_port(registered, &own)) {
        (Some(Host::Ipv4(_) | Host::Ipv6(_) | Host::Domain(_)), Some(a), Some(b)) => a == b,
        _ => false,
    }
}

fn without_port(text: &str, url: &Url) -> Option<String> {
    let rest = text.strip_prefix("http://")?;
    let host = url.host_str()?;
    let tail = rest.strip_prefix(host)?;
    let tail = match tail.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => tail,
    };
    (tail.is_empty() || tail.starts_with(['/', '?'])).then(|| format!("{host}{tail}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_the_clients(kind: ApplicationType, own: &str, presented: &str) -> bool {
        is_registered(&[own.to_owned()], kind, presented)
    }

    proptest! {
        #[test]
        fn a_web_client_matches_its_own_text_alone(other in "\\PC{0,60}") {
            let own = "https://rp.example/cb?d=1";
            prop_assert_eq!(is_the_clients(ApplicationType::Web, own, &other), other == own);
        }

        #[test]
        fn a_loopback_port_may_differ_for_native_clients(port in 1u16..) {
            let native = |other: &str| is_the_clients(ApplicationType::Native, "http://127.0.0.1/cb", other);
            let matched = native(&format!("http://127.0.0.1:{port}/cb"));
            let elsewhere = native(&format!("http://127.0.0.1:{port}/other"));
            prop_assert!(matched);
            prop_assert!(!elsewhere);
        }
    }

    #[test]
    fn nothing_but_the_port_may_differ() {
        let own = "http://127.0.0.1:1/cb";
        for other in [
            "http://127.0.0.1:2/cb#x",
            "http://127.0.0.1:2/cb?x",
            "http://127.0.0.2:2/cb",
            "http://localhost:2/cb",
            "https://127.0.0.1:2/cb",
            "http://127.0.0.1:2@evil.example/cb",
            "http://user@127.0.0.1:2/cb",
        ] {
            assert!(!is_the_clients(ApplicationType::Native, own, other), "{other}");
        }
        assert!(!is_the_clients(ApplicationType::Web, own, "http://127.0.0.1:2/cb"));
    }

    #[test]
    fn a_claimed_https_address_alone_is_one_applications() {
        assert!(is_anybodys("http://127.0.0.1:1/cb") && is_anybodys("app.example:/cb"));
        assert!(!is_anybodys("https://app.example/cb"));
    }

    #[test]
    fn schemes_follow_profile_and_kind() {
        let web = |uri| validate(uri, ApplicationType::Web, false);
        assert!(web("http://rp.example/cb").is_err());
        assert!(web("http://localhost:1/cb").is_ok());
        assert!(web("https://rp.example/cb#f").is_err());
        assert!(web("https://rp.example/tr\u{1edf}-l\u{1ea1}i").is_err());
        assert!(web("app.example:/cb").is_err());
        assert!(web("https://*.rp.example/cb").is_err());
        assert!(web("https://rp.example/*").is_ok(), "an asterisk in a path is a character like any other");
        let native = |uri| validate(uri, ApplicationType::Native, false);
        assert!(native("app.example:/cb").is_ok());
        assert!(native("javascript:alert(1)").is_err());
        assert!(validate("http://rp.example/cb", ApplicationType::Web, true).is_ok());
    }
}
