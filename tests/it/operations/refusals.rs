//! What an operator finds in the log when a developer, or a person with a number, calls.

use motcua::store::db::Db;
use reqwest::Response;
use serde_json::Value;

use super::program::Serving;
use super::program::Site;
use super::program::http;
use crate::store::execute;
use crate::town::DECLARATION;
use crate::town::VERIFIER;

/// A site that knows the town's clients and people, and logs at `filter`.
async fn site(filter: &str) -> (Site, Serving) {
    let site = Site::new("", "").await;
    let config = std::fs::read_to_string(site.path("motcua.toml")).unwrap();
    site.write("motcua.toml", &config.replace("[operations]\n", &format!("[operations]\nlog = \"{filter}\"\n")));
    site.write("town.toml", DECLARATION);
    site.configured(&["apply", "town.toml"]).succeeded();
    let serving = site.serve().await;
    (site, serving)
}

async fn token(serving: &Serving, secret: &str, form: &[(&str, &str)]) -> Response {
    http().post(serving.url("/token")).basic_auth("portal", Some(secret)).form(form).send().await.unwrap()
}

/// The number on an error page.
fn reference(page: &str) -> String {
    let digits = |text: &str| {
        text.len() == 9 && text.chars().enumerate().all(|(at, c)| if at == 4 { c == '-' } else { c.is_ascii_digit() })
    };
    let mut words = page.split(|c: char| !(c.is_ascii_digit() || c == '-'));
    words.find(|word| digits(word)).unwrap_or_else(|| panic!("no reference: {page}")).to_owned()
}

/// Each refusal is one line: who asked, what for, with what, and why not; and nobody's secret.
#[tokio::test]
async fn a_refusal_is_one_line_that_names_the_client_and_what_it_gave() {
    let (site, mut serving) = site("info").await;
    let secret = "a-secret-that-is-wrong-and-must-not-be-logged";
    token(&serving, secret, &[("grant_type", "authorization_code"), ("code", "a-code-of-somebody")]).await;
    let line = serving.line("refused").await;
    assert_eq!((&line["client_id"], &line["endpoint"]), (&Value::from("portal"), &Value::from("/token")));
    assert!(line["error"].as_str().unwrap().contains("wrong secret"), "{line}");
    let given = line["given"].as_str().unwrap();
    assert!(given.contains("grant_type=authorization_code") && given.contains("code=…"), "{given}");
    assert!(!line.to_string().contains(secret) && !line.to_string().contains("a-code-of-somebody"), "{line}");

    let asks =
        "/authorize?response_type=code&client_id=portal&scope=openid&redirect_uri=https%3A%2F%2Fportal.example%2Fcb";
    http().get(serving.url(&format!("{asks}&state={VERIFIER}"))).send().await.unwrap();
    let line = serving.line("an authorization request was refused").await;
    assert_eq!(line["client_id"], "portal");
    assert!(line["error"].as_str().unwrap().contains("code_challenge is missing"), "{line}");
    assert!(line["given"].as_str().unwrap().contains("redirect_uri=https://portal.example/cb"), "{line}");
    assert!(!line.to_string().contains(VERIFIER), "{line}");
    serving.stop().await;
    site.leave().await;
}

/// The number on a page leads to the line that says what the page does not: the client, the parameter, what was given.
#[tokio::test]
async fn the_number_on_a_page_leads_to_more_than_the_page_says() {
    let (site, mut serving) = site("info").await;
    let asks =
        "/authorize?response_type=code&client_id=portal&scope=openid&redirect_uri=https%3A%2F%2Fother.example%2Fcb";
    let page = http().get(serving.url(asks)).send().await.unwrap().text().await.unwrap();
    let reference = reference(&page);
    let line = serving.line_with("reference", &reference).await;
    assert_eq!((&line["client_id"], &line["parameter"]), (&Value::from("portal"), &Value::from("redirect_uri")));
    assert!(line.to_string().contains("https://other.example/cb"), "{line}");
    serving.stop().await;
    site.leave().await;
}

/// Our own fault is an error, whatever else is logged: one line, with the number that the page shows.
#[tokio::test]
async fn a_fault_is_an_error_line_with_the_number_of_its_page() {
    let (site, mut serving) = site("error,motcua::cli=info").await;
    let asks = "/authorize?response_type=code&client_id=portal&scope=openid&redirect_uri=https%3A%2F%2Fportal.example%2Fcb\
                &code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let first = http().get(serving.url(asks)).send().await.unwrap();
    let cookie = first.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let login = first.headers()["location"].to_str().unwrap().split_once("login=").unwrap().1.to_owned();
    let db: Db = site.db().await;
    execute(&db, "ALTER TABLE names RENAME TO nobodys_names").await;
    let form = [("login", login.as_str()), ("username", "khai"), ("password", "x")];
    let sent = http().post(serving.url("/login")).header("cookie", cookie).form(&form).send().await.unwrap();
    let (status, page) = (sent.status(), sent.text().await.unwrap());
    let line = serving.line_with("reference", &reference(&page)).await;
    assert_eq!((status.as_u16(), &line["level"]), (500, &Value::from("ERROR")), "{line}");
    assert!(line["fault"].as_str().unwrap().contains("names"), "{line}");
    db.close().await;
    serving.stop().await;
    site.leave().await;
}
