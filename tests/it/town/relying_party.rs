//! A relying party: builds requests, redeems codes, refreshes, reads UserInfo.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header;
use serde_json::Map;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use super::Browser;
use super::ISSUER;
use super::Page;
use super::send;

pub const VERIFIER: &str = "a-code-verifier-that-is-at-least-43-characters-long";
/// SHA-256 of [`VERIFIER`] in base64url.
pub fn challenge() -> String {
    motcua::base::secret::base64url(&motcua::base::secret::sha256(VERIFIER.as_bytes()))
}

#[derive(Clone)]
pub struct RelyingParty {
    router: Router,
    pub id: String,
    pub redirect_uri: String,
    pub scope: String,
    auth: Auth,
    own_secret: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Auth {
    Basic,
    Post,
    None,
}

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
    pub fn new(router: Router, id: &str) -> Self {
        let (redirect_uri, auth) = match id {
            "app" => ("http://127.0.0.1:49152/cb".to_owned(), Auth::None),
            "certified" => ("https://certified.example/cb".to_owned(), Auth::Post),
            other => (format!("https://{other}.example/cb"), Auth::Basic),
        };
        let scope = if id == "app" { "openid profile" } else { "openid profile email" };
        Self { router, id: id.to_owned(), redirect_uri, scope: scope.to_owned(), auth, own_secret: None }
    }

    /// A client that registered itself, as it was told.
    pub fn registered(router: Router, information: &Value) -> Self {
        let text = |name: &str| information[name].as_str().unwrap_or_default().to_owned();
        let auth = match information["token_endpoint_auth_method"].as_str().unwrap() {
            "client_secret_basic" => Auth::Basic,
            "client_secret_post" => Auth::Post,
            "none" => Auth::None,
            other => panic!("nobody authenticates by {other}"),
        };
        let redirect_uri = information["redirect_uris"][0].as_str().unwrap().to_owned();
        let own_secret = Some(text("client_secret"));
        Self { router, id: text("client_id"), redirect_uri, scope: "openid profile email".into(), auth, own_secret }
    }

    pub fn with_scope(mut self, scope: &str) -> Self {
        self.scope = scope.to_owned();
        self
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
        let mut parameters = self.parameters();
        for (name, value) in changes {
            parameters.retain(|(own, _)| own != name);
            if !value.is_empty() {
                parameters.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        Url::parse_with_params(&format!("{ISSUER}/authorize"), parameters).unwrap().into()
    }

    /// A code, in a browser where the person signs in if need be.
    pub async fn code(&self, browser: &mut Browser, changes: &[(&str, &str)]) -> String {
        let mut page = browser.open(&self.url(changes)).await;
        if page.path() == "/login" {
            page = browser.sign_in(&page, "khai").await;
        }
        if page.path() == "/consent" {
            page = browser.fill(&page, &[("decision", "allow")]).await;
        }
        page.parameter("code").unwrap_or_else(|| panic!("no code at {}: {}", page.url, page.body))
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
        let secret = self.secret();
        let mut form = form.to_vec();
        let mut authorization = None;
        match self.auth {
            Auth::Basic => {
                authorization = Some(format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.id))));
            }
            Auth::Post => form.extend([("client_id", self.id.as_str()), ("client_secret", secret.as_str())]),
            Auth::None => form.push(("client_id", self.id.as_str())),
        }
        self.token_raw(authorization.as_deref(), &form).await
    }

    /// A token request as it is given.
    pub async fn token_raw(&self, authorization: Option<&str>, form: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::post("/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let response = send(self.router.clone(), request.body(Body::from(body)).unwrap()).await;
        Page::read("/token", response).await
    }

    pub async fn userinfo(&self, access_token: &str) -> Page {
        let request = Request::get("/userinfo").header(header::AUTHORIZATION, format!("Bearer {access_token}"));
        let response = send(self.router.clone(), request.body(Body::empty()).unwrap()).await;
        Page::read("/userinfo", response).await
    }
}
