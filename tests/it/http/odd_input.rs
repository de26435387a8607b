//! No input, however odd, gives a 5xx or a panic: every route meets random bytes, and real values that were bent.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Uri;
use motcua::config::registration::Policy;
use motcua::http::routes::ROUTES;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::sample::select;
use proptest::test_runner::Config;
use proptest::test_runner::TestCaseError;
use proptest::test_runner::TestRunner;

use super::FORM;
use super::example_of;
use crate::oauth::basic;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::VERIFIER;
use crate::town::challenge;

/// A value of a parameter, a cookie or a header.
#[derive(Clone, Debug)]
enum Odd {
    Bytes(Vec<u8>),
    Known(&'static str),
    /// One of the town's real values, and how it is bent.
    Real(Index, Bend),
}

#[derive(Clone, Debug)]
enum Bend {
    Not,
    Flip(Index, u8),
    Cut(Index),
    Grow(String),
    Twice,
}

#[derive(Clone, Debug)]
struct Case {
    route: Index,
    other_method: Option<&'static str>,
    query: Vec<(String, Odd)>,
    raw_query: Option<Vec<u8>>,
    body: Vec<(String, Odd)>,
    raw_body: Option<Vec<u8>>,
    headers: Vec<(&'static str, Odd)>,
    own_browser: bool,
}

/// What the town gave out, each in its place of honour and every other's.
struct Real {
    values: Vec<String>,
    cookies: String,
}

fn name() -> impl Strategy<Value = String> {
    let known = select(vec![
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "prompt",
        "max_age",
        "code_challenge_method",
        "response_mode",
        "display",
        "claims",
        "acr_values",
        "id_token_hint",
        "login_hint",
        "ui_locales",
        "resource",
        "request",
        "request_uri",
        "registration",
        "grant_type",
        "code",
        "code_verifier",
        "refresh_token",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "access_token",
        "login",
        "username",
        "password",
        "choice",
        "decision",
        "confirm",
        "lang",
    ]);
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn odd() -> impl Strategy<Value = Odd> {
    let known = select(vec![
        "code",
        "portal",
        "clinic",
        "certified",
        "app",
        "machine",
        "https://portal.example/cb",
        "http://127.0.0.1:9/cb",
        "openid",
        "openid offline_access profile",
        "none",
        "login",
        "consent",
        "select_account",
        "S256",
        "form_post",
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "khai",
        PASSWORD,
        VERIFIER,
        "allow",
        "deny",
        "continue",
        "vi",
        "en",
        "0",
        "-1",
        "18446744073709551616",
        "9999999999",
        "{\"userinfo\":{\"name\":null}}",
        "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"\\u0000\",1]}}}",
        "{\"id_token\":{\"sub\":{\"value\":\"\\u0000\"}}}",
        "[[[[[[[[[[[[[[[[[[[[",
        "{\"redirect_uris\":[\"https://rp.example/cb\"]}",
        "https://api.example/records",
        "%00",
        "\u{0}",
        "\u{202e}",
        "..",
        "*",
        "null",
        "Basic ",
        "Basic bWFjaGluZTo=",
        "Bearer ",
        "for=\"[::1]:0\"",
        "W/\"",
        "\"",
        "application/json",
        "gzip",
        "0x10",
        "application/x-www-form-urlencoded",
        "text/plain; charset=\"",
        "xx-YY;q=9, *;q=-1",
        "https://portal.example",
    ]);
    let bend = prop_oneof![
        Just(Bend::Not),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Bend::Flip(at, byte)),
        any::<Index>().prop_map(Bend::Cut),
        ".{1,9}".prop_map(Bend::Grow),
        Just(Bend::Twice),
    ];
    prop_oneof![
        2 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Odd::Bytes),
        1 => "\\PC{0,300}".prop_map(|text| Odd::Bytes(text.into_bytes())),
        4 => known.prop_map(Odd::Known),
        4 => (any::<Index>(), bend).prop_map(|(which, bend)| Odd::Real(which, bend)),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let pairs = || prop::collection::vec((name(), odd()), 0..9);
    let raw = || prop::option::weighted(0.15, prop::collection::vec(any::<u8>(), 0..200));
    let header = select(vec![
        "cookie",
        "authorization",
        "content-type",
        "accept-language",
        "origin",
        "if-none-match",
        "forwarded",
        "host",
        "x-forwarded-for",
        "content-length",
        "access-control-request-method",
        "access-control-request-headers",
        "range",
        "transfer-encoding",
        "content-encoding",
        "expect",
        "x-anything",
    ]);
    let method = prop::option::weighted(0.1, select(vec!["HEAD", "OPTIONS", "PUT", "GET", "POST", "BREW"]));
    let headers = prop::collection::vec((header, odd()), 0..4);
    (any::<Index>(), method, pairs(), raw(), pairs(), raw(), headers, any::<bool>()).prop_map(
        |(route, other_method, query, raw_query, body, raw_body, headers, own_browser)| Case {
            route,
            other_method,
            query,
            raw_query,
            body,
            raw_body,
            headers,
            own_browser,
        },
    )
}

impl Odd {
    fn bytes(&self, real: &Real) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Known(text) => text.as_bytes().to_vec(),
            Self::Real(which, bend) => bend.apply(which.get::<String>(&real.values)),
        }
    }
}

