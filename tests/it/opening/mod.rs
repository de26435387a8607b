//! People open accounts: an address, its code, who they are, how they sign in.

mod addresses;
mod floods;
mod numbers;
mod once;
mod passkeys;
mod script;
mod whole_way;

use std::time::Duration;

use motcua::base::secret::sha256;
use motcua::config::Config;
use serde_json::Value;

use crate::town::Browser;
use crate::town::Mail;
use crate::town::Page;
use crate::town::Town;

pub const LAN: &str = "lan@dongnoi.example";
pub const SECRET: &str = "river stone under seven bridges";

/// What the operator chose: the price is low.
pub fn open(config: &mut Config) {
    config.accounts.open = true;
    config.accounts.puzzle_bits = 8;
}

pub async fn town() -> Town {
    Town::with_post(open).await
}

/// What a script of the page finds: its own sum, with another's SHA-256.
pub fn solution(page: &Page) -> String {
    first(page, |zeros, bits| zeros >= bits)
}

/// The first number whose zeros are as wanted, beside those that the page asks for.
fn first(page: &Page, is_wanted: impl Fn(u32, u32) -> bool) -> String {
    let bits = page.body.split("data-bits=\"").nth(1).unwrap().split('"').next().unwrap().parse::<u32>().unwrap();
    let puzzle = page.hidden_value("puzzle");
    let own = &puzzle[puzzle.len() - 22..];
    let zeros = |n: &u64| u32::from_be_bytes(sha256(format!("{own}:{n}").as_bytes())[..4].try_into().unwrap());
    (0..).find(|n| is_wanted(zeros(n).leading_zeros(), bits)).unwrap().to_string()
}

/// The form of the first page, filled in: with no zero more than were asked for, lest a dearer form take it.
pub fn form(page: &Page, address: &str) -> Vec<(&'static str, String)> {
    vec![
        ("puzzle", page.hidden_value("puzzle")),
        ("solution", first(page, |zeros, bits| zeros == bits)),
        ("address", address.to_owned()),
    ]
}

pub async fn sent(browser: &mut Browser, path: &str, form: &[(&'static str, String)]) -> Page {
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(path, &fields).await
}

/// Asks for a code at this address.
pub async fn ask(browser: &mut Browser, address: &str) -> Page {
    let page = browser.open("/open-account").await;
    let form = form(&page, address);
    sent(browser, "/open-account", &form).await
}

/// The next letter to an address, which is written after the answer.
pub async fn letter(town: &Town, address: &str) -> Mail {
    for _ in 0..500 {
        if let Some(mail) = town.mailbox().try_next_for(address).await {
            return mail;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no letter for {address}");
}

/// The code of the next text message to a number.
pub async fn message(town: &Town, number: &str) -> String {
    for _ in 0..500 {
        if let Some(text) = town.phone().try_next_for(number).await {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no message for {number}");
}

/// The page that asks who they are, of who has typed the code.
pub async fn reached(town: &Town, browser: &mut Browser, address: &str) -> Page {
    let page = ask(browser, address).await;
    assert_eq!(page.path(), "/open-account/code", "{}", page.body);
    let code = letter(town, address).await.code();
    let page = browser.fill(&page, &[("otp", &code)]).await;
    assert_eq!((page.status.as_u16(), page.path().as_str()), (200, "/open-account/person"), "{}", page.body);
    page
}

/// The last page.
pub async fn described(browser: &mut Browser, page: &Page, user_name: &str) -> Page {
    let page = browser.fill(page, &[("name", "Trần Thị Lan"), ("username", user_name), ("number", "")]).await;
    assert_eq!((page.status.as_u16(), page.path().as_str()), (200, "/open-account/key"), "{}", page.body);
    page
}

/// The challenge that the script of the last page fetches: options and ceremony.
pub async fn challenge(browser: &mut Browser, page: &Page) -> (Value, String) {
    let opening = page.hidden_value("opening");
    let challenge = browser.submit("/open-account/passkey", &[("opening", &opening)]).await.json();
    (challenge["options"].clone(), challenge["ceremony"].as_str().unwrap().to_owned())
}

/// How many accounts were opened.
pub async fn opened(town: &Town) -> usize {
    town.audit().await.into_iter().filter(|(act, ..)| act == "account_opened").count()
}

/// Whether somebody signs in at a service by this name and password.
pub async fn signs_in(town: &Town, name: &str) -> bool {
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    browser.fill(&page, &[("username", name), ("password", SECRET)]).await.parameter("code").is_some()
}
