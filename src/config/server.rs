//! `[server]`: the address of the provider and who stands before it.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::ConfigError;
use super::FILE;
use super::duration::Span;
use crate::base::uri::is_loopback;

/// Where the provider listens and under which name.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The issuer: the https URL that every token names, without a trailing slash. Plain http is accepted on loopback
    /// alone. No default: it must be said.
    pub issuer: String,
    /// The address to listen on. Default: `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// Certificate chain (PEM); read again when it changes. Default: none, plain HTTP behind a proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_certificate: Option<PathBuf>,
    /// Private key of the certificate (PEM). Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<PathBuf>,
    /// Networks of the proxies who say from where a request came. Default: none.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say it: `x-forwarded-for`, or `forwarded` (RFC 7239). The other is the caller's own, and is
    /// not looked at. Default: `x-forwarded-for`.
    pub proxy_header: ProxyHeader,
    /// How long a stop waits for requests in flight. Default: `30s`.
    pub drain: Span,
    /// A request that is not answered so long after it arrived whole is answered with 503 and `Retry-After`. What other
    /// servers may take (4 s) is within. Default: `5s`.
    pub deadline: Span,
    /// The most connections at once; further ones wait to be accepted. Default: 20000.
    pub connections: u32,
    /// The most connections at once from one address (an IPv4 address, an IPv6 /64); further ones are closed. Peers in
    /// `trusted_proxies` are not limited. Default: 256.
    pub connections_per_address: u32,
    /// The same from one network (an IPv4 /24, an IPv6 /56). Default: 1024.
    pub connections_per_network: u32,
}

/// The header that proxies write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ProxyHeader {
    #[default]
    XForwardedFor,
    Forwarded,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            drain: Span::seconds(30),
            deadline: Span::seconds(5),
            connections: 20_000,
            connections_per_address: 256,
            connections_per_network: 1_024,
        }
    }
}

impl Server {
    /// Whether browsers reach us by https: cookies are then `Secure` with the `__Host-` prefix.
    pub fn is_https(&self) -> bool {
        self.issuer.starts_with("https:")
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let expected = "an https URL without query, fragment and trailing slash (http on loopback only)";
        let refused = || ConfigError::value("server.issuer", format!("{:?}", self.issuer), expected);
        if self.issuer.is_empty() {
            return Err(ConfigError(format!(
                "server.issuer: is not given; set it in [server] of {FILE}, or as MOTCUA__SERVER__ISSUER: expected {expected}"
            )));
        }
        let url = Url::parse(&self.issuer).map_err(|_| refused())?;
        let scheme = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url);
        // Mounted at the root of its host: `/authorize`, `/.well-known/…` stand right beneath it.
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let canonical = url.origin().ascii_serialization() == self.issuer;
        if !(scheme && plain && canonical) {
            return Err(refused());
        }
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            let (there, lacks) = if self.tls_key.is_some() { ("key", "certificate") } else { ("certificate", "key") };
            return Err(ConfigError(format!("server.tls_{there}: expected server.tls_{lacks} as well, both or none")));
        }
        if self.deadline.is_zero() {
            return Err(ConfigError::value("server.deadline", self.deadline, "1s or more"));
        }
        let limits = [
            ("connections", self.connections),
            ("connections_per_address", self.connections_per_address),
            ("connections_per_network", self.connections_per_network),
        ];
        match limits.into_iter().find(|(_, limit)| *limit == 0) {
            Some((key, _)) => Err(ConfigError::value(&format!("server.{key}"), 0, "1 or more")),
            None => Ok(()),
        }
    }
}
