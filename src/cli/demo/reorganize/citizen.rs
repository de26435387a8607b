//! People at their browsers and the services that they use, with no wire between them and the provider.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tower::ServiceExt;
use url::Url;
use url::form_urlencoded;

use super::country::Country;
use super::country::SCOPE;
use super::country::callback;
use super::country::citizen;
use super::country::service;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::secret::sha256;
use crate::flows::discovery;
use crate::http::Web;
use crate::http::extract::visitor::Peer;
use crate::http::routes;

/// The provider's door.
pub struct Door<'a> {
    router: Router,
    issuer: String,
    country: &'a Country,
}

/// A browser of somebody.
pub struct Browser {
    person: usize,
    cookies: BTreeMap<String, String>,
}

/// What a sign-in gave to a service.
pub struct Given {
    /// Who somebody is, there.
    pub sub: String,
    /// With which the service goes on while they are away.
    pub refresh_token: String,
}

struct Answer {
    headers: HeaderMap,
    body: String,
}

/// A form, with who it comes from where a service sends it.
type Form<'a> = &'a [(&'a str, &'a str)];

/// Hops of one sign-in, at most.
const HOPS: usize = 10;
const LONGEST: usize = 1024 * 1024;
const VERIFIER: &str = "a-verifier-of-the-demonstration-with-43-letters-or-more";

impl Browser {
    /// A browser that nobody has signed in with.
    pub const fn of(person: usize) -> Self {
        Self { person, cookies: BTreeMap::new() }
    }
}

impl<'a> Door<'a> {
    /// Opens it.
    pub fn open(app: &Arc<App>, country: &'a Country) -> Result<Self, Fault> {
        let web = Arc::new(Web::new(Arc::clone(app), &discovery::metadata(app))?);
        Ok(Self { router: routes::router(&web), issuer: app.config.server.issuer.clone(), country })
    }

    /// Somebody signs in at a service: by the password, or by the session that the browser has where that alone counts.
    pub async fn sign_in(&self, browser: &mut Browser, used: usize, prompt: &str) -> Result<Given, String> {
        let callback = callback(used);
        let mut url = self.request(used, prompt)?;
        let mut form: Option<String> = None;
        for _ in 0..HOPS {
            let method = if form.is_some() { Method::POST } else { Method::GET };
            let answer = self.visit(browser, method, &url, form.take()).await?;
            if let Some(next) = answer.location(&url)? {
                if next.as_str().starts_with(&callback) {
                    return self.redeem(used, &next).await;
                }
                url = next;
                continue;
            }
            let login = answer.hidden("login").ok_or_else(|| format!("{} is no page to fill in", url.path()))?;
            let name = citizen(browser.person);
            let fields: Vec<(&str, &str)> = match url.path() {
                "/login" => vec![("login", &login), ("username", &name), ("password", &self.country.password)],
                _ => vec![("login", &login), ("decision", "allow")],
            };
            form = Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish());
            url.set_query(None);
        }
        Err("the sign-in leads nowhere".to_owned())
    }

    fn request(&self, used: usize, prompt: &str) -> Result<Url, String> {
        let (client, callback) = (service(used), callback(used));
        let challenge = base64url(&sha256(VERIFIER.as_bytes()));
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", &client),
            ("redirect_uri", &callback),
            ("scope", SCOPE),
            ("state", "0123456789abcdefghijklmn"),
            ("nonce", "0123456789abcdefghijklmn"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if !prompt.is_empty() {
            parameters.push(("prompt", prompt));
        }
        let authorize = format!("{}/authorize", self.issuer);
        Url::parse_with_params(&authorize, parameters).map_err(|error| error.to_string())
    }

    async fn redeem(&self, used: usize, arrived: &Url) -> Result<Given, String> {
        let of = |name: &str| arrived.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned());
        let code = of("code").ok_or_else(|| format!("no code, but {:?}", of("error").unwrap_or_default()))?;
        let callback = callback(used);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", &*callback),
            ("code_verifier", VERIFIER),
        ];
        self.tokens(used, &form).await
    }

    /// A service goes on while somebody is away.
    pub async fn refresh(&self, used: usize, refresh_token: &str) -> Result<Given, String> {
        self.tokens(used, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    async fn tokens(&self, used: usize, form: Form<'_>) -> Result<Given, String> {
        let credentials = STANDARD.encode(format!("{}:{}", service(used), self.country.secret_of(used)));
        let request = Request::post("/token")
            .header(header::AUTHORIZATION, format!("Basic {credentials}"))
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()));
        let answer = self.send(request.map_err(|error| error.to_string())?, used).await?;
        let tokens: Value = serde_json::from_str(&answer.body).map_err(|error| error.to_string())?;
        let text = |name: &str| tokens.get(name).and_then(Value::as_str);
        let (Some(id_token), Some(refresh_token)) = (text("id_token"), text("refresh_token")) else {
            return Err(format!("no tokens, but {}", answer.body));
        };
        let claims = id_token.split('.').nth(1).and_then(from_base64url).unwrap_or_default();
        let claims: Value = serde_json::from_slice(&claims).map_err(|error| error.to_string())?;
        let sub = claims.get("sub").and_then(Value::as_str).ok_or("an ID token without a subject")?;
        Ok(Given { sub: sub.to_owned(), refresh_token: refresh_token.to_owned() })
    }

    async fn visit(
        &self,
        browser: &mut Browser,
        method: Method,
        url: &Url,
        form: Option<String>,
    ) -> Result<Answer, String> {
        let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(target).header(header::COOKIE, cookies.join("; "));
        if form.is_some() {
            request = request.header(header::CONTENT_TYPE, FORM);
        }
        let request = request.body(form.map_or_else(Body::empty, Body::from)).map_err(|error| error.to_string())?;
        let answer = self.send(request, browser.person).await?;
        let set = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        for cookie in set.filter_map(|line| cookie::Cookie::parse(line.to_owned()).ok()) {
            browser.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
        }
        Ok(answer)
    }

    /// Everybody comes from an address of their own.
    async fn send(&self, mut request: Request, from: usize) -> Result<Answer, String> {
        let number = u32::try_from(from).unwrap_or_default();
        let address = Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 0, 0, 1)).saturating_add(number));
        request.extensions_mut().insert(Peer(SocketAddr::from((address, 443))));
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, LONGEST).await.map_err(|error| error.to_string())?;
        Ok(Answer { headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() })
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Answer {
    fn location(&self, from: &Url) -> Result<Option<Url>, String> {
        let Some(location) = self.headers.get(header::LOCATION).and_then(|location| location.to_str().ok()) else {
            return Ok(None);
        };
        from.join(location).map(Some).map_err(|error| error.to_string())
    }

    /// What a hidden field of the page's form holds.
    fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }
}
