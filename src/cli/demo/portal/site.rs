//! The routes of a portal.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use http::request::Parts;
use moka::sync::Cache;

use crate::base::random::Entropy;
use crate::base::random::SystemEntropy;
use crate::base::secret::base64url;
use crate::base::time::Clock;
use crate::base::time::SystemClock;

use super::Portal;
use super::about;
use super::about::About;
use super::after;
use super::before;
use super::before::Notice;
use super::board::Board;
use super::board::Sighting;
use super::emblem;
use super::look;
use super::relying_party::Arrival;
use super::relying_party::Pending;
use super::relying_party::RelyingParty;
use super::relying_party::Trouble;
use super::trouble;
use super::visitor::Jar;
use super::visitor::Visitor;

/// A portal at work.
pub struct Site {
    /// Which portal it is.
    pub portal: Portal,
    /// What the five have seen.
    pub board: Arc<Board>,
    party: RelyingParty,
    pending: Cache<(String, String), Pending>,
    sessions: Cache<String, Arc<Arrival>>,
    clock: SystemClock,
    entropy: SystemEntropy,
}

/// Every route of a portal.
pub fn routes(portal: Portal, board: Arc<Board>) -> Result<Router, Box<dyn Error + Send + Sync>> {
    let site = Site {
        party: RelyingParty::new(&portal)?,
        portal,
        board,
        pending: Cache::builder().max_capacity(KEPT).time_to_live(MINUTE * 60).build(),
        sessions: Cache::builder().max_capacity(KEPT).time_to_live(MINUTE * 60 * 12).build(),
        clock: SystemClock,
        entropy: SystemEntropy::default(),
    };
    let site = Arc::new(site);
    let guard = axum::middleware::map_response_with_state(Arc::clone(&site), guard);
    Ok(Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in))
        .route("/callback", get(callback))
        .route("/me", get(me))
        .route("/sign-out", post(sign_out))
        .route("/sign-out-everywhere", post(sign_out_everywhere))
        .route("/front-channel-logout", get(told))
        .route("/privacy", get(privacy))
        .route("/accessibility", get(accessibility))
        .route("/style.css", get(style))
        .route("/emblem.svg", get(mark))
        .fallback(nowhere)
        .layer(guard)
        .with_state(site))
}

impl FromRequestParts<Arc<Site>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        Ok(Self::new(site.portal.kind, parts.uri.query().unwrap_or_default(), &parts.headers))
    }
}

async fn home(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    if site.session(&visitor).is_some() {
        return site.go(&visitor, "/me", &[]);
    }
    let notice = match (visitor.param("left"), visitor.param("out")) {
        (Some(_), _) => Notice::Left,
        (None, Some(_)) => Notice::Out,
        (None, None) => Notice::None,
    };
    site.page(&visitor, StatusCode::OK, before::page(&site.portal, visitor.lang, notice))
}

async fn sign_in(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    // Who begins it for the person names the provider (OpenID Connect Core §4): there is one.
    if visitor.param("iss").is_some_and(|issuer| !site.party.is_issuer(Some(issuer))) {
        return site.trouble(&visitor, &Trouble::WrongIssuer);
    }
    // One cookie for each browser and one state for each tab: two sign-ins at once do not disturb one another.
    let browser = visitor.cookie(Jar::Browser).filter(|id| id.len() == ID_LENGTH);
    let (browser, state) = (browser.map_or_else(|| site.fresh(), str::to_owned), site.fresh());
    match site.party.depart(state.clone(), visitor.lang, site.clock.now()).await {
        Ok((url, pending)) => {
            let cookie = Jar::Browser.set(site.portal.kind, Some(&browser));
            site.pending.insert((browser, state), pending);
            site.go(&visitor, url.as_str(), &[cookie])
        }
        Err(why) => site.trouble(&visitor, &why),
    }
}

async fn callback(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    match site.arrive(&visitor).await {
        Ok(arrival) => {
            let id = &arrival.id;
            let sighting =
                Sighting { kind: site.portal.kind, at: arrival.times.back, auth_time: id.auth_time, method: id.method };
            site.board.note(&arrival.browser, &id.sid, sighting);
            let session = site.fresh();
            let cookies = [(Jar::Session, session.as_str()), (Jar::Observer, arrival.browser.as_str())];
            let cookies = cookies.map(|(jar, value)| jar.set(site.portal.kind, Some(value)));
            site.sessions.insert(session.clone(), Arc::new(arrival));
            site.go(&visitor, "/me", &cookies)
        }
        Err(why) => site.trouble(&visitor, &why),
    }
}

async fn me(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    match site.session(&visitor) {
        Some(arrival) => {
            site.page(&visitor, StatusCode::OK, after::page(&site.portal, &site.board, visitor.lang, &arrival))
        }
        None => site.go(&visitor, "/", &[]),
    }
}

async fn sign_out(State(site): State<Arc<Site>>, visitor: Visitor, headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if let Some(session) = visitor.cookie(Jar::Session) {
        site.sessions.invalidate(session);
    }
    site.go(&visitor, "/?left", &[Jar::Session.set(site.portal.kind, None)])
}

