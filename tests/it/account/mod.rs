//! The account: what people see of themselves, and what they decide.

mod closing;
mod export;
mod history;
mod kept;
mod language;
mod overview;
mod searching;
mod sessions;
mod zone;

use http::header;

use crate::town::Browser;
use crate::town::Page;
use crate::town::Town;

const PHONE: &str =
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";

/// A browser in which somebody is signed in by themselves.
pub async fn signed_in(town: &Town, name: &str) -> Browser {
    let mut browser = town.browser().speaking("en");
    sign_in(&mut browser, name).await;
    browser
}

async fn sign_in(browser: &mut Browser, name: &str) {
    let page = browser.open("/sign-in").await;
    let page = browser.fill(&page, &[("username", name), ("password", crate::town::PASSWORD)]).await;
    assert_eq!(page.path(), "/", "{}", page.body);
}

/// The same on a telephone.
async fn on_a_phone(town: &Town, name: &str) -> Browser {
    let mut browser = town.browser().speaking("en");
    browser.headers.insert(header::USER_AGENT, PHONE.parse().unwrap());
    sign_in(&mut browser, name).await;
    browser
}

/// A declaration of the client `desk`, of a service by this name.
fn desk(service: &str) -> String {
    format!(
        "[[services]]\nid = \"{service}\"\nagency = \"province\"\nlegal_basis = \"public-task\"\n\
         name = {{ vi = \"{service}\", en = \"{service}\" }}\npurpose = {{ vi = \"x\", en = \"x\" }}\n\
         [[clients]]\nclient_id = \"desk\"\nservice = \"{service}\"\nredirect_uris = [\"https://desk.example/cb\"]\n\
         secrets = [\"desk-secret-of-a-test-that-is-long-enough\"]\nscope = \"openid profile email\"\n"
    )
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.open("/account").await.path() == "/account"
}

/// The sign-ins that a page of the account lets people end, the others at once aside.
fn ends(page: &Page) -> Vec<String> {
    let values = page.body.split("name=\"end\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.filter(|value| *value != "others").map(str::to_owned).collect()
}

/// The proof that a page was this session's.
fn confirm(page: &Page) -> String {
    page.hidden().into_iter().find(|(name, _)| name == "confirm").unwrap().1
}
