//! Redirect URIs: RFC 6749 §3.1.2, RFC 8252 §7 and §8.4, RFC 9700 §2.1.

use url::Host;
use url::Url;

use super::client_metadata::ApplicationType;
use super::client_metadata::ClientMetadata;
use super::client_metadata::Profile;
use crate::base::uri::is_loopback;

/// Whether `presented` is one of the client's: compared as text, but for the port of a native client's loopback address.
pub fn is_registered(client: &ClientMetadata, presented: &str) -> bool {
    client.redirect_uris.iter().any(|registered| {
        registered == presented
            || client.application_type == ApplicationType::Native && same_but_for_port(registered, presented)
    })
}

/// Why `uri` cannot be registered for this client; `Ok` if it can.
pub fn validate(uri: &str, client: &ClientMetadata) -> Result<(), &'static str> {
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
    match (url.scheme(), client.application_type) {
        ("https", _) => Ok(()),
        ("http", _) if is_loopback(&url) => Ok(()),
        ("http", _) if client.profile == Profile::Oidc && client.is_confidential() => Ok(()),
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

    fn client(kind: ApplicationType, uri: &str) -> ClientMetadata {
        ClientMetadata { application_type: kind, redirect_uris: vec![uri.into()], ..ClientMetadata::default() }
    }

    proptest! {
        #[test]
        fn a_web_client_matches_its_own_text_alone(other in "\\PC{0,60}") {
            let web = client(ApplicationType::Web, "https://rp.example/cb?d=1");
            prop_assert_eq!(is_registered(&web, &other), other == "https://rp.example/cb?d=1");
        }

        #[test]
        fn a_loopback_port_may_differ_for_native_clients(port in 1u16..) {
            let native = client(ApplicationType::Native, "http://127.0.0.1/cb");
            let matched = is_registered(&native, &format!("http://127.0.0.1:{port}/cb"));
            let elsewhere = is_registered(&native, &format!("http://127.0.0.1:{port}/other"));
            prop_assert!(matched);
            prop_assert!(!elsewhere);
        }
    }

    #[test]
    fn nothing_but_the_port_may_differ() {
        let native = client(ApplicationType::Native, "http://127.0.0.1:1/cb");
        for other in [
            "http://127.0.0.1:2/cb#x",
            "http://127.0.0.1:2/cb?x",
            "http://127.0.0.2:2/cb",
            "http://localhost:2/cb",
            "https://127.0.0.1:2/cb",
            "http://127.0.0.1:2@evil.example/cb",
            "http://user@127.0.0.1:2/cb",
        ] {
            assert!(!is_registered(&native, other), "{other}");
        }
        let web = client(ApplicationType::Web, "http://127.0.0.1:1/cb");
        assert!(!is_registered(&web, "http://127.0.0.1:2/cb"));
    }

    #[test]
    fn schemes_follow_profile_and_kind() {
        let strict = client(ApplicationType::Web, "");
        assert!(validate("http://rp.example/cb", &strict).is_err());
        assert!(validate("http://localhost:1/cb", &strict).is_ok());
        assert!(validate("https://rp.example/cb#f", &strict).is_err());
        assert!(validate("https://rp.example/tr\u{1edf}-l\u{1ea1}i", &strict).is_err());
        assert!(validate("app.example:/cb", &strict).is_err());
        let native = client(ApplicationType::Native, "");
        assert!(validate("app.example:/cb", &native).is_ok());
        assert!(validate("javascript:alert(1)", &native).is_err());
        let oidc = ClientMetadata { profile: Profile::Oidc, ..client(ApplicationType::Web, "") };
        assert!(validate("http://rp.example/cb", &oidc).is_ok());
    }
}