/// Ends the session here, and sends the browser to the provider to end it there (RP-Initiated Logout §2).
async fn sign_out_everywhere(State(site): State<Arc<Site>>, visitor: Visitor, headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let ended = visitor.cookie(Jar::Session).and_then(|session| site.sessions.remove(session));
    let Some(arrival) = ended else { return site.go(&visitor, "/", &[]) };
    match site.party.leave(&arrival, visitor.lang).await {
        Ok(url) => site.go(&visitor, url.as_str(), &[Jar::Session.set(site.portal.kind, None)]),
        Err(why) => site.trouble(&visitor, &why),
    }
}

/// A frame of the provider says that a session has ended there (Front-Channel Logout §2).
async fn told(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    if let Some(sid) = visitor.param("sid").filter(|_| site.party.is_issuer(visitor.param("iss"))) {
        for (session, arrival) in &site.sessions {
            if arrival.id.sid == sid {
                site.sessions.invalidate(session.as_ref());
                site.board.forget(&arrival.browser);
            }
        }
    }
    let policy = format!("default-src 'none'; frame-ancestors {}", site.portal.issuer);
    (StatusCode::OK, [(header::CONTENT_SECURITY_POLICY, policy)]).into_response()
}

/// The portals are one site to a browser, for ports do not count there, so SameSite does not keep them apart.
fn is_ours(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    matches!(from, None | Some(b"same-origin" | b"none"))
}

async fn privacy(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    site.page(&visitor, StatusCode::OK, about::page(&site.portal, visitor.lang, About::Privacy))
}

async fn accessibility(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    site.page(&visitor, StatusCode::OK, about::page(&site.portal, visitor.lang, About::Accessibility))
}

async fn style(State(site): State<Arc<Site>>) -> Response {
    asset("text/css; charset=utf-8", look::style(site.portal.kind))
}

async fn mark(State(site): State<Arc<Site>>) -> Response {
    asset("image/svg+xml", emblem::file(site.portal.kind))
}

async fn nowhere(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    site.page(&visitor, StatusCode::NOT_FOUND, trouble::not_found(&site.portal, visitor.lang))
}

impl Site {
    /// From the authorization response to a verified person (OpenID Connect Core §3.1.2.5, §3.1.3).
    async fn arrive(&self, visitor: &Visitor) -> Result<Arrival, Trouble> {
        let browser = visitor.cookie(Jar::Browser).ok_or(Trouble::Unknown)?;
        let state = visitor.param("state").ok_or(Trouble::Unknown)?;
        let pending = self.pending.remove(&(browser.to_owned(), state.to_owned())).ok_or(Trouble::Unknown)?;
        if !self.party.is_issuer(visitor.param("iss")) {
            return Err(Trouble::WrongIssuer);
        }
        match (visitor.param("error"), visitor.param("code")) {
            (Some(code), _) => Err(Trouble::Refused {
                code: code.to_owned(),
                description: visitor.param("error_description").unwrap_or_default().to_owned(),
            }),
            (None, Some(code)) => {
                let known = visitor.cookie(Jar::Observer).filter(|id| id.len() == ID_LENGTH);
                let observed = known.map_or_else(|| self.fresh(), str::to_owned);
                self.party.arrive(pending, code.to_owned(), observed, &self.clock).await
            }
            (None, None) => Err(Trouble::Invalid("neither a code nor an error came back".to_owned())),
        }
    }

    fn session(&self, visitor: &Visitor) -> Option<Arc<Arrival>> {
        self.sessions.get(visitor.cookie(Jar::Session)?)
    }

    fn fresh(&self) -> String {
        let entropy: &dyn Entropy = &self.entropy;
        base64url(&entropy.bytes::<32>())
    }

    fn page(&self, visitor: &Visitor, status: StatusCode, html: String) -> Response {
        let mut response = (status, axum::response::Html(html)).into_response();
        self.remember(visitor, &mut response, &[]);
        response
    }

    fn trouble(&self, visitor: &Visitor, why: &Trouble) -> Response {
        tracing::info!(portal = self.portal.kind.key(), %why, "a sign-in did not come to an end");
        self.page(visitor, trouble::status(why), trouble::page(&self.portal, visitor.lang, why))
    }

    fn go(&self, visitor: &Visitor, to: &str, cookies: &[String]) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        if let Ok(to) = HeaderValue::try_from(to) {
            response.headers_mut().insert(header::LOCATION, to);
        }
        self.remember(visitor, &mut response, cookies);
        response
    }

    fn remember(&self, visitor: &Visitor, response: &mut Response, cookies: &[String]) {
        let lang = visitor.chosen.map(|lang| Jar::Lang.set(self.portal.kind, Some(lang.tag())));
        for cookie in cookies.iter().chain(&lang) {
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
    }
}

const KEPT: u64 = 10_000;
const MINUTE: Duration = Duration::from_secs(60);
/// 32 bytes in base64url.
const ID_LENGTH: usize = 43;

fn asset(kind: &'static str, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "max-age=300")];
    (headers, Body::from(text)).into_response()
}

async fn guard(State(site): State<Arc<Site>>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // The form that signs out everywhere leads to the provider.
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' {}; base-uri 'none'; \
         frame-ancestors 'none'",
        site.portal.issuer
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

const HEADERS: [(HeaderName, &str); 2] =
    [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::REFERRER_POLICY, "same-origin")];
