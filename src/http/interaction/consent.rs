//! The consent page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::ByForm;
use super::ByQuery;
use super::Visit;
use super::asker;
use super::go;
use super::in_language;
use super::keep_language;
use crate::flows::authorize::Step;
use crate::flows::authorize::consent;
use crate::flows::authorize::consent::Decision;
use crate::flows::authorize::consent::Question;
use crate::flows::authorize::login;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::pages::Basis;
use crate::http::pages::ClaimRow;
use crate::http::pages::Consent;
use crate::http::pages::Detail;
use crate::http::pages::ErrorKind;
use crate::http::pages::claim_rows;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::say;
use crate::identity::agency::LegalBasis;
use crate::protocol::oauth::parameters::Parameters;

/// Shows the page, where somebody is to be asked by now.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(mut visit): ByQuery) -> Result<Response, Response> {
    let failed = error::as_page(&web, &visit.reader);
    match login::proceed(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(&failed)? {
        Step::Consent(login) => visit.login = login,
        step => return Ok(go(&web, &visit.reader, step)),
    }
    let name = login::signed_in_name(&web.app, &visit.visitor, visit.now).await.map_err(&failed)?;
    let question = consent::question(&web.app, &visit.resumed, &visit.visitor, visit.now).await.map_err(&failed)?;
    let (Some(name), Some(question)) = (name, question) else {
        return Ok(respond::see_other(&format!("/login?login={}", visit.login)));
    };
    Ok(keep_language(&web, &visit.reader, render(&web, &visit, &name, &question)))
}

/// Takes the answer.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Result<Response, Response> {
    let decision = decision(&visit.parameters).ok_or_else(|| undecided(&web, &visit.reader))?;
    let answered = consent::answered(&web.app, visit.resumed, decision, &visit.visitor, visit.now).await;
    let step = answered.map_err(error::as_page(&web, &visit.reader))?;
    Ok(go(&web, &visit.reader, step))
}

fn decision(parameters: &Parameters) -> Option<Decision> {
    match parameters.get("decision") {
        Some("allow") => Some(Decision::Allow),
        Some("deny") => Some(Decision::Deny),
        _ => None,
    }
}

fn undecided(web: &Web, reader: &Reader) -> Response {
    let detail = Detail::about("decision", "decision must be allow or deny");
    let because = "consent without a decision";
    error::page(web, reader, &Trouble { detail, because, ..Trouble::of(ErrorKind::BadRequest) })
}

fn render(web: &Web, visit: &Visit, name: &str, question: &Question) -> Response {
    let lang = visit.reader.lang;
    let client = &visit.resumed.client;
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(web, client, redirect_uri, lang);
    let mut shown = claim_rows(lang, web.zone(), &question.claims, &question.new);
    shown.rows.extend(question.elsewhere.iter().map(|other| ClaimRow {
        label: in_language(&other.label, lang).to_owned(),
        values: vec![say::claim_elsewhere(lang, in_language(&other.source, lang))],
        source: None,
        new: question.new.contains(&other.claim),
    }));
    let view = Consent {
        frame: visit.reader.frame(web, Some(&format!("/consent?login={}", visit.login))),
        asker: &asker,
        form_action: "/consent",
        login: &visit.login,
        signed_in_as: name,
        purpose: client.backing.as_ref().map(|backing| in_language(&backing.service.purpose, lang)),
        basis: match question.legal_basis {
            LegalBasis::PublicTask => Basis::PublicTask,
            LegalBasis::Consent => Basis::Consent,
        },
        shown: &shown,
        offline: question.offline,
        allowed_before: question.more_than_before,
    };
    let policy = Policy::leading_away().showing(asker.logo.as_deref());
    respond::page(StatusCode::OK, view.render(), &policy)
}
