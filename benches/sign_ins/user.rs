//! One person's browser and the relying party behind it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use reqwest::RequestBuilder;
use reqwest::Response;
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::authenticator::Device;
use super::load::Caller;

const VERIFIER: &str = "a-code-verifier-that-is-at-least-43-characters-long";
pub const CALLBACK: &str = "http://127.0.0.1:9/cb";

/// What is done again and again.
#[derive(Clone, Copy, PartialEq)]
pub enum Operation {
    Sso,
    Refresh,
    ClientCredentials,
    UserInfo,
    Introspection,
    PasswordSignIn,
    PasskeySignIn,
}

/// What all of them know.
pub struct Portal {
    http: reqwest::Client,
    issuer: String,
    secret: String,
    /// SSO sign-ins so far.
    pub sign_ins: AtomicU64,
}

#[derive(Clone)]
pub struct User {
    operation: Operation,
    pub access_token: String,
    portal: Arc<Portal>,
    name: String,
    cookies: BTreeMap<String, String>,
    refresh_token: String,
    /// Their passkey, once they have one.
    device: Arc<Mutex<Option<Device>>>,
}

impl Portal {
    pub fn new(port: u16, secret: &str) -> Self {
        Self {
            http: http_client(),
            issuer: format!("http://localhost:{port}"),
            secret: secret.to_owned(),
            sign_ins: AtomicU64::new(0),
        }
    }

    /// Whoever holds a token, of either kind, uses it.
    pub fn holder(self: &Arc<Self>, token: String, operation: Operation) -> User {
        let user = User::new(Arc::clone(self), 0, operation);
        User { access_token: token.clone(), refresh_token: token, ..user }
    }
}

impl Caller for User {
    async fn call(&mut self) {
        match self.operation {
            Operation::Sso => self.sso().await,
            Operation::Refresh => {
                let form = [("grant_type", "refresh_token"), ("refresh_token", &*self.refresh_token)];
                let tokens = self.token(&form).await;
                self.keep(&tokens);
            }
            Operation::ClientCredentials => {
                self.token(&[("grant_type", "client_credentials"), ("scope", "bench")]).await;
            }
            Operation::UserInfo => self.userinfo().await,
            Operation::Introspection => {
                let body = self.ask("/introspect", &[("token", &self.access_token)]).await;
                assert_eq!(body["active"], true, "{body}");
            }
            Operation::PasswordSignIn => {
                self.cookies.clear();
                self.sign_in(self.request(false)).await;
            }
            Operation::PasskeySignIn => {
                self.cookies.clear();
                self.use_passkey().await;
            }
        }
    }
}

impl User {
    pub fn new(portal: Arc<Portal>, number: usize, operation: Operation) -> Self {
        let (name, cookies) = (format!("user{number}"), BTreeMap::new());
        Self {
            operation,
            access_token: String::new(),
            portal,
            name,
            cookies,
            refresh_token: String::new(),
            device: Arc::default(),
        }
    }

    pub fn for_the(&self, operation: Operation) -> Self {
        Self { operation, ..self.clone() }
    }

    /// A signed-in person buys what the operation takes.
    pub async fn prepare(&mut self) {
        match self.operation {
            Operation::Refresh => self.sign_in(self.request(true)).await,
            Operation::UserInfo | Operation::Introspection => {
                self.sso().await;
                self.call().await;
            }
            Operation::PasskeySignIn if self.device.lock().unwrap().is_none() => self.enrol().await,
            Operation::Sso | Operation::ClientCredentials | Operation::PasswordSignIn | Operation::PasskeySignIn => {}
        }
    }

    pub async fn sso(&mut self) {
        let (url, page) = self.visit(self.request(false), None).await;
        assert!(url.as_str().starts_with(CALLBACK), "{url} {page}");
        self.redeem(&url).await;
        self.portal.sign_ins.fetch_add(1, Ordering::Relaxed);
    }

    /// Fills in the pages that come, and redeems the code.
    async fn sign_in(&mut self, request: Url) {
        let (mut url, mut page) = self.visit(request, None).await;
        while !url.as_str().starts_with(CALLBACK) {
            let login = ("login", hidden(&url, &page, "login"));
            let form = match url.path() {
                "/login" => vec![login, ("username", self.name.clone()), ("password", self.portal.secret.clone())],
                _ => vec![login, ("decision", "allow".to_owned())],
            };
            let action = url.join(url.path()).unwrap();
            (url, page) = self.visit(action, Some(form)).await;
        }
        self.redeem(&url).await;
    }

