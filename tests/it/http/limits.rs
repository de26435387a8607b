//! Bad input gets a 4xx and a clear text: RFC 9110 §15.5, RFC 6585 §5.

use axum::body::Body;
use axum::extract::Request;
use http::Method;
use http::StatusCode;
use http::header;
use motcua::http::routes::Caller;
use motcua::http::routes::ROUTES;

use super::FORM;
use super::ask;
use super::everything_open;
use super::example_of;
use crate::oauth::refused;
use crate::town::Page;
use crate::town::Town;

const LIMIT: usize = 64 * 1024;

/// Each route that takes a form; registration and the API take JSON, and their own tests hold their limits.
async fn each_post(town: &Town, headers: &[(&str, &str)], body: &str) -> Vec<Page> {
    let mut pages = Vec::new();
    let forms = ROUTES.iter().filter(|route| route.path != "/register" && route.caller != Caller::Official);
    for route in forms.filter(|route| route.method == "POST") {
        pages.push(ask(town, Method::POST, route.path, headers, body).await);
    }
    assert!(pages.len() >= 7);
    pages
}

/// RFC 9110 §15.5.14: "413 (Content Too Large)".
#[tokio::test]
async fn a_body_over_64_kib_is_413_announced_or_not() {
    let town = everything_open().await;
    let long = format!("a={}", "x".repeat(LIMIT - 1));
    assert_eq!(long.len(), LIMIT + 1);
    let announced = long.len().to_string();
    for headers in [vec![FORM], vec![FORM, ("content-length", announced.as_str())]] {
        for page in each_post(&town, &headers, &long).await {
            assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", page.url);
            assert!(page.body.contains("64 KiB"), "{}: {}", page.url, page.body);
        }
    }
    town.leave().await;
}

/// What is announced as too long is not waited for.
#[tokio::test]
async fn a_body_that_is_announced_too_long_is_not_read() {
    let town = everything_open().await;
    let request = Request::post("/token").header(FORM.0, FORM.1).header(header::CONTENT_LENGTH, "99999999");
    let never = futures_util::stream::pending::<Result<axum::body::Bytes, std::io::Error>>();
    let response = town.send(request.body(Body::from_stream(never)).unwrap()).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    town.leave().await;
}

/// A body of exactly the limit is read.
#[tokio::test]
async fn a_body_of_64_kib_is_read() {
    let town = everything_open().await;
    let body = format!("grant_type=x&a={}", "x".repeat(LIMIT - 15));
    assert_eq!(body.len(), LIMIT);
    let page = ask(&town, Method::POST, "/token", &[FORM], &body).await;
    assert_eq!((page.status, page.json()["error"].as_str()), (StatusCode::UNAUTHORIZED, Some("invalid_client")));
    town.leave().await;
}

/// RFC 6585 §5: "431 Request Header Fields Too Large": a cookie bomb, one long header, or many; on every route.
#[tokio::test]
async fn headers_over_16_kib_are_431_and_the_text_says_what_to_do() {
    let town = everything_open().await;
    let bomb = (0..400).map(|n| format!("c{n}={}", "x".repeat(40))).collect::<Vec<_>>().join("; ");
    let long = "x".repeat(16 * 1024);
    for route in ROUTES {
        let method: Method = route.method.parse().unwrap();
        for header in [("cookie", bomb.as_str()), ("x-long", long.as_str())] {
            let page = ask(&town, method.clone(), example_of(route.path), &[header], "").await;
            assert_eq!(page.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "{}", route.path);
            assert!(page.body.contains("16 KiB") && page.body.contains("cookies"), "{}", page.body);
            assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        }
    }
    let query = format!("/authorize?state={long}");
    let page = ask(&town, Method::GET, &query, &[], "").await;
    assert_eq!(page.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    town.leave().await;
}

/// Cookies of others below the limit do no harm, nor do ours when they are broken.
#[tokio::test]
async fn odd_cookies_below_the_limit_do_no_harm() {
    let town = everything_open().await;
    let portal = town.rp("portal");
    let many = (0..300).map(|n| format!("c{n}={}", "x".repeat(30))).collect::<Vec<_>>().join("; ");
    let broken = "__Host-motcua_session=%%%; __Host-motcua_browser=\"; =; ;;; __Host-motcua_device=é; motcua_lang=xx";
    for cookies in [many.as_str(), broken] {
        let url = portal.url(&[]);
        let target = url.strip_prefix(crate::town::ISSUER).unwrap();
        let page = ask(&town, Method::GET, target, &[("cookie", cookies)], "").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert!(page.location().unwrap().starts_with("/login?login="));
    }
    town.leave().await;
}

/// RFC 6749 appendix B: parameters are UTF-8 in percent-encoding; anything else is a bad request that says so.
#[tokio::test]
async fn broken_encodings_are_400_with_a_reason() {
    let town = everything_open().await;
    for broken in ["a=%ff", "a=%zz", "a=%4", "a=%", "a=%c3%28", "a=%ed%a0%80", "a=%00", "%ff=a"] {
        for page in each_post(&town, &[FORM], broken).await {
            let posted_authorization = page.url == "/authorize";
            if !posted_authorization {
                assert_eq!(page.status, StatusCode::BAD_REQUEST, "{} {broken}", page.url);
                assert!(page.body.contains("UTF-8"), "{}: {}", page.url, page.body);
            }
        }
        for path in ["/authorize", "/login", "/login/select", "/consent"] {
            let page = ask(&town, Method::GET, &format!("{path}?{broken}"), &[], "").await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path} {broken}");
            assert!(page.body.contains("UTF-8"), "{path}: {}", page.body);
        }
    }
    for broken in ["a=\u{7f}", "a= ", "a=ế", "a=\n", "a=#"] {
        let page = ask(&town, Method::POST, "/authorize", &[FORM], broken).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{broken:?}");
    }
    town.leave().await;
}

