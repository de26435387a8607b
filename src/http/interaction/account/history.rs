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
use crate::flows::account::history::Said;
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
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;
use crate::identity::audit::Act;
use crate::parts::authority::words;
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
    let [since, until] = page.between.map(|at| web.zone().date(at));
    let lines: Vec<ShownLine> = page.lines.iter().filter_map(|line| shown(web, line, lang)).collect();
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

fn shown(web: &Web, line: &Line, lang: Lang) -> Option<ShownLine> {
    let (what, detail) = match &line.what {
        What::Act(act) => (called_act(*act)?, None),
        What::Received(allowed) => (key::HISTORY_RECEIVED, Some(received::allowed(lang, allowed))),
    };
    let purpose = line.purpose.as_ref().map(|purpose| say::history_purpose(lang, in_language(purpose, lang)));
    let last = line.last.map(|at| say::history_last(lang, &web.zone().date(at)));
    let by = line.by.iter().flat_map(|said| by(said, lang));
    let details = detail.into_iter().chain(last).chain(purpose).chain(line.device.clone()).chain(by).collect();
    let service = line.at_client.as_ref().map(|receiver| called(receiver, lang));
    Some(ShownLine { what: text(lang, what).into_owned(), service, details, at: web.zone().moment(line.at) })
}

/// In which office an official did it, for which purpose and why.
fn by(said: &Said, lang: Lang) -> Vec<String> {
    let office = said.office.as_ref().map(|office| say::history_office(lang, in_language(office, lang)));
    let purpose = said.purpose.map(|purpose| say::history_purpose(lang, &text(lang, words::of_purpose(purpose))));
    let reason = said.reason.as_ref().map(|reason| say::history_reason(lang, reason));
    [office, purpose, reason].into_iter().flatten().collect()
}

/// What people call what happened to them; `None` for what happens to keys and services.
macro_rules! words {
    (some { $($act:ident $key:path,)* } none { $($none:ident,)* }) => {
        const fn called_act(act: Act) -> Option<Key> {
            match act {
                $(Act::$act => Some($key),)*
                $(Act::$none)|* => None,
            }
        }
    };
}

words! {
    some {
        SignedIn key::HISTORY_SIGNED_IN,
        SignedOut key::HISTORY_SIGNED_OUT,
        ServiceLeft key::HISTORY_SERVICE_LEFT,
        ConsentGiven key::HISTORY_CONSENT_GIVEN,
        ConsentDenied key::HISTORY_CONSENT_DENIED,
        ConsentWithdrawn key::HISTORY_CONSENT_WITHDRAWN,
        GrantRevoked key::HISTORY_GRANT_REVOKED,
        PersonDisabled key::HISTORY_DISABLED,
        PersonEnabled key::HISTORY_ENABLED,
        PersonSignedOut key::HISTORY_ALL_ENDED,
        PasswordSet key::HISTORY_PASSWORD_SET,
        PasswordChanged key::HISTORY_PASSWORD_CHANGED,
        CredentialAdded key::HISTORY_CREDENTIAL_ADDED,
        CredentialRemoved key::HISTORY_CREDENTIAL_REMOVED,
        RecoveryBegan key::HISTORY_RECOVERY_BEGAN,
        RecoveryStopped key::HISTORY_RECOVERY_STOPPED,
        ChangeStopped key::HISTORY_CHANGE_STOPPED,
        AccountRecovered key::HISTORY_RECOVERED,
        PersonProofed key::HISTORY_PROOFED,
        AccountOpened key::HISTORY_OPENED,
        PersonAdded key::HISTORY_ADDED,
        DataExported key::HISTORY_EXPORTED,
        LanguageChosen key::HISTORY_LANGUAGE,
        AccountClosing key::HISTORY_CLOSING,
        AccountKept key::HISTORY_KEPT_ACCOUNT,
        RightGranted key::HISTORY_RIGHT_GRANTED,
        RightRevoked key::HISTORY_RIGHT_REVOKED,
        PersonSought key::HISTORY_SOUGHT,
        PersonLookedAt key::HISTORY_LOOKED_AT,
    }
    none {
        LogoutNoticeGivenUp,
        LogoutNoticeRetried,
        KeyCreated,
        KeyActivated,
        KeyRevoked,
        KeyRetired,
        DeclarationApplied,
        ClientRegistered,
        ClientUpdated,
        ClientRemoved,
        PersonRemoved,
        AccountClosed,
        LetterGivenUp,
        LetterRetried,
        PeopleImported,
        PeopleExported,
        MetadataImported,
        VersionRestored,
        UnitsImported,
        UnitsSucceeded,
        AgencyMoved,
        AgencyEnded,
        ActAsked,
        ActApproved,
        ActCarriedOut,
        ActRefused,
        ActVoided,
        OfficialRefused,
        SearchesUnusual,
    }
}
