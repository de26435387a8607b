//! Who shares pairwise subject identifiers: OpenID Connect Core §8.1, OpenID Connect Dynamic Client Registration §5.

use std::collections::BTreeSet;

use url::Url;

use super::ClientMetadata;
use crate::base::uri::is_loopback;

/// The sector of a client that registered itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sector {
    /// It shares its subject identifiers with all whose answers go to this host.
    Host(String),
    /// It shares them with nobody.
    Alone,
}

impl ClientMetadata {
    /// The host of `sector_identifier_uri`, or of all redirect URIs.
    ///
    /// A stranger may name somebody else's host and would then see that host's identifiers, but no answer ever reaches
    /// him: every redirect URI lies at that host and is https, or is in the list that the host itself serves. Where answers
    /// go to a device (loopback, private-use schemes) or travel unprotected the host proves nothing, and the client stands
    /// alone.
    pub fn sector(&self) -> Result<Sector, (&'static str, String)> {
        let host = |url: &Url| url.host_str().map(str::to_owned);
        if let Some(uri) = &self.sector_identifier_uri {
            let host = Url::parse(uri).ok().as_ref().and_then(host);
            return host.map(Sector::Host).ok_or_else(|| ("sector_identifier_uri", "has no host".into()));
        }
        let urls: Vec<Url> = self.redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok()).collect();
        let web = urls.iter().filter(|url| matches!(url.scheme(), "http" | "https") && !is_loopback(url));
        let hosts: BTreeSet<String> = web.filter_map(host).collect();
        if hosts.len() > 1 {
            // Core §8.1: "the Client MUST register a sector_identifier_uri".
            return Err(("sector_identifier_uri", "is needed where redirect_uris have several hosts".into()));
        }
        let vouched_for = urls.iter().all(|url| url.scheme() == "https" && !is_loopback(url));
        Ok(hosts.into_iter().next().filter(|_| vouched_for).map_or(Sector::Alone, Sector::Host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sector(redirect_uris: &[&str], uri: Option<&str>) -> Option<Sector> {
        let redirect_uris = redirect_uris.iter().map(|uri| (*uri).to_owned()).collect();
        let metadata =
            ClientMetadata { redirect_uris, sector_identifier_uri: uri.map(str::to_owned), ..Default::default() };
        metadata.sector().ok()
    }

    #[test]
    fn the_host_counts_where_it_vouches_for_every_address() {
        let host = |host: &str| Some(Sector::Host(host.to_owned()));
        assert_eq!(sector(&["https://rp.example/a", "https://RP.example:8443/b"], None), host("rp.example"));
        assert_eq!(sector(&["https://rp.example/a"], Some("https://sector.example/s.json")), host("sector.example"));
        assert_eq!(sector(&["https://a.example/", "https://b.example/"], None), None);
        assert_eq!(sector(&["https://a.example/", "http://b.example/"], None), None);
        for uris in [
            &["http://rp.example/a"][..],
            &["http://127.0.0.1/a", "http://[::1]/a"],
            &["https://localhost/a"],
            &["com.example.app:/cb"],
            &["https://rp.example/a", "http://127.0.0.1/a"],
            &["https://rp.example/a", "com.example.app:/cb"],
            &["https://rp.example/a", "http://rp.example/a"],
        ] {
            assert_eq!(sector(uris, None), Some(Sector::Alone), "{uris:?}");
        }
    }
}
