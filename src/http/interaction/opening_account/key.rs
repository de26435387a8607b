//! The last page: how the person signs in from now on. It leads on to where the sign-in began.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::Here;
use super::Looking;
use super::Sending;
use super::address;
use super::brought;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::flows::authorize::by_oneself;
use crate::flows::authorize::by_oneself::Brought;
use crate::flows::authorize::by_oneself::Destination;
use crate::flows::authorize::login;
use crate::flows::authorize::login::SignedIn;
use crate::flows::opening_account::Described;
use crate::flows::opening_account::Stage;
use crate::flows::opening_account::key;
use crate::flows::opening_account::key::Answer;
use crate::http::Web;
use crate::http::error;
use crate::http::interaction::go;
use crate::http::interaction::keep_language;
use crate::http::interaction::own_sign_in;
use crate::http::interaction::passkey;
use crate::http::interaction::sign_in_form;
use crate::http::pages::AddPasskey;
use crate::http::pages::OpenKey;
use crate::http::pages::OpenKeyAlert;
use crate::http::pages::making_passkey;
use crate::http::pages::reasons;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::authenticate::Presented;

/// Shows it.
pub async fn show(State(web): State<Arc<Web>>, Looking(here): Looking) -> Result<Response, Response> {
    if here.opening().is_empty() {
        return Ok(respond::see_other(address::PATH)); // a bare address, typed or kept
    }
    let described = brought::<Described>(&web, &here).await?;
    let page = render(&web, &here, &described, None).map_err(error::as_page(&web, &here.reader))?;
    Ok(keep_language(&web, &here.reader, page))
}

/// Opens the account, and signs the person in.
pub async fn submit(State(web): State<Arc<Web>>, Sending(here): Sending) -> Result<Response, Response> {
    let described = brought::<Described>(&web, &here).await?;
    open(&web, &here, &described).await.map_err(error::as_page(&web, &here.reader))
}

/// Gives a challenge to make a passkey.
pub async fn challenge(State(web): State<Arc<Web>>, Sending(here): Sending) -> Result<Response, Response> {
    let described = brought::<Described>(&web, &here).await?;
    let begun = key::challenge(&web.app, &described, here.now).await.map_err(error::as_page(&web, &here.reader))?;
    Ok(passkey::given(begun.as_ref()))
}

async fn open(web: &Web, here: &Here, described: &Described) -> Result<Response, Fault> {
    let answer = match sign_in_form::passkey(&here.parameters) {
        Some(made) => {
            let name = AddPasskey::usual_name(here.reader.lang);
            key::by_passkey(&web.app, described, &made, &name, here.now).await?
        }
        None => {
            let password = Secret::new(here.parameters.get("password").unwrap_or_default().to_owned());
            key::by_password(&web.app, described, password, &here.visitor, here.now).await?
        }
    };
    let alert = match answer {
        Answer::Open(presented) => return sign_in(web, here, described, presented).await,
        Answer::Refused(refusals) => OpenKeyAlert::Password(reasons(here.reader.lang, refusals)),
        Answer::NoPasskey => OpenKeyAlert::Passkey,
        Answer::OtherModel => OpenKeyAlert::OtherModel,
        Answer::NameTaken => OpenKeyAlert::NameTaken,
        Answer::AddressTaken => OpenKeyAlert::AddressTaken,
    };
    render(web, here, described, Some(alert))
}

/// Goes on with the sign-in that led here; where that is over, home.
async fn sign_in(web: &Web, here: &Here, described: &Described, presented: Presented) -> Result<Response, Fault> {
    let Here { visitor, reader, now, .. } = here;
    let sealed = &described.thread().login;
    if let Ok(resumed) = login::resume(&web.app, sealed, visitor, *now).await? {
        return match login::sign_in(&web.app, resumed, presented, visitor, *now).await? {
            SignedIn::Next(step, cookies) => {
                Ok(sign_in_form::with_cookies(web, go(web, reader, step), cookies.as_ref()))
            }
            SignedIn::Again(_) => render(web, here, described, Some(OpenKeyAlert::AddressTaken)),
        };
    }
    let begun = match by_oneself::brought(&web.app, sealed, visitor, *now) {
        Brought::Alive(begun) => begun,
        Brought::Expired | Brought::Foreign => by_oneself::afresh(&web.app, visitor, Destination::Home, *now),
    };
    match by_oneself::sign_in(&web.app, begun, presented, visitor, *now).await? {
        by_oneself::SignedIn::Again(_) => render(web, here, described, Some(OpenKeyAlert::AddressTaken)),
        done => Ok(own_sign_in::onward(web, done)),
    }
}

fn render(web: &Web, here: &Here, described: &Described, alert: Option<OpenKeyAlert>) -> Result<Response, Fault> {
    let opening = here.opening();
    let view = OpenKey {
        frame: here.reader.frame(web, Some(&format!("/open-account/key?opening={opening}"))),
        opening,
        user_name: described.user_name(),
        passkeys: web.app.passkeys.is_some(),
        back: &format!("/open-account/person?opening={}", described.reached(&web.app, here.now)?),
        alert: alert.as_ref(),
    };
    let status = if alert.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let policy = Policy::default();
    let policy = if view.passkeys { policy.running(making_passkey()).asking() } else { policy };
    Ok(respond::page(status, view.render(), &policy))
}