    /// Who signed in of late adds a passkey.
    async fn enrol(&mut self) {
        self.cookies.clear();
        self.sign_in(self.request(false)).await;
        let (url, page) = self.visit(self.page("/account/passkeys/add"), None).await;
        let confirm = ("confirm", hidden(&url, &page, "confirm"));
        let (ceremony, options) = self.challenge("/account/passkeys/challenge", vec![confirm.clone()]).await;
        let mut device = Device::at(&self.portal.issuer, "localhost");
        let made = device.make(&options);
        let form = vec![confirm, ("name", "Phone".to_owned()), ceremony, ("passkey", made)];
        let (url, page) = self.visit(self.page("/account/passkeys"), Some(form)).await;
        assert_eq!(url.path(), "/account/security", "{page}");
        *self.device.lock().unwrap() = Some(device);
    }

    async fn use_passkey(&mut self) {
        let (url, page) = self.visit(self.request(false), None).await;
        let login = ("login", hidden(&url, &page, "login"));
        let (ceremony, options) = self.challenge("/passkeys/challenge", Vec::new()).await;
        let answer = self.device.lock().unwrap().as_mut().expect("a passkey").answer(&options);
        let (url, page) = self.visit(self.page("/login"), Some(vec![login, ceremony, ("passkey", answer)])).await;
        assert!(
            url.as_str().starts_with(CALLBACK) && url.query_pairs().any(|(name, _)| name == "code"),
            "{url} {page}"
        );
    }

    /// The ceremony, as it goes back, and the options.
    async fn challenge(&mut self, path: &str, form: Form) -> ((&'static str, String), Value) {
        let (_, body) = self.visit(self.page(path), Some(form)).await;
        let challenge: Value = serde_json::from_str(&body).unwrap_or_else(|why| panic!("{why}: {body}"));
        let ceremony = challenge["ceremony"].as_str().unwrap().to_owned();
        (("ceremony", ceremony), challenge["options"].clone())
    }

    fn page(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.portal.issuer)).unwrap()
    }

    async fn userinfo(&self) {
        let url = format!("{}/userinfo", self.portal.issuer);
        let request = self.portal.http.get(url).bearer_auth(&self.access_token);
        let body: Value = send(request).await.json().await.unwrap();
        assert!(body["sub"].is_string(), "{body}");
    }

    fn request(&self, offline: bool) -> Url {
        let challenge = base64url(&sha256(VERIFIER.as_bytes()));
        let scope = if offline { "openid profile email offline_access" } else { "openid profile email" };
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", "bench"),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("state", "0123456789abcdefghijklmn"),
            ("nonce", "0123456789abcdefghijklmn"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if offline {
            parameters.push(("prompt", "consent"));
        }
        Url::parse_with_params(&format!("{}/authorize", self.portal.issuer), parameters).unwrap()
    }

    async fn redeem(&mut self, callback: &Url) {
        let code = callback.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let tokens = self.token(&form).await;
        self.keep(&tokens);
    }

    fn keep(&mut self, tokens: &Value) {
        let text = |member: &str| tokens[member].as_str().unwrap_or_default().to_owned();
        (self.access_token, self.refresh_token) = (text("access_token"), text("refresh_token"));
    }

    async fn token(&self, form: &[(&str, &str)]) -> Value {
        let body = self.ask("/token", form).await;
        assert!(body["access_token"].is_string(), "{body}");
        body
    }

    async fn ask(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let basic = format!("Basic {}", STANDARD.encode(format!("bench:{}", self.portal.secret)));
        let request = self.portal.http.post(format!("{}{path}", self.portal.issuer)).header("authorization", basic);
        send(request.form(form)).await.json().await.unwrap()
    }

    /// Follows redirects until the callback or a page.
    async fn visit(&mut self, mut url: Url, mut form: Option<Form>) -> (Url, String) {
        loop {
            let mut request = match form.take() {
                Some(form) => self.portal.http.post(url.clone()).form(&form),
                None => self.portal.http.get(url.clone()),
            };
            if !self.cookies.is_empty() {
                let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
                request = request.header("cookie", line.join("; "));
            }
            let response = send(request).await;
            for line in response.headers().get_all("set-cookie") {
                let pair = line.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
            let body = response.text().await.unwrap();
            match location {
                Some(location) => url = url.join(&location).unwrap(),
                None => return (url, body),
            }
            if url.as_str().starts_with(CALLBACK) {
                return (url, String::new());
            }
        }
    }
}

type Form = Vec<(&'static str, String)>;

/// The value of a page's hidden field.
fn hidden(url: &Url, page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{url} {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Who is asked to try again does so, and the time counts.
async fn send(request: RequestBuilder) -> Response {
    loop {
        let response = request.try_clone().unwrap().send().await.unwrap();
        if response.status() != StatusCode::SERVICE_UNAVAILABLE {
            return response;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

pub fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let none = reqwest::redirect::Policy::none();
    // Sooner than the provider closes what is idle: no request meets a connection that closes.
    let idle = Duration::from_secs(10);
    let client = reqwest::Client::builder().redirect(none).pool_max_idle_per_host(1024).pool_idle_timeout(idle);
    client.no_proxy().build().unwrap()
}
