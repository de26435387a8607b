//! What a portal answers without a provider: its pages, and what it refuses.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::Request;
use http::StatusCode;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::Board;
use super::Kind;
use super::Lang;
use super::Portal;
use super::look;
use super::relying_party::Trouble;
use super::site;
use super::trouble;
use crate::base::secret::Secret;

fn portal(kind: Kind) -> Portal {
    Portal {
        kind,
        // Nobody listens there.
        issuer: "http://localhost:1".to_owned(),
        client_id: kind.key().to_owned(),
        client_secret: Secret::new("secret".to_owned()),
        origin: "http://localhost:2".to_owned(),
        siblings: Vec::new(),
    }
}

fn routes(kind: Kind) -> Router {
    // A second call finds the provider installed, which is as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    site::routes(portal(kind), Arc::new(Board::default())).unwrap()
}

async fn ask(kind: Kind, request: http::request::Builder) -> (StatusCode, http::HeaderMap, String) {
    let answer = routes(kind).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn each_portal_has_a_page_of_its_own_in_both_languages_that_its_policy_permits() {
    for kind in Kind::all() {
        for lang in [Lang::Vi, Lang::En] {
            let (status, headers, body) = ask(kind, Request::get(format!("/?lang={}", lang.tag()))).await;
            assert_eq!(status, StatusCode::OK);
            assert!(body.contains(&format!("<html lang=\"{}\">", lang.tag())));
            let says = |text: &str| body.contains(&look::unbroken(text));
            assert!(says(kind.service(lang)) && says(kind.agency(lang)));
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; style-src 'self'; "), "{policy}");
            for forbidden in [" style=", "<style", "<script", " onclick="] {
                assert!(!body.contains(forbidden), "{forbidden}");
            }
            let cookie = headers["set-cookie"].to_str().unwrap();
            assert!(cookie.starts_with(&format!("portal_{}_lang={};", kind.key(), lang.tag())), "{cookie}");
        }
    }
}

#[tokio::test]
async fn a_response_that_this_browser_did_not_ask_for_is_refused() {
    let cookie = format!("portal_national_browser={}", "a".repeat(43));
    for query in ["", "?code=c&state=s&iss=http://localhost:1", "?error=access_denied&state=s"] {
        let request = Request::get(format!("/callback{query}")).header("cookie", &cookie);
        let (status, headers, body) = ask(Kind::National, request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(!headers.contains_key("set-cookie") && body.contains("id=\"again\""));
    }
}

#[tokio::test]
async fn a_provider_that_is_not_up_yet_gives_a_page_with_a_way_to_try_again() {
    let (status, _, body) = ask(Kind::Province, Request::get("/sign-in?lang=en")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("<title>Error: ") && body.contains("href=\"/sign-in?lang=en\""));
}

#[tokio::test]
async fn a_sign_in_that_another_provider_begins_is_refused() {
    let (status, headers, _) = ask(Kind::Province, Request::get("/sign-in?iss=https%3A%2F%2Fevil.example")).await;
    assert_eq!((status, headers.contains_key("location")), (StatusCode::BAD_REQUEST, false));
}

#[test]
fn what_a_portal_says_it_receives_is_what_it_asks_for() {
    let words = |claim: &str| match claim {
        "name" => ("họ tên", "name"),
        "birthdate" => ("ngày sinh", "date of birth"),
        "email" => ("email", "e-mail address"),
        "phone_number" => ("số điện thoại", "phone number"),
        "address" => ("địa chỉ", " address"),
        other => panic!("{other}"),
    };
    for kind in Kind::all() {
        let (vi, en) = (kind.receives(Lang::Vi), kind.receives(Lang::En));
        for claim in ["name", "birthdate", "email", "phone_number", "address"] {
            let (in_vi, in_en) = words(claim);
            let asked = kind.claims().contains(&claim);
            let said = en
                .replace("e-mail address", "e-mail-address")
                .contains(&in_en.replace("e-mail address", "e-mail-address"));
            assert_eq!((vi.contains(in_vi), said), (asked, asked), "{kind:?} {claim}");
        }
    }
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_session() {
    let request = Request::get("/me").header("cookie", "portal_hospital_session=x");
    let (status, headers, _) = ask(Kind::Hospital, request).await;
    assert_eq!((status, headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/"));
}

#[tokio::test]
async fn another_portal_cannot_sign_a_person_out() {
    for path in ["/sign-out", "/sign-out-everywhere"] {
        let from = |site| Request::post(path).header("sec-fetch-site", site);
        assert_eq!(ask(Kind::Commune, from("same-site")).await.0, StatusCode::FORBIDDEN);
        assert_eq!(ask(Kind::Commune, from("cross-site")).await.0, StatusCode::FORBIDDEN);
        assert_eq!(ask(Kind::Commune, from("same-origin")).await.0, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn the_provider_alone_may_frame_what_tells_of_a_sign_out() {
    let (status, headers, _) = ask(Kind::Ministry, Request::get("/front-channel-logout?iss=x&sid=y")).await;
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert_eq!((status, policy), (StatusCode::OK, "default-src 'none'; frame-ancestors http://localhost:1"));
    assert_eq!(headers["cache-control"], "no-store");
    let (_, headers, _) = ask(Kind::Ministry, Request::get("/")).await;
    assert!(headers["content-security-policy"].to_str().unwrap().ends_with("frame-ancestors 'none'"));
}

#[test]
fn what_the_provider_says_is_shown_as_text() {
    let why = Trouble::Refused { code: "x".to_owned(), description: "<script>alert(1)</script>".to_owned() };
    let page = trouble::page(&portal(Kind::Ministry), Lang::En, &why);
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
}
