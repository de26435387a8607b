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
use crate::flows::authorize::consent;
use crate::flows::authorize::consent::Decision;
use crate::flows::authorize::consent::Question;
use crate::flows::authorize::login;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::pages::Basis;
use crate::http::pages::ClaimRow;
use crate::http::pages::Consent;
use crate::http::pages::ErrorKind;
use crate::http::pages::claim_rows;
use crate::http::pages::label;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::say;
use crate::identity::agency::LegalBasis;

/// Shows the page. Who is signed in no longer signs in first.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Response {
    let name = login::signed_in_name(&web.app, &visit.visitor, visit.now).await;
    let question = consent::question(&web.app, &visit.resumed, &visit.visitor, visit.now).await;
    match (name, question) {
        (Ok(Some(name)), Ok(Some(question))) => {
            keep_language(&web, &visit.reader, render(&web, &visit, &name, &question))
        }
        (Ok(_), Ok(_)) => respond::see_other(&format!("/login?login={}", visit.login)),
        (Err(fault), _) | (_, Err(fault)) => error::failed_page(&web, &visit.reader, &fault),
    }
}

/// Takes the answer.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Response {
    let decision = match visit.parameters.get("decision") {
        Some("allow") => Decision::Allow,
        Some("deny") => Decision::Deny,
        _ => {
            let detail = Some("decision must be allow or deny");
            let trouble = Trouble { kind: ErrorKind::BadRequest, detail, because: "consent without a decision" };
            return error::page(&web, &visit.reader, &trouble);
        }
    };
    match consent::answered(&web.app, visit.resumed, decision, &visit.visitor, visit.now).await {
        Ok(step) => go(&web, &visit.reader, step),
        Err(fault) => error::failed_page(&web, &visit.reader, &fault),
    }
}

fn render(web: &Web, visit: &Visit, name: &str, question: &Question) -> Response {
    let lang = visit.reader.lang;
    let client = &visit.resumed.client;
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(web, client, redirect_uri, lang);
    let mut rows = claim_rows(lang, &question.claims);
    for row in &mut rows {
        row.new = question.new.iter().any(|name| label(lang, name) == row.label);
    }
    rows.extend(question.elsewhere.iter().map(|other| ClaimRow {
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
        rows: &rows,
        offline: question.offline,
        allowed_before: question.more_than_before,
    };
    let policy = Policy::posting_to(redirect_uri).showing(asker.logo.as_deref());
    respond::page(StatusCode::OK, view.render(), &policy)
}
