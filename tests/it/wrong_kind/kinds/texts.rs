//! Codes that came by SMS: here *foreign* means that another browser, or another session, of the same person asked for them.

use super::super::Fate;
use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::super::stage::Texted;

/// It stands for five minutes, and is used once.
pub async fn sent(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let (name, number, ..) = stage.with_texts().await;
    let (mut own, mut other) = (stage.town.browser(), stage.town.browser());
    own.open("/sign-in").await; // its cookie
    let browser = whose.of(&mut own, &mut other);
    let page = stage.second_step(browser, &name).await;
    let page = browser.fill(&page, &[("text", "send")]).await;
    let code = stage.texted(&number).await;
    let sent = page.hidden_value("sent");
    stage.texts.borrow_mut().insert(sent.clone(), Texted { name, code, own });
    Some(Made::text(&sent))
}

/// The same.
pub async fn to_be_added(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let (name, number, mut own, mut other) = stage.with_phone().await;
    let browser = whose.of(&mut own, &mut other);
    let page = browser.open("/account/texts").await;
    let page = browser.fill(&page, &[]).await;
    let code = stage.texted(&number).await;
    let sent = page.hidden_value("sent");
    stage.texts.borrow_mut().insert(sent.clone(), Texted { name, code, own });
    Some(Made::text(&sent))
}
