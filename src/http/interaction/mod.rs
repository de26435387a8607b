//! The pages that a person meets on the way: what they send, and where they lead.

pub mod assets;
pub mod consent;
pub mod home;
pub mod logout;
pub mod select;
pub mod services;
pub mod sign_in;

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::response::Response;
use http::header;

use crate::base::time::Timestamp;
use crate::flows::authorize::Step;
use crate::flows::authorize::login;
use crate::flows::authorize::login::Resumed;
use crate::flows::authorize::login::Stuck;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::http::extract::language;
use crate::http::extract::language::Reader;
use crate::http::extract::visitor;
use crate::http::pages::Asker;
use crate::http::pages::ErrorKind;
use crate::http::pages::initials;
use crate::http::respond;
use crate::i18n::Lang;
use crate::identity::agency::Bilingual;
use crate::parts::clients::Client;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// A page of a sign-in in progress, taken up again.
pub struct Visit {
    /// What it brought back.
    pub parameters: Parameters,
    /// Who sent it.
    pub visitor: Visitor,
    /// In which language it is read.
    pub reader: Reader,
    /// The sign-in.
    pub resumed: Resumed,
    /// The sealed text of it.
    pub login: String,
    /// The present instant.
    pub now: Timestamp,
}

/// The sign-in that a page's address names, taken up.
pub struct ByQuery(pub Visit);

/// The sign-in that a page's form names, taken up.
pub struct ByForm(pub Visit);

impl FromRequest<Arc<Web>> for ByQuery {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (visitor, reader) = (visitor::of(web, &request), Reader::of(&request));
        let parameters = form::query(&request).map_err(|error| unreadable(web, &reader, Unread::Malformed(error)))?;
        drop(request); // its body cannot be shared between threads
        resume(web, parameters, visitor, reader).await.map(Self)
    }
}

impl FromRequest<Arc<Web>> for ByForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (visitor, reader) = (visitor::of(web, &request), Reader::of(&request));
        let parameters = form::body(request).await.map_err(|unread| unreadable(web, &reader, unread))?;
        resume(web, parameters, visitor, reader).await.map(Self)
    }
}

async fn resume(web: &Web, parameters: Parameters, visitor: Visitor, reader: Reader) -> Result<Visit, Response> {
    let now = web.app.clock.now();
    let login = parameters.get("login").unwrap_or_default().to_owned();
    match login::resume(&web.app, &login, &visitor, now).await {
        Ok(Ok(resumed)) => {
            let reader = reader.told_by(resumed.login.request.ui_locales.as_deref());
            Ok(Visit { parameters, visitor, reader, resumed, login, now })
        }
        Ok(Err(stuck)) => {
            let (kind, because) = match stuck {
                Stuck::OtherBrowser => (ErrorKind::WrongBrowser, "the browser's cookie is missing or another"),
                Stuck::Unknown => (ErrorKind::ExpiredSignIn, "the sealed sign-in does not open"),
                Stuck::ClientGone => (ErrorKind::UnknownService, "the client is no longer registered"),
            };
            Err(error::page(web, &reader, &Trouble { kind, detail: None, because }))
        }
        Err(fault) => Err(error::failed_page(web, &reader, &fault)),
    }
}

/// A form that was not read.
pub fn unreadable(web: &Web, reader: &Reader, unread: Unread) -> Response {
    let kind = match &unread {
        Unread::TooLarge => ErrorKind::TooLarge,
        Unread::Broken | Unread::NotAForm | Unread::Malformed(_) => ErrorKind::BadRequest,
    };
    let (status, error) = (unread.status(), unread.error());
    let trouble = Trouble { kind, detail: Some(&error.description), because: "the form was not read" };
    let mut response = error::page(web, reader, &trouble);
    *response.status_mut() = status;
    response
}

/// Leads where `step` says.
pub fn go(web: &Web, reader: &Reader, step: Step) -> Response {
    match step {
        Step::Answer(answer) => respond::answer(web, reader, &answer),
        Step::SignIn(login) => respond::see_other(&format!("/login?login={login}")),
        Step::Select(login) => respond::see_other(&format!("/login/select?login={login}")),
        Step::Consent(login) => respond::see_other(&format!("/consent?login={login}")),
        Step::Page(why) => error::unanswerable(web, reader, &why),
    }
}

/// Who asks, as a page shows it. A client without a service shows the name that it registered, or its host.
pub fn asker(web: &Web, client: &Client, redirect_uri: &str, lang: Lang) -> Asker {
    use crate::config::pages::ClientLogo;
    let url = url::Url::parse(redirect_uri).ok();
    let host = url.as_ref().and_then(|url| url.host_str()).unwrap_or(redirect_uri).to_owned();
    let host = url.and_then(|url| url.port()).map_or(host.clone(), |port| format!("{host}:{port}"));
    let backing = client.backing.as_ref();
    let service = backing
        .map(|backing| in_language(&backing.service.name, lang).to_owned())
        .or_else(|| client.metadata.client_name.clone())
        .unwrap_or_else(|| host.clone());
    Asker {
        initials: initials(&service),
        service,
        agency: backing.map(|backing| in_language(&backing.agency.name, lang).to_owned()),
        host,
        logo: client.metadata.logo_uri.clone().filter(|_| web.client_logo == ClientLogo::Registered),
        policy_uri: client.metadata.policy_uri.clone(),
        tos_uri: client.metadata.tos_uri.clone(),
    }
}

/// A text of the declaration in the language of the page.
pub fn in_language(text: &Bilingual, lang: Lang) -> &str {
    match lang {
        Lang::Vi => &text.vi,
        Lang::En => &text.en,
    }
}

/// Keeps a language that was chosen by the link in the head.
pub fn keep_language(web: &Web, reader: &Reader, mut response: Response) -> Response {
    let secure = if web.app.config.server.is_https() { "; Secure" } else { "" };
    let (name, tag) = (language::COOKIE, reader.lang.tag());
    let line = format!("{name}={tag}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=31536000");
    if let Some(line) = reader.chosen.then(|| line.parse().ok()).flatten() {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}
