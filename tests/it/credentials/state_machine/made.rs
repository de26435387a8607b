//! An account that was made a moment ago signs its owner in, whatever was proved before of whom, once, and in its browser alone.

use std::time::Duration;

use super::Door;
use super::Presents::Password;
use super::Who;
use super::stage::Stage;
use crate::opening;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Page;
use crate::town::Tokens;

/// By what the account is made.
#[derive(Clone, Copy, Debug)]
enum By {
    Password,
    Passkey,
}

/// The last page of an opening that leads on with the sign-in of `page`.
async fn last(stage: &Stage, browser: &mut Browser, page: &Page, name: &str) -> Page {
    let address = format!("{name}@dongnoi.example");
    let login = page.hidden_value("login");
    let first = browser.open(&format!("/open-account?login={login}")).await;
    let form = opening::form(&first, &address);
    let asked = opening::sent(browser, "/open-account", &form).await;
    let code = opening::letter(&stage.town, &address).await.code();
    let page = browser.fill(&asked, &[("otp", &code)]).await;
    opening::described(browser, &page, name).await
}

/// What its form sends.
async fn form(browser: &mut Browser, page: &Page, by: By) -> Vec<(&'static str, String)> {
    let opening = ("opening", page.hidden_value("opening"));
    match by {
        By::Password => vec![opening, ("password", opening::SECRET.to_owned())],
        By::Passkey => {
            let (options, ceremony) = opening::challenge(browser, page).await;
            vec![opening, ("ceremony", ceremony), ("passkey", Device::new().make(&options))]
        }
    }
}

#[tokio::test]
async fn a_new_account_signs_in_its_owner_whatever_was_proved_before() {
    let mut stage = Stage::new(4).await;
    let doors = [Door::Service, Door::Oneself, Door::StepUp];
    let mut n = 0;
    for (door, is_half) in doors.into_iter().flat_map(|door| [(door, false), (door, true)]) {
        for (by, methods) in [(By::Password, "pwd"), (By::Passkey, "hwk mfa user")] {
            n += 1;
            let why = format!("{door:?} half: {is_half} {by:?}");
            stage.town.clock.pass(Duration::from_secs(3600));
            let (mut browser, mut page) = stage.begin(door).await;
            if is_half {
                let half = stage.form(&mut browser, door, &page, Password(Who::Khai)).await;
                page = half.send(&mut browser, &page).await;
                assert_eq!(page.path(), door.second(), "{why}: {}", page.body);
            }
            let page = last(&stage, &mut browser, &page, &format!("lan.{n}")).await;
            let form = form(&mut browser, &page, by).await;
            let mut stranger = stage.stranger.clone();
            let refused = opening::sent(&mut stranger, "/open-account/key", &form).await;
            assert!(refused.status.is_client_error(), "elsewhere, {why}: {}", refused.body);
            assert_eq!(stranger.cookies, stage.stranger.cookies, "elsewhere, {why}");
            assert_eq!(opening::opened(&stage.town).await, n - 1, "elsewhere, {why}");
            let before = browser.clone();
            let done = opening::sent(&mut browser, "/open-account/key", &form).await;
            let again = opening::sent(&mut before.clone(), "/open-account/key", &form).await;
            for page in [&done, &again] {
                let there = if door == Door::Oneself { page.path() == "/" } else { page.parameter("code").is_some() };
                assert!(there, "{why}: {} {}", page.url, page.body);
            }
            assert_eq!(opening::opened(&stage.town).await, n, "{why}");
            whose(&stage, &mut browser, &done, methods, &why).await;
            for_another(&stage, &mut browser, &form, n).await;
        }
    }
    stage.town.close().await;
}

async fn whose(stage: &Stage, browser: &mut Browser, done: &Page, methods: &str, why: &str) {
    let portal = stage.town.rp("portal");
    let code = match done.parameter("code") {
        Some(code) => code,
        None => portal.code(browser, &[]).await,
    };
    let claims = Tokens(portal.redeem(&code, &[]).await.json()).claims();
    let amr: Vec<&str> = claims["amr"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(amr.join(" "), methods, "{why}");
    assert!(browser.open("/").await.body.contains("Trần Thị Lan"), "{why}");
}

/// The same at the last page of somebody else's opening: a passkey is of the account for which it was made.
async fn for_another(stage: &Stage, browser: &mut Browser, form: &[(&'static str, String)], n: usize) {
    let Some(passkey) = form.iter().find(|(name, _)| *name == "passkey") else { return };
    let mut other = browser.clone();
    let begun = other.open(&stage.town.rp("portal").url(&[("prompt", "login")])).await;
    let page = last(stage, &mut other, &begun, &format!("hoa.{n}")).await;
    let ceremony = form.iter().find(|(name, _)| *name == "ceremony").unwrap();
    let fields = [("opening", page.hidden_value("opening")), ceremony.clone(), passkey.clone()];
    let refused = opening::sent(&mut other, "/open-account/key", &fields).await;
    assert!(refused.status == 400 && refused.parameter("code").is_none(), "{} {}", refused.url, refused.body);
    assert_eq!(opening::opened(&stage.town).await, n);
}
