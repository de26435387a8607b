//! How a person signs in: the page, and what all pages beneath it share.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use crate::flows::account::fresh;
use crate::flows::account::fresh::Entry;
use crate::flows::account::fresh::LiveSession;
use crate::flows::account::security;
use crate::flows::account::security::OwnPasskey;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::pages::ErrorKind;
use crate::http::pages::Security;
use crate::http::pages::SecurityAlert;
use crate::http::pages::ShownPasskey;
use crate::http::pages::day_of;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::sessions::Visitor;

/// Where who did not sign in of late does so.
const SIGN_IN: &str = "/sign-in?to=security";
/// Where a change leads that was made.
pub const HOME: &str = "/account/security";

/// Shows it.
pub async fn show(State(web): State<Arc<Web>>, reader: Reader, visitor: Visitor) -> Result<Response, Response> {
    let live = present(&web, &reader, &visitor).await?;
    let own = security::of(&web.app, live.session.person_id).await.map_err(error::as_page(&web, &reader))?;
    let passkeys: Vec<ShownPasskey> = own.passkeys.into_iter().map(shown).collect();
    let view = Security {
        frame: reader.frame(&web, Some(HOME)),
        password: own.password,
        takes_passkeys: web.app.passkeys.is_some(),
        passkeys: &passkeys,
        totp: own.totp.and_then(|at| day_of(at.seconds())),
        recovery_codes: own.recovery_codes,
    };
    Ok(keep_language(&web, &reader, respond::page(StatusCode::OK, view.render(), &Policy::default())))
}

/// Who stands before such a page, having signed in of late, or where they do.
pub(super) async fn present(web: &Web, reader: &Reader, visitor: &Visitor) -> Result<Arc<LiveSession>, Response> {
    match fresh::entry(&web.app, visitor, web.app.clock.now()).await.map_err(error::as_page(web, reader))? {
        Entry::Person(live) => Ok(live),
        Entry::SignIn | Entry::Foreign => Err(respond::see_other(SIGN_IN)),
    }
}

/// Who sends a form of such a page, or what they are answered.
pub(super) async fn sender(
    web: &Web,
    reader: &Reader,
    visitor: &Visitor,
    confirm: Option<&str>,
) -> Result<Arc<LiveSession>, Response> {
    let sent = fresh::sent(&web.app, visitor, confirm.unwrap_or_default(), web.app.clock.now()).await;
    match sent.map_err(error::as_page(web, reader))? {
        Entry::Person(live) => Ok(live),
        Entry::SignIn => Err(respond::see_other(SIGN_IN)),
        Entry::Foreign => {
            let because = "the page of the account was not made for this session";
            Err(error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::BadRequest) }))
        }
    }
}

/// With which status a page is shown.
pub(super) const fn status(alert: Option<SecurityAlert>) -> StatusCode {
    if alert.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }
}

/// A passkey as a page shows it.
pub(super) fn shown(passkey: OwnPasskey) -> ShownPasskey {
    ShownPasskey {
        id: passkey.id.to_string(),
        name: passkey.name,
        since: day_of(passkey.created_at.seconds()).unwrap_or_default(),
        used: passkey.used_at.and_then(|at| day_of(at.seconds())),
        used_from: passkey.used_from,
    }
}
