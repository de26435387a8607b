//! The response mode form_post: OAuth 2.0 Form Post Response Mode, with its script allowed by digest (CSP3 §2.3.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use motcua::base::secret::sha256;

use crate::town::Town;

/// CSP3 §6.7.3.3: "'sha256-…'" of the very text between the tags.
#[tokio::test]
async fn the_policy_allows_the_one_script_by_its_digest() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let page = browser.open(&portal.url(&[("response_mode", "form_post"), ("state", "\"><script>x</script>")])).await;
    assert_eq!(page.status, StatusCode::OK);
    let scripts: Vec<&str> =
        page.body.split("<script>").skip(1).map(|rest| rest.split("</script>").next().unwrap()).collect();
    assert_eq!(scripts.len(), 1, "{}", page.body);
    assert_eq!(page.body.matches("<script").count(), 1);
    let csp = page.header("content-security-policy").unwrap();
    let digest = STANDARD.encode(sha256(scripts[0].as_bytes()));
    assert!(csp.contains(&format!("; script-src 'sha256-{digest}';")), "{csp}");
    assert!(!csp.contains("form-action"), "{csp}");
    assert!(csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"), "{csp}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    town.leave().await;
}

/// §2: "the parameters […] are encoded as HTML form values that are auto-submitted", and a button where no script runs.
#[tokio::test]
async fn the_form_posts_the_response_to_the_redirect_uri() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let page = browser.open(&portal.url(&[("response_mode", "form_post")])).await;
    assert!(page.body.contains("<form method=\"post\" action=\"https://portal.example/cb\">"), "{}", page.body);
    assert!(page.body.contains("<button"));
    let fields = page.hidden();
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["code", "state", "iss"]);
    let redeemed = portal.redeem(&fields[0].1, &[]).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{}", redeemed.body);
    town.leave().await;
}
