//! One person's browser and the relying party behind it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use serde_json::Value;
use url::Url;

const VERIFIER: &str = "a-code-verifier-that-is-at-least-43-characters-long";
const CALLBACK: &str = "http://127.0.0.1:9/cb";

#[derive(Clone, Copy, PartialEq)]
pub enum Operation {
    Sso,
    Refresh,
    ClientCredentials,
    FreshUserInfo,
    UserInfo,
}

pub struct User {
    http: reqwest::Client,
    issuer: String,
    name: String,
    secret: String,
    basic: String,
    cookies: BTreeMap<String, String>,
    tokens: Value,
}

impl User {
    pub fn new(http: reqwest::Client, port: u16, number: usize, secret: &str) -> Self {
        Self {
            http,
            issuer: format!("http://localhost:{port}"),
            name: format!("user{number}"),
            secret: secret.to_owned(),
            basic: format!("Basic {}", STANDARD.encode(format!("bench:{secret}"))),
            cookies: BTreeMap::new(),
            tokens: Value::Null,
        }
    }

    /// Signs in with the password, and agrees to refresh tokens where they are measured.
    pub async fn prepare(&mut self, operation: Operation) {
        let offline = operation == Operation::Refresh;
        let (mut url, page) = self.visit(self.request(offline), None).await;
        let mut page = page;
        for _ in 0..2 {
            if url.as_str().starts_with(CALLBACK) {
                break;
            }
            let login = page.split("name=\"login\" value=\"").nth(1).unwrap_or_else(|| panic!("{url} {page}"));
            let login = login.split('"').next().unwrap().to_owned();
            let form = match url.path() {
                "/login" => vec![("login", login), ("username", self.name.clone()), ("password", self.secret.clone())],
                _ => vec![("login", login), ("decision", "allow".to_owned())],
            };
            let action = url.join(url.path()).unwrap();
            (url, page) = self.visit(action, Some(form)).await;
        }
        self.redeem(&url).await;
    }

    pub async fn step(&mut self, operation: Operation) {
        match operation {
            Operation::Sso => self.sso().await,
            Operation::Refresh => {
                let token = self.text("refresh_token");
                self.tokens = self.token(&[("grant_type", "refresh_token"), ("refresh_token", &token)]).await;
            }
            Operation::ClientCredentials => {
                self.token(&[("grant_type", "client_credentials"), ("scope", "bench")]).await;
            }
            Operation::FreshUserInfo => {
                self.sso().await;
                self.userinfo().await;
            }
            Operation::UserInfo => self.userinfo().await,
        }
    }

    async fn sso(&mut self) {
        let (url, page) = self.visit(self.request(false), None).await;
        assert!(url.as_str().starts_with(CALLBACK), "{url} {page}");
        self.redeem(&url).await;
    }

    async fn userinfo(&self) {
        let token = self.text("access_token");
        let url = format!("{}/userinfo", self.issuer);
        let body: Value = self.http.get(url).bearer_auth(token).send().await.unwrap().json().await.unwrap();
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
        Url::parse_with_params(&format!("{}/authorize", self.issuer), parameters).unwrap()
    }

    async fn redeem(&mut self, callback: &Url) {
        let code = callback.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.tokens = self.token(&form).await;
    }

    async fn token(&self, form: &[(&str, &str)]) -> Value {
        let url = format!("{}/token", self.issuer);
        let request = self.http.post(url).header("authorization", &self.basic).form(form);
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        assert!(body["access_token"].is_string(), "{body}");
        body
    }

    fn text(&self, member: &str) -> String {
        self.tokens[member].as_str().expect("a token").to_owned()
    }

    /// Follows redirects until the callback or a page.
    async fn visit(&mut self, mut url: Url, mut form: Option<Vec<(&'static str, String)>>) -> (Url, String) {
        loop {
            let mut request = match form.take() {
                Some(form) => self.http.post(url.clone()).form(&form),
                None => self.http.get(url.clone()),
            };
            if !self.cookies.is_empty() {
                let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
                request = request.header("cookie", line.join("; "));
            }
            let response = request.send().await.unwrap();
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
