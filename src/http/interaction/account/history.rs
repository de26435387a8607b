//! What happened to the account, in pages.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use url::form_urlencoded::Serializer;

use super::SIGN_IN;
use crate::base::month::Month;
use crate::flows::account::history;
use crate::flows::account::history::Asked;
use crate::flows::account::history::Line;
use crate::flows::account::history::Page;
use crate::flows::account::history::What;
use crate::flows::account::received::Receiver;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::Query;
use crate::http::interaction::in_language;
use crate::http::interaction::keep_language;
use crate::http::interaction::received;
use crate::http::pages::History;
use crate::http::pages::ShownLine;
use crate::http::pages::day_of;
use crate::http::pages::moment_of;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;
use crate::identity::audit::Act;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Shows a page of it. Who is not signed in signs in first.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
    Query(parameters): Query,
) -> Result<Response, Response> {
    let asked = asked(&parameters);
    let page = history::page(&web.app, &visitor, &asked, now).await.map_err(error::as_page(&web, &reader))?;
    let Some(page) = page else { return Ok(respond::see_other(SIGN_IN)) };
    Ok(keep_language(&web, &reader, render(&web, &reader, &asked, &page)))
}

/// What cannot be read chooses nothing.
fn asked(parameters: &Parameters) -> Asked {
    let text = |name: Option<&str>| name.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Asked {
        month: parameters.get("month").and_then(Month::parse),
        client: text(parameters.get("client")).filter(|id| id.len() <= 255 && !id.contains('\0')),
        before: parameters.get("before").and_then(|id| id.parse().ok()),
    }
}

fn address(asked: &Asked) -> String {
    let pairs = [
        ("client", asked.client.clone()),
        ("month", asked.month.map(|month| month.to_string())),
        ("before", asked.before.map(|id| id.to_string())),
    ];
    let pairs = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { "/account/history".to_owned() } else { format!("/account/history?{query}") }
}

fn render(web: &Web, reader: &Reader, asked: &Asked, page: &Page) -> Response {
    let lang = reader.lang;
    let earlier = page.earlier.map(|before| address(&Asked { before: Some(before), ..asked.clone() }));
    let [since, until] = page.between.map(|at| day_of(at.seconds()).unwrap_or_default());
    let lines: Vec<ShownLine> = page.lines.iter().filter_map(|line| shown(line, lang)).collect();
    let view = History {
        frame: reader.frame(web, Some(&address(asked))),
        services: &services(asked, page, lang),
        client: asked.client.as_deref().unwrap_or_default(),
        month: &asked.month.map(|month| month.to_string()).unwrap_or_default(),
        lines: &lines,
        between: [&since, &until],
        earlier: earlier.as_deref(),
    };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}

/// Services to choose from: those of the whole history, and the one that was chosen.
fn services(asked: &Asked, page: &Page, lang: Lang) -> Vec<(String, String)> {
    let met = page.services.iter().map(|receiver| (receiver.id.clone(), called(receiver, lang)));
    let mut all: Vec<(String, String)> = met.collect();
    if let Some(chosen) = asked.client.as_ref().filter(|chosen| all.iter().all(|(id, _)| id != *chosen)) {
        all.push((chosen.clone(), chosen.clone()));
    }
    all.sort_by_cached_key(|(_, name)| name.to_lowercase());
    all
}

/// What a service is called; one that is no more, by its identifier.
fn called(receiver: &Receiver, lang: Lang) -> String {
    match &receiver.client {
        Some(client) => received::name(client, lang),
        None => say::history_gone(lang, &receiver.id),
    }
}

fn shown(line: &Line, lang: Lang) -> Option<ShownLine> {
    let (what, detail) = match &line.what {
        What::Act(act) => (words(*act)?, None),
        What::Received(allowed) => (key::HISTORY_RECEIVED, Some(received::allowed(lang, allowed))),
    };
    let purpose = line.purpose.as_ref().map(|purpose| say::history_purpose(lang, in_language(purpose, lang)));
    let details = detail.into_iter().chain(purpose).chain(line.device.clone()).collect();
    let service = line.at_client.as_ref().map(|receiver| called(receiver, lang));
    Some(ShownLine { what: text(lang, what).into_owned(), service, details, at: moment_of(line.at) })
}

/// What people call what happened to them; `None` for what happens to keys and services.
const fn words(act: Act) -> Option<Key> {
    match act {
        Act::SignedIn => Some(key::HISTORY_SIGNED_IN),
        Act::SignedOut => Some(key::HISTORY_SIGNED_OUT),
        Act::ServiceLeft => Some(key::HISTORY_SERVICE_LEFT),
        Act::ConsentGiven => Some(key::HISTORY_CONSENT_GIVEN),
        Act::ConsentDenied => Some(key::HISTORY_CONSENT_DENIED),
        Act::ConsentWithdrawn => Some(key::HISTORY_CONSENT_WITHDRAWN),
        Act::GrantRevoked => Some(key::HISTORY_GRANT_REVOKED),
        Act::PersonDisabled => Some(key::HISTORY_DISABLED),
        Act::PersonEnabled => Some(key::HISTORY_ENABLED),
        Act::PersonSignedOut => Some(key::HISTORY_ALL_ENDED),
        Act::PasswordSet => Some(key::HISTORY_PASSWORD_SET),
        Act::PasswordChanged => Some(key::HISTORY_PASSWORD_CHANGED),
        Act::CredentialAdded => Some(key::HISTORY_CREDENTIAL_ADDED),
        Act::CredentialRemoved => Some(key::HISTORY_CREDENTIAL_REMOVED),
        Act::RecoveryBegan => Some(key::HISTORY_RECOVERY_BEGAN),
        Act::RecoveryStopped => Some(key::HISTORY_RECOVERY_STOPPED),
        Act::ChangeStopped => Some(key::HISTORY_CHANGE_STOPPED),
        Act::AccountRecovered => Some(key::HISTORY_RECOVERED),
        Act::PersonProofed => Some(key::HISTORY_PROOFED),
        Act::AccountOpened => Some(key::HISTORY_OPENED),
        Act::PersonAdded => Some(key::HISTORY_ADDED),
        Act::DataExported => Some(key::HISTORY_EXPORTED),
        Act::LanguageChosen => Some(key::HISTORY_LANGUAGE),
        Act::AccountClosing => Some(key::HISTORY_CLOSING),
        Act::AccountKept => Some(key::HISTORY_KEPT_ACCOUNT),
        Act::RightGranted => Some(key::HISTORY_RIGHT_GRANTED),
        Act::RightRevoked => Some(key::HISTORY_RIGHT_REVOKED),
        Act::LogoutNoticeGivenUp
        | Act::LogoutNoticeRetried
        | Act::KeyCreated
        | Act::KeyActivated
        | Act::KeyRevoked
        | Act::KeyRetired
        | Act::DeclarationApplied
        | Act::ClientRegistered
        | Act::ClientUpdated
        | Act::ClientRemoved
        | Act::PersonRemoved
        | Act::AccountClosed
        | Act::LetterGivenUp
        | Act::LetterRetried
        | Act::PeopleImported
        | Act::PeopleExported
        | Act::MetadataImported
        | Act::VersionRestored
        | Act::UnitsImported
        | Act::UnitsSucceeded
        | Act::AgencyMoved
        | Act::AgencyEnded
        | Act::ActAsked
        | Act::ActApproved
        | Act::ActCarriedOut
        | Act::ActRefused
        | Act::ActVoided
        | Act::OfficialRefused => None,
    }
}
