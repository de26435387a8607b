//! The first page: an address.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::Here;
use super::Looking;
use super::Sending;
use super::foreign;
use crate::base::fault::Fault;
use crate::flows::authorize::by_oneself;
use crate::flows::authorize::by_oneself::Destination;
use crate::flows::opening_account;
use crate::flows::opening_account::address;
use crate::flows::opening_account::address::Answer;
use crate::flows::opening_account::address::Begun;
use crate::flows::opening_account::address::Typed;
use crate::flows::opening_account::address::Why;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::visitor;
use crate::http::interaction::keep_language;
use crate::http::interaction::sign_in_form::LONGEST_LOGIN;
use crate::http::pages::OpenAddress;
use crate::http::pages::OpenAlert;
use crate::http::pages::Price;
use crate::http::pages::solving;
use crate::http::respond;
use crate::http::respond::Policy;

/// Where accounts begin.
pub const PATH: &str = "/open-account";

/// Shows it.
pub async fn show(State(web): State<Arc<Web>>, Looking(here): Looking) -> Result<Response, Response> {
    let page = begin(&web, &here, here.parameters.get("login"), None).await;
    Ok(keep_language(&web, &here.reader, page.map_err(error::as_page(&web, &here.reader))?))
}

/// Takes the address.
pub async fn submit(State(web): State<Arc<Web>>, Sending(here): Sending) -> Result<Response, Response> {
    let failed = error::as_page(&web, &here.reader);
    let typed = Typed {
        address: here.parameters.get("address").unwrap_or_default(),
        puzzle: here.parameters.get("puzzle").unwrap_or_default(),
        solution: here.parameters.get("solution").unwrap_or_default(),
        lang: here.reader.lang,
    };
    match address::ask(&web.app, &typed, &here.visitor, here.now).await.map_err(failed)? {
        Answer::Sent(opening) => Ok(respond::see_other(&format!("/open-account/code?opening={opening}"))),
        Answer::Again(why, begun) => Ok(render(&web, &here, &begun, Some(alert(why)))),
        Answer::Foreign => Err(foreign(&web, &here.reader)),
    }
}

const fn alert(why: Why) -> OpenAlert {
    match why {
        Why::Address => OpenAlert::Address,
        Why::Wait(wait) => OpenAlert::Wait { wait },
        Why::Full(wait) => OpenAlert::Full { wait },
        Why::TooMany(wait) => OpenAlert::TooMany { wait },
        Why::Anew => OpenAlert::Expired,
    }
}

/// The page of a new beginning, which leads to the sign-in `login`, or else to the start page.
pub(super) async fn begin(
    web: &Web,
    here: &Here,
    login: Option<&str>,
    alert: Option<OpenAlert>,
) -> Result<Response, Fault> {
    let own = by_oneself::begin(&web.app, &here.visitor, Destination::Home, here.now)?;
    let browser = own.new_browser.as_deref().or(here.visitor.browser.as_deref()).unwrap_or_default();
    let login = login.filter(|login| travels(login)).unwrap_or(&own.login);
    let begun = address::begin(&web.app, login, browser, &here.visitor, here.now).await?;
    Ok(visitor::with_browser(web, render(web, here, &begun, alert), own.new_browser.as_deref()))
}

/// Whether it may be a sealed sign-in that leaves room below the limit on headers. What it is is looked at in the end.
fn travels(login: &str) -> bool {
    login.len() <= LONGEST_LOGIN && login.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn render(web: &Web, here: &Here, begun: &Begun, alert: Option<OpenAlert>) -> Response {
    let itself = format!("{PATH}?login={}", begun.login);
    let ways = opening_account::ways(&web.app);
    let view = OpenAddress {
        frame: here.reader.frame(web, Some(&itself)),
        puzzle: &begun.puzzle,
        price: Price { bits: begun.price.bits, wait: begun.price.wait },
        address: here.parameters.get("address").unwrap_or_default(),
        by_mail: ways.mail,
        by_phone: ways.sms,
        alert,
    };
    let policy = Policy::default().running(solving());
    respond::retry_after(respond::page(status(alert), view.render(), &policy), wait(alert))
}

const fn status(alert: Option<OpenAlert>) -> StatusCode {
    match alert {
        None | Some(OpenAlert::Expired) => StatusCode::OK,
        Some(OpenAlert::Address) => StatusCode::BAD_REQUEST,
        Some(OpenAlert::Wait { .. } | OpenAlert::Full { .. } | OpenAlert::TooMany { .. }) => {
            StatusCode::TOO_MANY_REQUESTS
        }
    }
}

/// Rounded up: a puzzle that is sent a moment too early waits once more.
fn wait(alert: Option<OpenAlert>) -> Option<Duration> {
    let Some(OpenAlert::Wait { wait } | OpenAlert::Full { wait } | OpenAlert::TooMany { wait }) = alert else {
        return None;
    };
    Some(Duration::from_secs(u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)))
}
