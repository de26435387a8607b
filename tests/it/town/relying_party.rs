//! A relying party: builds requests, redeems codes, refreshes, reads UserInfo.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header;
use motcua::base::time::Clock;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::Url;
use url::form_urlencoded;

use super::Browser;
use super::ISSUER;
use super::OwnKey;
use super::Page;
use super::changed;
use super::send;

pub const VERIFIER: &str = "a-code-verifier-that-is-at-least-43-characters-long";
/// SHA-256 of [`VERIFIER`] in base64url.
pub fn challenge() -> String {
    motcua::base::secret::base64url(&motcua::base::secret::sha256(VERIFIER.as_bytes()))
}

#[derive(Clone)]
pub struct RelyingParty {
    router: Router,
    clock: Arc<dyn Clock>,
    pub id: String,
    pub redirect_uri: String,
    pub scope: String,
    auth: Auth,
    own_secret: Option<String>,
}

#[derive(Clone)]
enum Auth {
    Basic,
    Post,
    Key(OwnKey),
    None,
}

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A successful token response.
#[derive(Clone, Debug)]
pub struct Tokens(pub Value);

impl Tokens {
    pub fn access_token(&self) -> &str {
        self.0["access_token"].as_str().unwrap_or_else(|| panic!("no access token: {}", self.0))
    }

    pub fn refresh_token(&self) -> &str {
        self.0["refresh_token"].as_str().unwrap_or_else(|| panic!("no refresh token: {}", self.0))
    }

    pub fn id_token(&self) -> &str {
        self.0["id_token"].as_str().unwrap_or_else(|| panic!("no ID token: {}", self.0))
    }

    /// The claims of the ID token, unverified.
    pub fn claims(&self) -> Map<String, Value> {
        claims_of(self.id_token())
    }
}

/// The claims of a JWT, unverified.
pub fn claims_of(jwt: &str) -> Map<String, Value> {
    part(jwt, 1)
}

/// The header of a JWT, unverified.
pub fn header_of(jwt: &str) -> Map<String, Value> {
    part(jwt, 0)
}

