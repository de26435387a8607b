//! The guarded fetcher: https alone, addresses checked after the name was resolved and used for the connection, no
//! redirects, 4 s, 256 KiB, and few requests at once on each behalf, so that one slow peer holds up nobody else.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Certificate;
use reqwest::Client;
use reqwest::header::ACCEPT;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use tokio::time::Instant;
use tokio::time::timeout_at;
use url::Host;
use url::Url;

use super::Expect;
use super::Fetch;
use super::Fetching;
use super::Request;
use super::Response;
use super::Unreachable;
use super::address::is_allowed;
use super::resolve::Filtered;
use super::resolve::NotPublic;
use super::resolve::TURN;
use super::turns::Turns;
use crate::base::fault::Fault;

/// The fetcher of an instance.
pub struct Guarded {
    client: Client,
    allowed: Arc<[IpNet]>,
    turns: Turns,
    patience: Duration,
}

/// From the wait for a turn to the last byte of the answer. Less than a request has (`server.deadline`), so that its caller
/// still learns who did not answer.
pub const PATIENCE: Duration = Duration::from_secs(4);
/// The longest answer, in bytes.
const LONGEST: usize = 256 * 1024;
const LONGEST_URL: usize = 2048;

impl Guarded {
    /// A fetcher that may reach the public internet and `allowed`, and believes the authorities in `extra_ca` beside the
    /// system's. It waits for an answer as long as `patience`.
    pub fn new(allowed: &[IpNet], extra_ca: Option<&Path>, patience: Duration) -> Result<Self, Fault> {
        let allowed: Arc<[IpNet]> = allowed.into();
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(patience) // of connections too that outlive their request
            .dns_resolver(Arc::new(Filtered::new(Arc::clone(&allowed))))
            .pool_max_idle_per_host(2)
            .user_agent("motcua");
        if let Some(path) = extra_ca {
            let broken = |error: &dyn std::fmt::Display| Fault::broken(format!("{}: {error}", path.display()));
            let pem = std::fs::read(path).map_err(|error| broken(&error))?;
            builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&pem).map_err(|error| broken(&error))?);
        }
        let client = builder.build().map_err(Fault::broken)?;
        Ok(Self { client, allowed, turns: Turns::default(), patience })
    }

    async fn fetch(&self, request: Request<'_>) -> Result<Response, Unreachable> {
        let deadline = Instant::now() + self.patience;
        let url = check(request.url, &self.allowed)?;
        let turn = self.turns.take(request.whom, request.lane, &url, deadline).await?;
        let exchange = TURN.scope(Arc::new(turn), self.exchange(url, request));
        timeout_at(deadline, exchange).await.map_err(|_| Unreachable::Failed("timed out".to_owned()))?
    }

    async fn exchange(&self, url: Url, request: Request<'_>) -> Result<Response, Unreachable> {
        let mut outgoing = match request.form {
            None => self.client.get(url),
            Some(form) => self.client.post(url).form(form),
        };
        outgoing = match request.expect {
            Expect::Json => outgoing.header(ACCEPT, "application/json"),
            Expect::Jwt | Expect::Status => outgoing,
        };
        if let Some(token) = request.bearer {
            outgoing = outgoing.bearer_auth(token.expose());
        }
        let answer = outgoing.send().await.map_err(|error| failed(&error))?;
        if !answer.status().is_success() {
            return Err(Unreachable::Status(answer.status().as_u16()));
        }
        match request.expect {
            Expect::Status => Ok(Response { body: Vec::new() }),
            Expect::Json if !is_json(&answer) => Err(Unreachable::Unusable("is not JSON by its content type")),
            Expect::Json | Expect::Jwt => Ok(Response { body: read(answer).await? }),
        }
    }
}

impl Fetch for Guarded {
    fn send<'a>(&'a self, request: Request<'a>) -> Fetching<'a> {
        Box::pin(self.fetch(request))
    }
}

/// What can be known of a URL before its name is resolved. An address in the URL is not resolved at all, so it is
/// checked here.
fn check(text: &str, allowed: &[IpNet]) -> Result<Url, Unreachable> {
    let url = Url::parse(text).map_err(|_| Unreachable::Refused("not a URL"))?;
    if text.len() > LONGEST_URL {
        return Err(Unreachable::Refused("the URL is longer than 2048 characters"));
    }
    if url.scheme() != "https" {
        return Err(Unreachable::Refused("the URL is not https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unreachable::Refused("the URL has user information"));
    }
    let address = match url.host() {
        None => return Err(Unreachable::Refused("the URL has no host")),
        Some(Host::Domain(_)) => None,
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
    };
    match address {
        Some(address) if !is_allowed(address, allowed) => Err(Unreachable::Refused(NOT_PUBLIC)),
        _ => Ok(url),
    }
}

const NOT_PUBLIC: &str = "the address is not public";

/// The innermost reason is the one that somebody can do something about.
pub(super) fn failed(error: &reqwest::Error) -> Unreachable {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    let mut innermost = String::new();
    while let Some(at) = cause {
        if at.is::<NotPublic>() {
            return Unreachable::Refused(NOT_PUBLIC);
        }
        innermost = at.to_string();
        cause = at.source();
    }
    Unreachable::Failed(innermost)
}

fn is_json(answer: &reqwest::Response) -> bool {
    let media_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.starts_with("application/") && essence.ends_with("+json")
}

async fn read(mut answer: reqwest::Response) -> Result<Vec<u8>, Unreachable> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + chunk.len() > LONGEST {
            return Err(Unreachable::Unusable("is longer than 256 KiB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_lead_inside_or_are_not_https_are_refused() {
        for url in [
            "http://rp.example/keys",
            "ftp://rp.example/keys",
            "https://user@rp.example/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
            "/keys",
        ] {
            assert!(matches!(check(url, &[]), Err(Unreachable::Refused(_))), "{url}");
        }
        assert!(check("https://rp.example/keys", &[]).is_ok());
        assert!(check("https://127.0.0.1:1/", &["127.0.0.0/8".parse().unwrap()]).is_ok());
        assert!(check(&format!("https://rp.example/{}", "a".repeat(LONGEST_URL)), &[]).is_err());
    }
}
