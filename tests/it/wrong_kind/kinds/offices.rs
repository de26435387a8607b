//! What an official's browser carries: here *foreign* means of another session.

use super::super::Fate;
use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use crate::office::OFFICE;

/// It names a session, and ends with it.
pub async fn chosen(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let mut browser = stage.binh_at(whose).await;
    browser.open("/office").await;
    Some(Made::text(&browser.cookies[OFFICE]))
}

/// The same.
pub async fn page(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let mut browser = stage.binh_at(whose).await;
    browser.open("/office").await;
    Some(Made::text(&browser.open("/office/rights/give").await.hidden_value("confirm")))
}
