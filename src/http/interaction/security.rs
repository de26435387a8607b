//! How a person signs in: the page, and what all pages beneath it share.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::account;
use super::keep_language;
use crate::flows::account::fresh;
use crate::flows::account::fresh::LiveSession;
use crate::flows::account::security;
use crate::flows::account::security::OwnPasskey;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::visitor;
use crate::http::pages::Security;
use crate::http::pages::SecurityAlert;
use crate::http::pages::ShownPasskey;
use crate::http::pages::ShutCodes;
use crate::http::pages::Way;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Where who did not sign in of late does so.
const SIGN_IN: &str = Destination::Security.sign_in();
/// Where a change leads that was made.
pub const HOME: &str = Destination::Security.path();

/// A page about how somebody signs in, before whom they stand having signed in of late.
pub struct Present {
    /// Who.
    pub live: Arc<LiveSession>,
    /// In which language the page is read.
    pub reader: Reader,
}

/// A form of such a page, sent by whom it was made for.
pub struct Sent {
    /// Who.
    pub live: Arc<LiveSession>,
    /// In which language the page is read.
    pub reader: Reader,
    /// In which browser.
    pub visitor: Visitor,
    /// What it brought.
    pub parameters: Parameters,
}

impl FromRequestParts<Arc<Web>> for Present {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let visitor = visitor::read(web, &parts.headers, &parts.extensions);
        let reader = Reader::read(&parts.uri, &parts.headers);
        let present = fresh::present(&web.app, &visitor, web.app.clock.now()).await;
        let live = present.map_err(error::as_page(web, &reader))?;
        live.map(|live| Self { live, reader }).ok_or_else(|| respond::see_other(SIGN_IN))
    }
}

impl FromRequest<Arc<Web>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (visitor, reader) = (visitor::of(web, &request), Reader::of(&request));
        let OwnForm(parameters) = OwnForm::from_request(request, web).await?;
        let confirm = parameters.get("confirm").unwrap_or_default();
        let sent = fresh::sent(&web.app, &visitor, confirm, web.app.clock.now()).await;
        match sent.map_err(error::as_page(web, &reader))? {
            fresh::Sent::By(live) => Ok(Self { live, reader, visitor, parameters }),
            fresh::Sent::Nobody => Err(respond::see_other(SIGN_IN)),
            fresh::Sent::Foreign => Err(account::foreign(web, &reader)),
        }
    }
}

/// Shows it.
pub async fn show(State(web): State<Arc<Web>>, Present { live, reader }: Present) -> Result<Response, Response> {
    let own = security::of(&web.app, live.session.person_id).await.map_err(error::as_page(&web, &reader))?;
    let passkeys: Vec<ShownPasskey> = own.passkeys.into_iter().map(|passkey| shown(&web, passkey)).collect();
    let view = Security {
        frame: reader.frame(&web, Some(HOME)),
        password: own.password,
        is_shut: own.is_shut,
        shut: ShutCodes { app: own.shut.totp, texts: own.shut.text, paper: own.shut.recovery_code },
        takes_passkeys: web.app.passkeys.is_some(),
        passkeys: &passkeys,
        totp: own.totp.map(|at| web.zone().date(at)),
        texts: own.texts,
        recovery_codes: own.recovery_codes,
    };
    Ok(keep_language(&web, &reader, respond::page(StatusCode::OK, view.render(), &Policy::default())))
}

/// With which status a page is shown.
pub(super) const fn status(alert: Option<SecurityAlert>) -> StatusCode {
    if alert.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }
}

/// Where the form of a page leads that may stand on the way to a service.
pub(super) fn policy(way: Option<Way<'_>>) -> Policy {
    way.map_or_else(Policy::default, |_| Policy::leading_away())
}

/// A passkey as a page shows it.
pub(super) fn shown(web: &Web, passkey: OwnPasskey) -> ShownPasskey {
    ShownPasskey {
        id: passkey.id.to_string(),
        name: passkey.name,
        since: web.zone().date(passkey.created_at),
        used: passkey.used_at.map(|at| web.zone().date(at)),
        used_from: passkey.used_from,
    }
}
