//! Paths and methods: RFC 9110 §9 and §15.5.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use http::Method;
use http::StatusCode;
use motcua::http::routes::ROUTES;

use super::ask;
use super::example_of;
use crate::town::Town;

/// RFC 9110 §15.5.5: "404 (Not Found)".
#[tokio::test]
async fn an_unknown_path_is_404_and_a_page() {
    let town = Town::new().await;
    for path in ["/nothing", "/token/", "/TOKEN", "/.well-known/nothing", "/login/x", "/%2e%2e/etc/passwd", "//token"] {
        for method in [Method::GET, Method::POST] {
            let page = ask(&town, method, path, &[], "").await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.body.contains("<h1"), "{path}: {}", page.body);
        }
    }
    for name in ["x.css", "%2e%2e", "tokens.css", "%00"] {
        assert_eq!(town.get(&format!("/assets/{name}")).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    town.leave().await;
}

/// RFC 9110 §15.5.6: "The origin server MUST generate an Allow header field in a 405 response containing a list of the
/// target resource's currently supported methods."
#[tokio::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let town = Town::new().await;
    let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in ROUTES {
        let of_path = methods.entry(example_of(route.path)).or_default();
        of_path.insert(route.method);
        of_path.extend((route.method == "GET").then_some("HEAD"));
    }
    for (path, allowed) in methods {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            if allowed.contains(method) {
                continue;
            }
            let page = ask(&town, method.parse().unwrap(), path, &[], "").await;
            assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let allow = page.header("allow").unwrap_or_else(|| panic!("no Allow: {method} {path}"));
            let named: BTreeSet<&str> = allow.split(',').map(str::trim).collect();
            assert_eq!(named, allowed, "{method} {path}");
        }
    }
    town.leave().await;
}

/// RFC 9110 §9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send content in the response."
#[tokio::test]
async fn head_is_get_without_content() {
    let town = Town::new().await;
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let path = example_of(route.path);
        let (get, head) = (town.get(path).await, ask(&town, Method::HEAD, path, &[], "").await);
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
        for name in ["content-type", "cache-control", "content-security-policy", "location", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    town.leave().await;
}

/// RFC 9110 §9.3.7: OPTIONS acts on nothing; where no browser code calls, it is a method like any other that is not there.
#[tokio::test]
async fn options_acts_on_nothing() {
    let town = Town::new().await;
    for route in ROUTES {
        let page = ask(&town, Method::OPTIONS, example_of(route.path), &[], "").await;
        assert!(page.status == StatusCode::OK || page.status == StatusCode::METHOD_NOT_ALLOWED, "{}", route.path);
        assert!(page.status != StatusCode::OK || page.body.is_empty(), "{}: {}", route.path, page.body);
        assert_eq!(page.header("set-cookie"), None);
    }
    town.leave().await;
}
