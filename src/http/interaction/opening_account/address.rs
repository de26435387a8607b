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
use crate::base::time::Timestamp;
use crate::flows::authorize::by_oneself;
use crate::flows::authorize::by_oneself::Destination;
use crate::flows::authorize::login;
use crate::flows::opening_account;
use crate::flows::opening_account::Thread;
use crate::flows::opening_account::address;
use crate::flows::opening_account::address::Answer;
use crate::flows::opening_account::address::Begun;
use crate::flows::opening_account::address::Typed;
use crate::flows::opening_account::address::Why;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::visitor;
use crate::http::interaction::keep_language;
use crate::http::interaction::late;
use crate::http::interaction::sign_in_form::LONGEST_LOGIN;
use crate::http::pages::OpenAddress;
use crate::http::pages::OpenAlert;
use crate::http::pages::Price;
use crate::http::pages::solving;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::letters::Channel;

/// Where accounts begin.
pub const PATH: &str = "/open-account";

/// Where another code is asked for, in the sign-in from which somebody came.
pub(super) fn afresh(thread: &Thread) -> String {
    format!("{PATH}?login={}", thread.login)
}

/// Shows it. Who reads the page in another language that said why no code was sent is told once more.
pub async fn show(State(web): State<Arc<Web>>, Looking(here): Looking) -> Result<Response, Response> {
    let told = |begun: &Begun| told_again(here.parameters.get("why")?, begun, here.now);
    let page = begin(&web, &here, here.parameters.get("login"), told).await;
    let mut page = page.map_err(error::as_page(&web, &here.reader))?;
    *page.status_mut() = StatusCode::OK;
    Ok(keep_language(&web, &here.reader, page))
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
    match address::ask(&web.app, &typed, &here.visitor, here.now).await.map_err(&failed)? {
        Answer::Sent(opening) => Ok(respond::see_other(&format!("/open-account/code?opening={opening}"))),
        Answer::Again(why, begun) => render(&web, &here, &begun, Some(alert(why))).await.map_err(failed),
        Answer::Foreign => Err(foreign(&web, &here.reader)),
    }
}

/// What a page said that is read in another language now. Its puzzle is another, and so is the wait.
fn told_again(why: &str, begun: &Begun, now: Timestamp) -> Option<OpenAlert> {
    let all = [
        OpenAlert::Address,
        OpenAlert::Wait { wait: begun.price.wait },
        OpenAlert::Full { wait: address::until_letters(now) },
        OpenAlert::TooMany { wait: address::until_letters(now) },
        OpenAlert::Expired,
    ];
    all.into_iter().find(|alert| name(*alert) == why)
}

/// As the address of the page in another language says it.
const fn name(alert: OpenAlert) -> &'static str {
    match alert {
        OpenAlert::Address => "address",
        OpenAlert::Wait { .. } => "wait",
        OpenAlert::Full { .. } => "full",
        OpenAlert::TooMany { .. } => "many",
        OpenAlert::Expired => "expired",
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
    alert: impl FnOnce(&Begun) -> Option<OpenAlert>,
) -> Result<Response, Fault> {
    let own = by_oneself::begin(&web.app, &here.visitor, Destination::Home, here.now)?;
    let browser = own.new_browser.as_deref().or(here.visitor.browser.as_deref()).unwrap_or_default();
    let login = login.filter(|login| travels(login)).unwrap_or(&own.login);
    let begun = address::begin(&web.app, login, browser, &here.visitor, here.now).await?;
    let page = render(web, here, &begun, alert(&begun)).await?;
    Ok(visitor::with_browser(web, page, own.new_browser.as_deref()))
}

/// Whether it may be a sealed sign-in that leaves room below the limit on headers. What it is is looked at in the end.
fn travels(login: &str) -> bool {
    login.len() <= LONGEST_LOGIN && login.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

async fn render(web: &Web, here: &Here, begun: &Begun, alert: Option<OpenAlert>) -> Result<Response, Fault> {
    let why = alert.map(|alert| format!("&why={}", name(alert))).unwrap_or_default();
    let itself = format!("{PATH}?login={}{why}", begun.login);
    let ways = opening_account::ways(&web.app);
    let view = OpenAddress {
        frame: here.reader.frame(web, Some(&itself)),
        puzzle: &begun.puzzle,
        price: Price { bits: begun.price.bits, wait: begun.price.wait },
        address: here.parameters.get("address").unwrap_or_default(),
        by_mail: ways.mail,
        by_phone: ways.sms,
        late: late::of(web, &[Channel::Mail, Channel::Sms]),
        back: &back(web, here, &begun.login).await?,
        alert,
    };
    let policy = Policy::default().running(solving());
    Ok(respond::retry_after(respond::page(status(alert), view.render(), &policy), wait(alert)))
}

/// The sign-in that led here; where it is over or was none of a service, one from the start page.
async fn back(web: &Web, here: &Here, login: &str) -> Result<String, Fault> {
    let of_service = login::resume(&web.app, login, &here.visitor, here.now).await?.is_ok();
    Ok(if of_service { format!("/login?login={login}") } else { "/sign-in".to_owned() })
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