impl Bend {
    fn apply(&self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        match self {
            Self::Not => {}
            Self::Flip(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] ^= byte;
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Self::Grow(more) => bytes.extend_from_slice(more.as_bytes()),
            Self::Twice => bytes.extend_from_within(..),
        }
        bytes
    }
}

impl Case {
    fn request(&self, real: &Real) -> Request {
        let route = self.route.get(ROUTES);
        let method: Method = self.other_method.unwrap_or(route.method).parse().unwrap();
        let query = self.raw_query.clone().unwrap_or_else(|| encoded(&self.query, real));
        let mut request = Request::builder().method(method).uri(target(example_of(route.path), &query));
        let sends_form = !self.headers.iter().any(|(name, _)| *name == "content-type");
        if sends_form {
            request = request.header(FORM.0, FORM.1);
        }
        for (name, value) in &self.headers {
            let bytes = value.bytes(real);
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { continue };
            request = request.header(HeaderName::from_static(name), value);
        }
        if self.own_browser {
            request = request.header("cookie", &real.cookies);
        }
        let body = self.raw_body.clone().unwrap_or_else(|| encoded(&self.body, real));
        request.body(Body::from(body)).unwrap()
    }
}

fn encoded(pairs: &[(String, Odd)], real: &Real) -> Vec<u8> {
    let escape = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let pair = |(name, value): &(String, Odd)| format!("{}={}", escape(name.as_bytes()), escape(&value.bytes(real)));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes()
}

/// Raw bytes where an address may hold them, percent-encoded where it may not.
fn target(path: &str, query: &[u8]) -> Uri {
    let raw = [path.as_bytes(), b"?", query].concat();
    Uri::from_maybe_shared(raw).unwrap_or_else(|_| {
        let escaped: String = query.iter().map(|byte| format!("%{byte:02x}")).collect();
        format!("{path}?{escaped}").parse().unwrap_or_else(|_| Uri::from_static("/"))
    })
}

/// Everything that a town gives out, fresh and used.
async fn real(town: &Town) -> Real {
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    let consent_login = {
        let clinic = town.rp("clinic");
        let mut other = town.browser();
        let page = other.open(&clinic.url(&[])).await;
        other.sign_in(&page, "an").await
    };
    let tokens: Tokens = portal.tokens(&mut browser, &[]).await;
    let code = portal.code(&mut browser, &[]).await;
    let select = browser.open(&portal.url(&[("prompt", "select_account")])).await;
    let confirm = browser.open("/logout/confirm").await;
    let hidden = |page: &Page| page.hidden().into_iter().map(|(_, value)| value).collect::<Vec<_>>();
    let mut values: Vec<String> = [&page, &consent_login, &select, &confirm].into_iter().flat_map(hidden).collect();
    values.extend([code, challenge()]);
    for token in [tokens.access_token(), tokens.refresh_token(), tokens.id_token()] {
        values.extend([token.to_owned(), format!("Bearer {token}")]);
    }
    values.extend(browser.cookies.iter().map(|(name, value)| format!("{name}={value}")));
    values.push(basic("portal", &portal.secret()));
    assert!(values.len() > 14 && values.iter().all(|value| !value.is_empty()), "{values:?}");
    let cookies = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    Real { values, cookies }
}

/// RFC 9110 §15.6: a 5xx says that the server failed; what strangers send is never our failure.
#[test]
fn no_input_however_odd_is_answered_by_5xx_or_panic() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let town = runtime.block_on(Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.registration.hourly_limit = 0;
        config.registration.hourly_limit_total = 0;
    }));
    let real = runtime.block_on(real(&town));
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&case(), |case| {
        let request = case.request(&real);
        let told = format!("{} {} {:?}", request.method(), request.uri(), request.headers());
        let response =
            runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), town.send(request)).await });
        let response = response.map_err(|_| TestCaseError::fail(format!("no answer: {told}")))?;
        prop_assert!(!response.status().is_server_error(), "{}: {told}", response.status());
        prop_assert!(response.headers().contains_key("content-security-policy"), "unprotected: {told}");
        Ok(())
    });
    runtime.block_on(town.leave());
    outcome.unwrap();
}
