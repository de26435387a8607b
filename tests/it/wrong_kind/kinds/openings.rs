//! What travels while somebody opens an account.

use super::super::Fate;
use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::super::stage::nobodys;
use super::browsers::unknown;
use crate::opening;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Page;

/// One that is spent was sent for another address.
pub async fn puzzle(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let mut browser = unknown(stage, whose);
    let page = browser.open("/open-account").await;
    let puzzle = page.hidden_value("puzzle");
    if fate == Fate::Spent {
        let fields = [("puzzle", puzzle.as_str()), ("solution", "0"), ("address", &nobodys())];
        browser.submit("/open-account", &fields).await;
    }
    Some(Made::text(&puzzle))
}

/// It may come back any number of times until it has waited for too long.
pub async fn asked(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let page = opening::ask(&mut unknown(stage, whose), &nobodys()).await;
    Some(Made::text(&page.hidden_value("opening")))
}

async fn known(stage: &Stage, whose: Whose) -> (Browser, Page) {
    let mut browser = unknown(stage, whose);
    let page = opening::reached(&stage.town, &mut browser, &nobodys()).await;
    (browser, page)
}

/// The same.
pub async fn reached(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    Some(Made::text(&known(stage, whose).await.1.hidden_value("opening")))
}

/// The same.
pub async fn described(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let (mut browser, page) = known(stage, whose).await;
    Some(Made::text(&opening::described(&mut browser, &page, "").await.hidden_value("opening")))
}

/// One that is spent opened an account. It is of one account that will be: that one waits for who presents it.
pub async fn passkey_to_make(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let (mut browser, page) = known(stage, whose).await;
    let page = opening::described(&mut browser, &page, "").await;
    let (options, ceremony) = opening::challenge(&mut browser, &page).await;
    stage.challenges.borrow_mut().insert(ceremony.clone(), options.clone());
    stage.account.replace(page.hidden_value("opening"));
    if fate == Fate::Spent {
        let made = Device::new().make(&options);
        browser.fill(&page, &[("ceremony", &ceremony), ("passkey", &made)]).await;
    }
    Some(Made::text(&ceremony))
}
