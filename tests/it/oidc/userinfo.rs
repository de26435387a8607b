//! UserInfo: OpenID Connect Core §5.3, §5.4, RFC 6750.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use http::header;
use serde_json::Value;

use super::seconds;
use crate::town::Page;
use crate::town::Town;
use crate::town::claims_of;

async fn answer(town: &Town, request: Request) -> Page {
    Page::read("/userinfo", town.send(request).await).await
}

fn post(body: String) -> Request {
    let form = "application/x-www-form-urlencoded";
    Request::post("/userinfo").header(header::CONTENT_TYPE, form).body(Body::from(body)).unwrap()
}

/// §5.3.1: "The UserInfo Endpoint MUST support the use of the HTTP GET and HTTP POST methods" and bearer tokens.
#[tokio::test]
async fn get_and_post_and_a_token_in_the_form_give_the_same_answer() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let by_get = portal.userinfo(tokens.access_token()).await;
    assert_eq!((by_get.status, by_get.header("content-type")), (StatusCode::OK, Some("application/json")));
    let bearer = format!("Bearer {}", tokens.access_token());
    let request = Request::post("/userinfo").header(header::AUTHORIZATION, bearer).body(Body::empty()).unwrap();
    assert_eq!(answer(&town, request).await.json(), by_get.json());
    let by_form = answer(&town, post(format!("access_token={}", tokens.access_token()))).await;
    assert_eq!(by_form.json(), by_get.json());
    town.leave().await;
}

/// §5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match the sub Claim in the ID Token".
#[tokio::test]
async fn the_sub_equals_that_of_the_id_token_and_of_the_access_token() {
    let town = Town::new().await;
    let mut browser = town.browser();
    for id in ["portal", "clinic", "certified", "app"] {
        let rp = town.rp(id);
        let tokens = rp.tokens(&mut browser, &[]).await;
        let sub = rp.userinfo(tokens.access_token()).await.json()["sub"].clone();
        assert_eq!(sub, tokens.claims()["sub"], "{id}");
        assert_eq!(sub, claims_of(tokens.access_token())["sub"], "{id}");
    }
    town.leave().await;
}

/// §5.4: each scope value "requests access to" its claims and no other; §5.1: their types.
#[tokio::test]
async fn each_scope_value_gives_its_claims_with_their_types() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let profile = [
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ];
    let scopes: [(&str, &[&str]); 5] = [
        ("openid", &[]),
        ("openid profile", &profile),
        ("openid email", &["email", "email_verified"]),
        ("openid address", &["address"]),
        ("openid phone", &["phone_number", "phone_number_verified"]),
    ];
    for (scope, claims) in scopes {
        let portal = town.rp("portal").with_scope(scope);
        let tokens = portal.tokens(&mut browser, &[]).await;
        let Value::Object(given) = portal.userinfo(tokens.access_token()).await.json() else { panic!("no object") };
        let names: BTreeSet<&str> = given.keys().map(String::as_str).collect();
        assert_eq!(names, claims.iter().copied().chain(["sub"]).collect(), "{scope}");
        for (name, value) in &given {
            let right = match name.as_str() {
                "email_verified" | "phone_number_verified" => value.is_boolean(),
                "updated_at" => value.is_u64(),
                "address" => value["formatted"].is_string() && value["country"] == "VN",
                _ => value.is_string(),
            };
            assert!(right, "{name}: {value}");
        }
    }
    town.leave().await;
}

/// §5.3.2: "If a Claim is not returned, that Claim Name SHOULD be omitted … it SHOULD NOT be present with a null or empty
/// string value."
#[tokio::test]
async fn a_claim_that_is_not_known_is_left_out() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid profile email phone");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    let arrived = browser.sign_in(&page, "an").await;
    let tokens = portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.json();
    let Value::Object(given) = portal.userinfo(tokens["access_token"].as_str().unwrap()).await.json() else {
        panic!("no object")
    };
    assert_eq!(given.keys().collect::<Vec<_>>(), ["email", "email_verified", "name", "sub"]);
    assert_eq!(given["email_verified"], false);
    town.leave().await;
}

/// RFC 6750 §3: "the resource server MUST include the HTTP WWW-Authenticate response header field".
#[tokio::test]
async fn without_a_token_the_challenge_says_nothing_else() {
    let town = Town::new().await;
    let page = town.get("/userinfo").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let challenge = page.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer realm=\"motcua\", ") && !challenge.contains("error"), "{challenge}");
    town.leave().await;
}

/// RFC 6750 §3.1: invalid_token for one that is "expired, revoked, malformed, or invalid for other reasons".
#[tokio::test]
async fn a_token_that_is_none_of_ours_or_has_expired_is_invalid() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    for token in ["garbage", tokens.id_token()] {
        let page = portal.userinfo(token).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
    }
    town.clock.pass(seconds(599));
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    town.clock.pass(seconds(1));
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request"; §2.3: never the query.
#[tokio::test]
async fn a_token_in_two_places_or_in_the_query_is_refused() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let token = tokens.access_token();
    let mut twice = post(format!("access_token={token}"));
    twice.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    let page = answer(&town, twice).await;
    assert_eq!((page.status, page.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!(town.get(&format!("/userinfo?access_token={token}")).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// RFC 9068 §4: "the resource server … MUST validate that the aud claim contains a resource indicator value" of its own.
#[tokio::test]
async fn a_token_for_another_resource_is_not_taken() {
    let town = Town::new().await;
    let certified = town.rp("certified");
    let changes = [("resource", "https://api.example/records")];
    let tokens = certified.tokens(&mut town.browser(), &changes).await;
    assert_eq!(claims_of(tokens.access_token())["aud"], "https://api.example/records");
    assert_eq!(certified.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// A person who may not sign in any more is not told of: a disabled account is dead within a second.
#[tokio::test]
async fn nothing_is_said_about_a_person_who_was_disabled() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[]).await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    super::passwords::disable_khai(&town).await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.open(&portal.url(&[])).await.path(), "/login");
    town.leave().await;
}