fn part(jwt: &str, n: usize) -> Map<String, Value> {
    let bytes = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(n).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

impl RelyingParty {
    pub fn new(router: Router, clock: Arc<dyn Clock>, id: &str) -> Self {
        let (redirect_uri, auth) = match id {
            "app" => ("http://127.0.0.1:49152/cb".to_owned(), Auth::None),
            "certified" => ("https://certified.example/cb".to_owned(), Auth::Post),
            other => (format!("https://{other}.example/cb"), Auth::Basic),
        };
        let scope = if id == "app" { "openid profile" } else { "openid profile email" };
        Self { router, clock, id: id.to_owned(), redirect_uri, scope: scope.to_owned(), auth, own_secret: None }
    }

    /// A client that registered itself, as it was told.
    pub fn registered(router: Router, clock: Arc<dyn Clock>, information: &Value) -> Self {
        let text = |name: &str| information[name].as_str().unwrap_or_default().to_owned();
        let auth = match information["token_endpoint_auth_method"].as_str().unwrap() {
            "client_secret_basic" => Auth::Basic,
            "client_secret_post" => Auth::Post,
            "none" => Auth::None,
            "private_key_jwt" => Auth::None, // until with_key
            other => panic!("nobody authenticates by {other}"),
        };
        let redirect_uri = information["redirect_uris"][0].as_str().unwrap().to_owned();
        let own_secret = Some(text("client_secret"));
        let (id, scope) = (text("client_id"), "openid profile email".to_owned());
        Self { router, clock, id, redirect_uri, scope, auth, own_secret }
    }

    pub fn with_scope(mut self, scope: &str) -> Self {
        self.scope = scope.to_owned();
        self
    }

    /// From now on it authenticates by what it signs with `key`.
    pub fn with_key(mut self, key: &OwnKey) -> Self {
        self.auth = Auth::Key(key.clone());
        self
    }

    /// The claims of a client assertion (RFC 7523 §3), with `changes`: null takes a claim away.
    pub fn assertion_claims(&self, changes: Value) -> Value {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let now = self.clock.now().seconds();
        let jti = format!("assertion-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let claims = json!({"iss": self.id, "sub": self.id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti});
        changed(claims, changes)
    }

    pub fn secret(&self) -> String {
        let own = self.own_secret.clone();
        own.unwrap_or_else(|| format!("{}-secret-of-a-test-that-is-long-enough", self.id))
    }

    /// The parameters of an ordinary authorization request.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        vec![
            pair("response_type", "code"),
            pair("client_id", &self.id),
            pair("redirect_uri", &self.redirect_uri),
            pair("scope", &self.scope),
            pair("state", "state-of-the-test"),
            pair("nonce", "nonce-of-the-test"),
            pair("code_challenge", &challenge()),
            pair("code_challenge_method", "S256"),
        ]
    }

    /// The address of an authorization request, with `changes`: an empty value takes a parameter away.
    pub fn url(&self, changes: &[(&str, &str)]) -> String {
        self.url_of(&self.changed(changes))
    }

    /// The address of an authorization request with these parameters and no others.
    pub fn url_of(&self, parameters: &[(String, String)]) -> String {
        Url::parse_with_params(&format!("{ISSUER}/authorize"), parameters).unwrap().into()
    }

    /// The address at which a browser brings a request that was pushed, or lies elsewhere.
    pub fn url_by_reference(&self, request_uri: &str) -> String {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        self.url_of(&[pair("client_id", &self.id), pair("request_uri", request_uri)])
    }

    fn changed(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut parameters = self.parameters();
        for (name, value) in changes {
            parameters.retain(|(own, _)| own != name);
            if !value.is_empty() {
                parameters.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        parameters
    }

    /// Pushes a request (RFC 9126 §2.1), with `changes` to the ordinary one.
    pub async fn push(&self, changes: &[(&str, &str)]) -> Page {
        let parameters = self.changed(changes);
        let form: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.authenticated("/par", &form).await
    }

    /// The request URI of a request that was pushed.
    pub async fn pushed(&self, changes: &[(&str, &str)]) -> String {
        let page = self.push(changes).await;
        assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
        page.json()["request_uri"].as_str().unwrap().to_owned()
    }

    /// The claims of a request object (RFC 9101 §4) that asks for the ordinary; null in `changes` takes one away.
    pub fn object_claims(&self, changes: Value) -> Value {
        let parameters = self.parameters().into_iter().map(|(name, value)| (name, Value::from(value)));
        let now = self.clock.now().seconds();
        let about = json!({"iss": self.id, "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300});
        changed(changed(Value::Object(parameters.collect()), about), changes)
    }

    /// A request object that is signed with `key`.
    pub fn object(&self, key: &OwnKey, changes: Value) -> String {
        key.sign("oauth-authz-req+jwt", &self.object_claims(changes))
    }

    /// The address of a request that is a request object by value, and `more`.
    pub fn url_by_value(&self, object: &str, more: &[(&str, &str)]) -> String {
        let own = [("client_id", self.id.as_str()), ("request", object)];
        let pairs = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.url_of(&pairs.collect::<Vec<_>>())
    }

    /// A code, in a browser where the person signs in if need be.
    pub async fn code(&self, browser: &mut Browser, changes: &[(&str, &str)]) -> String {
        let page = self.finish(browser, &self.url(changes)).await;
        page.parameter("code").unwrap_or_else(|| panic!("no code at {}: {}", page.url, page.body))
    }

    /// Where a request leads in the end, in a browser where the person signs in if need be.
    pub async fn finish(&self, browser: &mut Browser, url: &str) -> Page {
        let mut page = browser.open(url).await;
        if page.path() == "/login" {
            page = browser.sign_in(&page, "khai").await;
        }
        if page.path() == "/consent" {
            page = browser.fill(&page, &[("decision", "allow")]).await;
        }
        page
    }

    /// A code, for which the person signs in once more.
    pub async fn signed_in_anew(&self, browser: &mut Browser) -> String {
        self.code(browser, &[("prompt", "login")]).await
    }

    /// Signs in and redeems the code.
    pub async fn tokens(&self, browser: &mut Browser, changes: &[(&str, &str)]) -> Tokens {
        let code = self.code(browser, changes).await;
        let page = self.redeem(&code, &[]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        Tokens(page.json())
    }

    /// Redeems a code, with `changes` to the ordinary parameters.
    pub async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Page {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        form.retain(|(name, _)| !changes.iter().any(|(other, _)| other == name));
        form.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.token(&form).await
    }

    pub async fn refresh(&self, refresh_token: &str, more: &[(&str, &str)]) -> Page {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        form.extend_from_slice(more);
        self.token(&form).await
    }

    /// A token request, authenticated as the client is registered.
    pub async fn token(&self, form: &[(&str, &str)]) -> Page {
        self.authenticated("/token", form).await
    }

    /// A form that is sent to `endpoint`, authenticated as the client is registered.
    pub async fn authenticated(&self, endpoint: &str, form: &[(&str, &str)]) -> Page {
        let secret = self.secret();
        let assertion;
        let mut form = form.to_vec();
        let mut authorization = None;
        match &self.auth {
            Auth::Basic => {
                authorization = Some(format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.id))));
            }
            Auth::Post => form.push(("client_secret", secret.as_str())),
            Auth::Key(key) => {
                assertion = key.sign("JWT", &self.assertion_claims(json!({})));
                form.extend([("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)]);
            }
            Auth::None => {}
        }
        if matches!(self.auth, Auth::Post | Auth::None) && form.iter().all(|(name, _)| *name != "client_id") {
            form.push(("client_id", self.id.as_str()));
        }
        self.post(endpoint, authorization.as_deref(), &form).await
    }

    /// A token request as it is given.
    pub async fn token_raw(&self, authorization: Option<&str>, form: &[(&str, &str)]) -> Page {
        self.post("/token", authorization, form).await
    }

    async fn post(&self, endpoint: &str, authorization: Option<&str>, form: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::post(endpoint).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let response = send(self.router.clone(), request.body(Body::from(body)).unwrap()).await;
        Page::read(endpoint, response).await
    }

    pub async fn userinfo(&self, access_token: &str) -> Page {
        let request = Request::get("/userinfo").header(header::AUTHORIZATION, format!("Bearer {access_token}"));
        let response = send(self.router.clone(), request.body(Body::empty()).unwrap()).await;
        Page::read("/userinfo", response).await
    }
}
