//! What the token endpoint says when it refuses: RFC 6749 §5.2.

use super::basic;
use super::post;
use crate::town::Town;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// §5.2: "The parameters are included in the entity-body of the HTTP response using the "application/json" media type";
/// error and error_description "MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E".
#[tokio::test]
async fn each_refusal_is_json_with_registered_members_in_plain_ascii() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let machine = basic("machine", "machine-secret-of-a-test-that-is-long-enough");
    let wrong = basic("machine", "wrong");
    let own = basic("portal", &portal.secret());
    let code = portal.code(&mut town.browser(), &[]).await;
    let redeem = format!("grant_type=authorization_code&code={code}");
    let at = "redirect_uri=https%3A%2F%2Fportal.example%2Fcb";
    let long = format!("grant_type=x&y={}", "z".repeat(70_000));
    let verifier = format!("code_verifier={}", "v".repeat(43));
    let cases: Vec<(&str, &str, &str, String)> = vec![
        ("no client", FORM, "", "grant_type=client_credentials".into()),
        ("wrong secret", FORM, &wrong, "grant_type=client_credentials".into()),
        ("malformed credentials", FORM, "Basic !", "grant_type=client_credentials".into()),
        ("two methods", FORM, &machine, "grant_type=client_credentials&client_secret=x".into()),
        ("another client_id", FORM, &machine, "grant_type=client_credentials&client_id=x".into()),
        ("no grant_type", FORM, &machine, String::new()),
        ("unknown grant_type", FORM, &machine, "grant_type=password".into()),
        ("grant_type not registered", FORM, &machine, redeem.clone()),
        ("repeated parameter", FORM, &machine, "grant_type=client_credentials&scope=a&scope=b".into()),
        ("repeated odd parameter", FORM, &machine, "grant_type=client_credentials&%22%5C=a&%22%5C=b".into()),
        ("unknown scope", FORM, &machine, "grant_type=client_credentials&scope=x".into()),
        ("odd scope", FORM, &machine, "grant_type=client_credentials&scope=%22%E1%BA%BF".into()),
        ("unknown resource", FORM, &machine, "grant_type=client_credentials&resource=https%3A%2F%2Fx".into()),
        ("malformed resource", FORM, &machine, "grant_type=client_credentials&resource=%22%5C".into()),
        ("two resources", FORM, &machine, "grant_type=client_credentials&resource=a&resource=b".into()),
        ("no code", FORM, &own, "grant_type=authorization_code".into()),
        ("unknown code", FORM, &own, "grant_type=authorization_code&code=x".into()),
        ("no redirect_uri", FORM, &own, redeem.clone()),
        ("another redirect_uri", FORM, &own, format!("{redeem}&redirect_uri=https%3A%2F%2Fx")),
        ("no verifier", FORM, &own, format!("{redeem}&{at}")),
        ("wrong verifier", FORM, &own, format!("{redeem}&{at}&{verifier}")),
        ("no refresh token", FORM, &own, "grant_type=refresh_token".into()),
        ("unknown refresh token", FORM, &own, "grant_type=refresh_token&refresh_token=x".into()),
        ("JSON", JSON, &machine, "{\"grant_type\":\"client_credentials\"}".into()),
        ("broken encoding", FORM, &machine, "grant_type=%zz".into()),
        ("broken UTF-8", FORM, &machine, "grant_type=%ff".into()),
        ("NUL", FORM, &machine, "grant_type=%00".into()),
        ("too long", FORM, &machine, long),
    ];
    let mut table = String::new();
    for (name, content_type, authorization, body) in cases {
        let mut headers = vec![("content-type", content_type)];
        headers.extend((!authorization.is_empty()).then_some(("authorization", authorization)));
        let page = post(&town, "/token", &headers, &body).await;
        assert_eq!(page.header("content-type"), Some("application/json"), "{name}");
        let json = page.json();
        let members: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error", "error_description"], "{name}");
        let (error, description) = (json["error"].as_str().unwrap(), json["error_description"].as_str().unwrap());
        let plain = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(error.bytes().chain(description.bytes()).all(plain), "{name}: {}", page.body);
        table += &format!("{name:28} {} {error}: {description}\n", page.status.as_u16());
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("token_endpoint_errors", table);
    });
    town.leave().await;
}
