//! A browser: cookies, redirects, forms.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use http::Method;
use http::StatusCode;
use http::header;
use url::Url;
use url::form_urlencoded;

use super::ISSUER;
use super::PASSWORD;
use super::send;

#[derive(Clone)]
pub struct Browser {
    router: Router,
    /// The site that it visits: where another begins, it stops.
    origin: String,
    pub cookies: BTreeMap<String, String>,
    pub headers: HeaderMap,
    /// Where its requests are noted, if somebody follows them.
    pub trail: Option<Trail>,
}

/// What browsers asked for and were given, in order.
pub type Trail = Arc<Mutex<Vec<Hop>>>;

/// One request, and the browser after it.
#[derive(Clone)]
pub struct Hop {
    pub method: Method,
    pub page: Page,
    pub browser: Browser,
}

/// What a request led to.
#[derive(Debug, Clone)]
pub struct Page {
    pub url: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self::visiting(ISSUER, router)
    }

    /// A browser at another site than the town's provider.
    pub fn visiting(origin: &str, router: Router) -> Self {
        Self { router, origin: origin.to_owned(), cookies: BTreeMap::new(), headers: HeaderMap::new(), trail: None }
    }

    /// The same browser at another replica.
    pub fn at(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    pub fn speaking(mut self, language: &'static str) -> Self {
        self.headers.insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
        self
    }

    /// Opens an address and follows redirects until a page of ours or an address of somebody else.
    pub async fn open(&mut self, url: &str) -> Page {
        let first = self.request(Method::GET, url, None).await;
        self.follow(first).await
    }

    /// Sends a form, and follows.
    pub async fn submit(&mut self, url: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let first = self.request(Method::POST, url, Some(body)).await;
        self.follow(first).await
    }

    /// Fills the form of a page: its hidden fields, and `fields`.
    pub async fn fill(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let hidden = page.hidden();
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend(fields);
        self.submit(&page.action(), &all).await
    }

    /// Signs in on a sign-in page with the password that everybody here has.
    pub async fn sign_in(&mut self, page: &Page, user_name: &str) -> Page {
        assert!(page.path().starts_with("/login"), "not a sign-in page: {} {}", page.url, page.body);
        self.fill(page, &[("username", user_name), ("password", PASSWORD)]).await
    }

    /// One request, no redirect followed.
    pub async fn request(&mut self, method: Method, url: &str, form: Option<String>) -> Page {
        let target = url.strip_prefix(&self.origin).unwrap_or(url);
        let mut request = Request::builder().method(method.clone()).uri(if target.is_empty() { "/" } else { target });
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, line.join("; "));
        }
        let request = match form {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body))
            }
            None => request.body(Body::empty()),
        };
        let response = send(self.router.clone(), request.unwrap()).await;
        let page = Page::read(target, response).await;
        self.remember(&page.headers);
        if let Some(trail) = &self.trail {
            let hop = Hop { method, page: page.clone(), browser: self.clone() };
            trail.lock().unwrap().push(hop);
        }
        page
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            let Some(location) = page.location().filter(|_| page.status.is_redirection()) else { return page };
            let site = Url::parse(&self.origin).unwrap();
            let there = site.join(&page.url).unwrap().join(&location).unwrap();
            if there.origin() != site.origin() {
                return Page { url: there.into(), ..page };
            }
            page = self.request(Method::GET, there.as_str(), None).await;
        }
        panic!("more than ten redirects, last {}", page.url);
    }

    fn remember(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(line.to_str().unwrap().to_owned()).unwrap();
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}

impl Page {
    pub async fn read(url: &str, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Self { url: url.to_owned(), status: parts.status, headers: parts.headers, body }
    }

    pub fn location(&self) -> Option<String> {
        self.header("location").map(str::to_owned)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn path(&self) -> String {
        Url::parse(ISSUER).unwrap().join(&self.url).unwrap().path().to_owned()
    }

    /// A parameter of the address at which the browser arrived.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url = Url::parse(ISSUER).unwrap().join(&self.url).unwrap();
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.body))
    }

    /// Hidden fields of the page's form.
    pub fn hidden(&self) -> Vec<(String, String)> {
        self.inputs(|tag| tag.contains("type=\"hidden\""))
    }

    /// The first hidden field of this name.
    pub fn hidden_value(&self, name: &str) -> String {
        let field = self.hidden().into_iter().find(|(own, _)| own == name);
        field.unwrap_or_else(|| panic!("no {name} at {}: {}", self.url, self.body)).1
    }

    /// Where the passkeys that the page lists are changed.
    pub fn passkeys(&self) -> Vec<String> {
        let links = self.body.split("href=\"/account/passkeys/one").skip(1).filter_map(|rest| rest.split('"').next());
        links.map(|link| format!("/account/passkeys/one{link}")).collect()
    }

    /// Boxes of the page's form, none of which is ticked: what a tick means must be wanted.
    pub fn boxes(&self) -> Vec<(String, String)> {
        assert!(!self.body.contains("type=\"checkbox\" checked"), "{}", self.body);
        self.inputs(|tag| tag.contains("type=\"checkbox\""))
    }

    fn inputs(&self, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let inputs = self.body.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
        inputs
            .filter(|tag| wanted(tag))
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
            .collect()
    }

    /// The addresses of the page's frames.
    pub fn frames(&self) -> Vec<String> {
        let frames = self.body.split("<iframe").skip(1).filter_map(|rest| rest.split('>').next());
        frames.filter_map(|tag| attribute(tag, "src")).collect()
    }

    pub fn action(&self) -> String {
        let form = self.body.split("<form").nth(1).unwrap_or_else(|| panic!("no form at {}: {}", self.url, self.body));
        attribute(form.split('>').next().unwrap(), "action").unwrap()
    }
}

/// An attribute of a tag, as it is meant.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    let raw = rest.split('"').next()?;
    let unescaped = [("&#34;", "\""), ("&quot;", "\""), ("&#38;", "&"), ("&amp;", "&"), ("&#60;", "<"), ("&#62;", ">")];
    Some(unescaped.iter().fold(raw.to_owned(), |text, (from, to)| text.replace(from, to)))
}
