//! A server of ours as it is asked from elsewhere: the API of officials over https, or in clear on this machine alone. An
//! access token goes with every request, and to nobody else: no redirect is followed, and no proxy asked.

use std::path::Path;
use std::time::Duration;

use reqwest::Certificate;
use reqwest::Client;
use reqwest::Method;
use reqwest::header::ACCEPT_LANGUAGE;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::ETAG;
use reqwest::header::RETRY_AFTER;
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::redirect::Policy;
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::Unreachable;
use super::fetch::failed;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::uri::is_loopback;

/// The API of a server.
pub struct Api {
    client: Client,
    base: Url,
    token: Secret<String>,
}

/// What is asked of it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// GET, POST, PUT or DELETE.
    pub method: &'a str,
    /// The segments of the address beneath that of the API.
    pub path: &'a [&'a str],
    /// The query.
    pub query: &'a [(&'a str, &'a str)],
    /// Header fields beside the token.
    pub headers: &'a [(&'a str, &'a str)],
    /// A body.
    pub body: Option<Body<'a>>,
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// A value, as JSON.
    Json(&'a Value),
    /// A text of this media type.
    Text(&'a str, &'a str),
}

/// What it answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// After how long it may be asked again.
    pub retry_after: Option<Duration>,
    /// What a token would have to be (RFC 6750 §3, RFC 9470 §3).
    pub challenge: Option<String>,
    /// The version that was answered.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// From the connection to the last byte of an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest answer, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

impl Api {
    /// The API of the server at `url`, whose access token is `token`. `extra_ca` names authorities that count beside the
    /// system's.
    ///
    /// # Errors
    ///
    /// The URL is not https and not of this machine, or the file has no certificates.
    pub fn new(url: &str, token: Secret<String>, extra_ca: Option<&Path>) -> Result<Self, Fault> {
        let base = base(url)?;
        let mut builder =
            Client::builder().redirect(Policy::none()).no_proxy().connect_timeout(PATIENCE).user_agent("motcua");
        if let Some(path) = extra_ca {
            let broken = |error: &dyn std::fmt::Display| Fault::broken(format!("{}: {error}", path.display()));
            let pem = std::fs::read(path).map_err(|error| broken(&error))?;
            builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&pem).map_err(|error| broken(&error))?);
        }
        Ok(Self { client: builder.build().map_err(Fault::broken)?, base, token })
    }

    /// Asks it once.
    ///
    /// # Errors
    ///
    /// There is no answer, or none that ends.
    pub async fn ask(&self, asked: &Asked<'_>) -> Result<Answer, Unreachable> {
        timeout(PATIENCE, self.exchange(asked)).await.map_err(|_| Unreachable::Failed("timed out".to_owned()))?
    }

    async fn exchange(&self, asked: &Asked<'_>) -> Result<Answer, Unreachable> {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(asked.path);
        }
        if !asked.query.is_empty() {
            url.query_pairs_mut().extend_pairs(asked.query);
        }
        let method = Method::from_bytes(asked.method.as_bytes()).map_err(|_| Unreachable::Refused("no method"))?;
        let mut request = self.client.request(method, url).bearer_auth(self.token.expose());
        request = request.header(ACCEPT_LANGUAGE, "en");
        for (name, value) in asked.headers {
            request = request.header(*name, *value);
        }
        request = match asked.body {
            Some(Body::Json(value)) => request.json(value),
            Some(Body::Text(kind, text)) => request.header(CONTENT_TYPE, kind).body(text.to_owned()),
            None => request,
        };
        let no_answer = |error: reqwest::Error| failed(&error.without_url());
        let mut answer = request.send().await.map_err(no_answer)?;
        let field = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let wait = field(RETRY_AFTER).and_then(|text| text.parse().ok()).map(Duration::from_secs);
        let (challenge, etag, status) = (field(WWW_AUTHENTICATE), field(ETAG), answer.status().as_u16());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > LONGEST {
                return Err(Unreachable::Unusable("is longer than 64 MiB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, retry_after: wait, challenge, etag, body })
    }
}

/// Where the API of the server at `url` stands.
fn base(url: &str) -> Result<Url, Fault> {
    let wrong = |why: &str| Fault::broken(format!("{url}: {why}"));
    let none = || wrong("no URL of a server: write it as https://id.example");
    let mut base = Url::parse(url).map_err(|_| none())?;
    let is_plain = base.query().is_none() && base.fragment().is_none() && base.username().is_empty();
    if !is_plain || base.password().is_some() || base.host().is_none() {
        return Err(none());
    }
    if base.scheme() != "https" && !(base.scheme() == "http" && is_loopback(&base)) {
        return Err(wrong("an access token goes over https alone (http on this machine only)"));
    }
    if let Ok(mut path) = base.path_segments_mut() {
        path.pop_if_empty().extend(["api", "v1"]);
    }
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn a_token_goes_over_https_or_stays_on_this_machine() {
        for url in ["https://id.example", "https://id.example/", "http://localhost:8080", "http://127.0.0.1:1/x"] {
            assert!(base(url).is_ok(), "{url}");
        }
        assert_eq!(base("https://id.example/x/").unwrap().as_str(), "https://id.example/x/api/v1");
        for url in ["http://id.example", "ftp://id.example", "id.example", "https://a:b@id.example", "https://x/?a=b"] {
            assert!(base(url).is_err(), "{url}");
        }
    }
}
