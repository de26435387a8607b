//! Opening an account: four pages, each a form, and what they share.

pub mod address;
pub mod code;
pub mod key;
pub mod person;

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;

use crate::base::time::Timestamp;
use crate::flows::opening_account;
use crate::flows::opening_account::Brought;
use crate::flows::opening_account::Stage;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::extract::visitor;
use crate::http::pages::ErrorKind;
use crate::http::pages::OpenAlert;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Who is at such a page, where the operator lets people open accounts.
pub struct Here {
    /// What they brought.
    pub parameters: Parameters,
    /// In which browser.
    pub visitor: Visitor,
    /// In which language the page is read.
    pub reader: Reader,
    /// The present instant.
    pub now: Timestamp,
}

/// Somebody who looks at a page.
pub struct Looking(pub Here);

/// Somebody who sends its form.
pub struct Sending(pub Here);

impl FromRequestParts<Arc<Web>> for Looking {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let reader = Reader::read(&parts.uri, &parts.headers);
        if !web.app.config.accounts.open {
            return Err(closed(web, &reader));
        }
        let visitor = visitor::read(web, &parts.headers, &parts.extensions);
        let Query(parameters) = Query::from_request_parts(parts, web).await?;
        Ok(Self(Here { parameters, visitor, reader, now: web.app.clock.now() }))
    }
}

impl FromRequest<Arc<Web>> for Sending {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (visitor, reader) = (visitor::of(web, &request), Reader::of(&request));
        if !web.app.config.accounts.open {
            return Err(closed(web, &reader));
        }
        let OwnForm(parameters) = OwnForm::from_request(request, web).await?;
        Ok(Self(Here { parameters, visitor, reader, now: web.app.clock.now() }))
    }
}

impl Here {
    /// The sealed text of what was reached so far.
    fn opening(&self) -> &str {
        self.parameters.get("opening").unwrap_or_default()
    }
}

/// What the page that is looked at, or sent, carries from the one before.
async fn brought<T: Stage>(web: &Web, here: &Here) -> Result<T, Response> {
    match opening_account::brought(&web.app, here.opening(), &here.visitor, here.now) {
        Brought::Alive(stage) => Ok(stage),
        Brought::Foreign => Err(foreign(web, &here.reader)),
        Brought::Expired(login) => {
            let page = address::begin(web, here, Some(&login), |_| Some(OpenAlert::Expired)).await;
            Err(page.unwrap_or_else(error::as_page(web, &here.reader)))
        }
    }
}

fn closed(web: &Web, reader: &Reader) -> Response {
    let because = "people open no accounts here (accounts.open)";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::NotFound) })
}

fn foreign(web: &Web, reader: &Reader) -> Response {
    let because = "the page to open an account is not ours, or was begun in another browser";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::WrongBrowser) })
}