/// Parameters are bounded in number as they are in length.
#[tokio::test]
async fn more_than_a_hundred_parameters_are_400_with_a_reason() {
    let town = everything_open().await;
    let many = |number: usize| (0..number).map(|n| format!("p{n}=&")).collect::<String>();
    for page in each_post(&town, &[FORM], &many(101)).await.into_iter().filter(|page| page.url != "/authorize") {
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.url);
        assert!(page.body.contains("more than 100 parameters"), "{}: {}", page.url, page.body);
    }
    for path in ["/authorize", "/logout", "/login"] {
        let page = ask(&town, Method::GET, &format!("{path}?{}", many(101)), &[], "").await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(page.body.contains("more than 100 parameters"), "{path}: {}", page.body);
    }
    let url = town.rp("portal").url(&[]);
    let page = town.browser().open(&format!("{url}&{}", many(92))).await;
    assert_eq!(page.path(), "/login", "{}", page.body);
    town.leave().await;
}

/// OpenID Connect Core §5.5: what `claims` asks for is bounded in number and depth, and RFC 8259 §4: "The names within an
/// object SHOULD be unique".
#[tokio::test]
async fn a_claims_parameter_that_is_deep_crowded_or_ambiguous_is_refused() {
    let town = everything_open().await;
    let portal = town.rp("portal");
    let value = |levels: usize| {
        let value = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        format!("{{\"userinfo\":{{\"name\":{{\"value\":{value}}}}}}}")
    };
    let many = |number: usize| {
        let wishes: Vec<String> = (0..number).map(|n| format!("\"c{n}\":null")).collect();
        format!("{{\"id_token\":{{{}}}}}", wishes.join(","))
    };
    let twice = r#"{"id_token":{"acr":{"essential":true,"value":"x"},"acr":null}}"#.to_owned();
    for claims in [value(60), many(101), twice] {
        let page = town.browser().open(&portal.url(&[("claims", &claims)])).await;
        assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"), "{claims}");
        refused(&portal.push(&[("claims", &claims)]).await, 400, "invalid_request");
    }
    for claims in [value(20), many(100)] {
        let page = portal.finish(&mut town.browser(), &portal.url(&[("claims", &claims)])).await;
        assert!(page.parameter("code").is_some(), "{}", page.url);
    }
    town.leave().await;
}

/// RFC 9110 §15.5.16: "415 (Unsupported Media Type)".
#[tokio::test]
async fn another_content_type_is_a_4xx_that_names_the_right_one() {
    let town = everything_open().await;
    for content_type in ["application/json", "text/plain", "multipart/form-data; boundary=x", "x", "", ";;;"] {
        for page in each_post(&town, &[("content-type", content_type)], "{\"a\":1}").await {
            assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{} {content_type}", page.url);
            assert!(page.body.contains("application/x-www-form-urlencoded"), "{}: {}", page.url, page.body);
        }
    }
    for page in each_post(&town, &[], "a=1").await.into_iter().filter(|page| page.url != "/userinfo") {
        assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", page.url);
    }
    town.leave().await;
}

/// RFC 9110 §8.3.1: media types compare without case, and their parameters do not matter here.
#[tokio::test]
async fn the_right_content_type_is_known_in_any_case_and_with_parameters() {
    let town = everything_open().await;
    for content_type in ["Application/X-WWW-Form-Urlencoded", "application/x-www-form-urlencoded; charset=UTF-8"] {
        let page = ask(&town, Method::POST, "/token", &[("content-type", content_type)], "grant_type=x").await;
        assert_eq!(page.json()["error"], "invalid_client");
    }
    town.leave().await;
}

/// A sign-in that does not open is a page that says how to start again; so is a form without one. A page that is opened without
/// one, or with an empty one (RFC 6749 §3.1: "as if they were omitted"), leads home.
#[tokio::test]
async fn a_page_without_a_sign_in_is_400_and_a_page() {
    let town = everything_open().await;
    let routes = ROUTES.iter().filter(|route| route.fields.contains(&"login"));
    for route in routes.filter(|route| (route.method, route.path) != ("GET", "/sign-in")) {
        let method: Method = route.method.parse().unwrap();
        let none = ["", "login=a&login=b"].into_iter().filter(|_| method == Method::POST);
        for login in ["login=", "login=x", "login=AAAA"].into_iter().chain(none) {
            let target = if method == Method::GET { format!("{}?{login}", route.path) } else { route.path.to_owned() };
            let page = ask(&town, method.clone(), &target, &[FORM], login).await;
            if (&method, login) == (&Method::GET, "login=") {
                assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, Some("/")), "{target}");
                continue;
            }
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{method} {target}");
            assert!(page.body.contains("<h1"), "{}", page.body);
        }
    }
    town.leave().await;
}

/// A sign-in is bound to the browser that began it: elsewhere, or without cookies, it goes no further.
#[tokio::test]
async fn a_sign_in_from_another_browser_is_refused() {
    let town = everything_open().await;
    let page = town.browser().open(&town.rp("portal").url(&[])).await;
    let mut other = town.browser();
    assert_eq!(other.open(&page.url).await.status, StatusCode::BAD_REQUEST);
    let typed = other.fill(&page, &[("username", "khai"), ("password", crate::town::PASSWORD)]).await;
    assert_eq!(typed.status, StatusCode::BAD_REQUEST);
    assert_eq!(typed.header("set-cookie"), None);
    town.leave().await;
}
