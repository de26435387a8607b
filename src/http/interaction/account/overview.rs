//! The account on one page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::SIGN_IN;
use crate::flows::account::overview;
use crate::flows::account::overview::Overview;
use crate::flows::account::overview::Recovery;
use crate::flows::account::sessions::Place;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::interaction::keep_language;
use crate::http::interaction::received;
use crate::http::pages::Account;
use crate::http::pages::ClaimRow;
use crate::http::pages::ShownConsent;
use crate::http::pages::ShownPlace;
use crate::http::pages::ShownRecovery;
use crate::http::pages::claim_rows;
use crate::http::pages::masked_number;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;
use crate::identity::assurance::Level;
use crate::parts::people::PersonalData;
use crate::parts::sessions::Visitor;

/// Shows it. Who is not signed in signs in first.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
) -> Result<Response, Response> {
    let overview = overview::overview(&web.app, &visitor, now).await.map_err(error::as_page(&web, &reader))?;
    let Some(overview) = overview else { return Ok(respond::see_other(SIGN_IN)) };
    Ok(keep_language(&web, &reader, render(&web, &reader, &overview)))
}

/// Services of which the page shows so much; the page of services has them all.
const MOST: usize = 5;

fn render(web: &Web, reader: &Reader, overview: &Overview) -> Response {
    let lang = reader.lang;
    let services: Vec<ShownConsent> =
        overview.services.iter().take(MOST).map(|held| received::shown(web, held, lang)).collect();
    let places: Vec<ShownPlace> = overview.places.iter().map(|place| place_shown(web, place, lang)).collect();
    let closes = overview.closes.map(|on| web.zone().date(on));
    let recoveries: Vec<ShownRecovery> = overview.recoveries.iter().map(|one| recovery_shown(web, one, lang)).collect();
    let level = level(overview.level).map(|key| text(lang, key));
    let view = Account {
        frame: reader.frame(web, Some("/account")),
        confirm: &overview.confirm,
        name: overview.person.display_name(),
        level: level.as_deref(),
        rows: &rows(web, &overview.person, lang),
        places: &places,
        services: &services,
        years: web.app.config.tokens.history.as_secs() / (365 * 86_400),
        recoveries: &recoveries,
        letters: overview.letters,
        is_official: overview.is_official,
        closes: closes.as_deref(),
    };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}

/// Nothing is said of who has only their own word for it.
const fn level(level: Level) -> Option<Key> {
    match level {
        Level::Zero => None,
        Level::One => Some(key::ACCOUNT_LEVEL_ONE),
        Level::Two => Some(key::ACCOUNT_LEVEL_TWO),
    }
}

/// What the person signs in with, and what else is known, as services would receive it.
fn rows(web: &Web, person: &PersonalData, lang: Lang) -> Vec<ClaimRow> {
    let row = |key, value: String| ClaimRow {
        label: text(lang, key).into_owned(),
        values: vec![value],
        ..ClaimRow::default()
    };
    let user_name = person.user_name.clone().map(|name| row(key::CLAIM_PREFERRED_USERNAME, name));
    let number = person.identity_number.as_deref().map(|number| row(key::ACCOUNT_NUMBER, masked_number(number)));
    let claimed = person.claimed_number().map(|number| row(key::ACCOUNT_NUMBER_CLAIMED, masked_number(number)));
    let claims = claim_rows(lang, web.zone(), &person.claims, &[]).rows.into_iter();
    user_name.into_iter().chain(number).chain(claimed).chain(claims).collect()
}

fn recovery_shown(web: &Web, recovery: &Recovery, lang: Lang) -> ShownRecovery {
    let what = match recovery.waits_until {
        Some(at) => say::account_recovery_from(lang, &web.zone().moment(at)),
        None => say::account_recovery_until(lang, &web.zone().moment(recovery.expires_at)),
    };
    ShownRecovery { what, stop: recovery.stop.clone() }
}

fn place_shown(web: &Web, place: &Place, lang: Lang) -> ShownPlace {
    let (since, used) = (web.zone().moment(place.since), web.zone().moment(place.last_used));
    let services = u64::try_from(place.services).unwrap_or_default();
    ShownPlace {
        id: (!place.is_here).then(|| place.id.to_string()),
        device: place.device.clone().unwrap_or_else(|| text(lang, key::ACCOUNT_DEVICE).into_owned()),
        what: format!("{} · {}", say::account_since(lang, &since, &used), say::account_reached(lang, services)),
    }
}
