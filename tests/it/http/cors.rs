//! Cross-origin requests: Fetch §3.2; origins that a client registered, on the endpoints that browser code calls.

use std::time::Duration;

use http::Method;
use http::StatusCode;
use motcua::http::routes::Caller;
use motcua::http::routes::ROUTES;

use super::FORM;
use super::ask;
use super::example_of;
use crate::town::Town;

const REGISTERED: &str = "https://portal.example";
const ALLOWED: &str = "access-control-allow-origin";

/// Fetch §3.2.3: "Access-Control-Allow-Origin: Indicates whether the response can be shared".
#[tokio::test]
async fn a_registered_origin_may_read_each_endpoint_for_programs_and_no_page() {
    let town = Town::new().await;
    for route in ROUTES {
        let method: Method = route.method.parse().unwrap();
        let page = ask(&town, method, example_of(route.path), &[FORM, ("origin", REGISTERED)], "").await;
        match route.caller {
            Caller::Browser => assert_eq!(page.header(ALLOWED), None, "{} {}", route.method, route.path),
            Caller::Anybody | Caller::Client | Caller::Bearer | Caller::Official => {
                assert_eq!(page.header(ALLOWED), Some(REGISTERED), "{} {}", route.method, route.path);
                assert!(page.header("vary").is_some_and(|vary| vary.to_lowercase().contains("origin")));
            }
        }
        assert_eq!(page.header("access-control-allow-credentials"), None, "{}", route.path);
    }
    town.leave().await;
}

/// sign-in.md, rule 4: "Nobody waits for ever": what is published from memory is published to browser code too.
#[tokio::test]
async fn a_registered_origin_may_read_while_the_database_is_away() {
    let town = Town::new().await;
    let read = async |origin| ask(&town, Method::GET, "/jwks", &[("origin", origin)], "").await;
    assert_eq!(read(REGISTERED).await.header(ALLOWED), Some(REGISTERED));
    town.app.db.close().await;
    town.clock.pass(Duration::from_secs(5));
    for (origin, allowed) in [(REGISTERED, Some(REGISTERED)), ("https://evil.example", None)] {
        let page = read(origin).await;
        assert_eq!((page.status, page.header(ALLOWED)), (StatusCode::OK, allowed), "{origin}");
    }
    town.leave().await;
}

/// Fetch §3.2: an origin that nobody registered may read nothing.
#[tokio::test]
async fn another_origin_may_read_nothing() {
    let town = Town::new().await;
    for origin in [
        "https://evil.example",
        "https://portal.example.evil.example",
        "https://portal.example:8443",
        "http://portal.example",
        "https://portal.example/",
        "https://PORTAL.example",
        "null",
        "*",
        "",
    ] {
        for route in ROUTES {
            let method: Method = route.method.parse().unwrap();
            let page = ask(&town, method, example_of(route.path), &[FORM, ("origin", origin)], "").await;
            assert_eq!(page.header(ALLOWED), None, "{origin} at {}", route.path);
        }
    }
    town.leave().await;
}

/// Fetch §3.2.2: "CORS-preflight request".
#[tokio::test]
async fn a_preflight_of_a_registered_origin_is_answered() {
    let town = Town::new().await;
    for (path, method) in [
        ("/token", "POST"),
        ("/userinfo", "GET"),
        ("/userinfo", "POST"),
        ("/jwks", "GET"),
        ("/register", "POST"),
        ("/register/portal", "PUT"),
        ("/register/portal", "DELETE"),
    ] {
        let headers = [
            ("origin", REGISTERED),
            ("access-control-request-method", method),
            ("access-control-request-headers", "authorization,content-type"),
        ];
        let page = ask(&town, Method::OPTIONS, path, &headers, "").await;
        assert!(page.status.is_success(), "{path}: {}", page.status);
        assert_eq!(page.header(ALLOWED), Some(REGISTERED));
        assert!(page.header("access-control-allow-methods").is_some_and(|methods| methods.contains(method)));
        let allowed = page.header("access-control-allow-headers").unwrap().to_lowercase();
        assert!(allowed.contains("authorization") && allowed.contains("content-type"), "{allowed}");
        assert!(page.header("access-control-max-age").is_some());
        let stranger = [("origin", "https://evil.example"), headers[1], headers[2]];
        assert_eq!(ask(&town, Method::OPTIONS, path, &stranger, "").await.header(ALLOWED), None);
    }
    for path in ["/authorize", "/login", "/consent", "/logout/confirm", "/"] {
        let headers = [("origin", REGISTERED), ("access-control-request-method", "POST")];
        let page = ask(&town, Method::OPTIONS, path, &headers, "").await;
        assert_eq!((page.status, page.header(ALLOWED)), (StatusCode::METHOD_NOT_ALLOWED, None), "{path}");
    }
    town.leave().await;
}

/// Fetch §3.2: an origin counts as soon as a client registers it, and no longer than that.
#[tokio::test]
async fn an_origin_counts_while_it_is_registered() {
    let town = Town::new().await;
    let client = |origins: &str| {
        format!(
            "[[clients]]\nclient_id = \"spa\"\ntoken_endpoint_auth_method = \"none\"\nscope = \"openid\"\n\
             redirect_uris = [\"https://spa.example/cb\"]\norigins = [{origins}]\n"
        )
    };
    let allowed = async || {
        let page = ask(&town, Method::GET, "/jwks", &[("origin", "https://spa.example")], "").await;
        page.header(ALLOWED).map(str::to_owned)
    };
    assert_eq!(allowed().await, None);
    town.apply(&client("\"https://spa.example\"")).await;
    assert_eq!(allowed().await.as_deref(), Some("https://spa.example"));
    town.apply(&client("")).await;
    assert_eq!(allowed().await, None);
    for mistaken in ["https://spa.example/", "spa.example", "*", "null"] {
        assert!(town.try_apply(&client(&format!("\"{mistaken}\"")), false).await.is_err(), "{mistaken}");
    }
    town.leave().await;
}
