//! The pages that a person meets on the way: what they send, and where they lead.

pub mod account;
pub mod api;
pub mod assets;
pub mod assurance;
pub mod close;
pub mod closing;
pub mod consent;
pub mod consents;
pub mod home;
mod late;
pub mod lead;
pub mod lead_form;
pub mod logout;
pub mod office;
pub mod opening_account;
pub mod own_lead;
pub mod own_second;
pub mod own_sign_in;
pub mod passkey;
pub mod passkeys;
pub mod password;
mod received;
pub mod recovery;
pub mod recovery_codes;
pub mod second;
pub mod second_form;
pub mod security;
pub mod select;
pub mod services;
pub mod sign_in;
pub mod sign_in_form;
pub mod stop;
pub mod texts;
pub mod totp;

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use http::header;
use http::request::Parts;

use crate::base::time::Timestamp;
use crate::flows::authorize::Step;
use crate::flows::authorize::login;
use crate::flows::authorize::login::Resumed;
use crate::flows::authorize::login::Stuck;
use crate::flows::authorize::login::Why;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::extract::visitor;
use crate::http::pages::Asker;
use crate::http::pages::Detail;
use crate::http::pages::ErrorKind;
use crate::http::pages::Notice;
use crate::http::pages::initials;
use crate::http::respond;
use crate::http::respond::Policy;
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

impl FromRequestParts<Arc<Web>> for ByQuery {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let Query(parameters) = Query::from_request_parts(parts, web).await?;
        // A bare address, typed or kept: nothing waits here.
        if parameters.get("login").is_none() {
            return Err(respond::see_other("/"));
        }
        let visitor = visitor::read(web, &parts.headers, &parts.extensions);
        resume(web, parameters, visitor, Reader::read(&parts.uri, &parts.headers)).await.map(Self)
    }
}

impl FromRequest<Arc<Web>> for ByForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (visitor, reader) = (visitor::of(web, &request), Reader::of(&request));
        let OwnForm(parameters) = OwnForm::from_request(request, web).await?;
        resume(web, parameters, visitor, reader).await.map(Self)
    }
}

async fn resume(web: &Web, parameters: Parameters, visitor: Visitor, reader: Reader) -> Result<Visit, Response> {
    let now = web.app.clock.now();
    let login = parameters.get("login").unwrap_or_default().to_owned();
    let resumed = login::resume(&web.app, &login, &visitor, now).await.map_err(error::as_page(web, &reader))?;
    let resumed = resumed.map_err(|stuck| cannot_go_on(web, &reader, &stuck))?;
    let reader = reader.told_by(resumed.login.request.ui_locales.as_deref());
    Ok(Visit { parameters, visitor, reader, resumed, login, now })
}

fn cannot_go_on(web: &Web, reader: &Reader, Stuck { why, client }: &Stuck) -> Response {
    let (kind, because) = match why {
        Why::OtherBrowser => (ErrorKind::WrongBrowser, "the browser's cookie is missing or another"),
        Why::Unknown => (ErrorKind::ExpiredSignIn, "the sealed sign-in does not open"),
        Why::Over => (ErrorKind::ExpiredSignIn, "what was asked for is kept no more"),
        Why::ClientGone => (ErrorKind::UnknownService, "the client is no longer registered"),
    };
    let client_id = client.as_ref().map(|client| client.id.clone());
    let detail = Detail { description: Some(because.to_owned()), client_id, ..Detail::default() };
    let start_again = client.as_ref().and_then(|client| error::start_again(web, client));
    error::page(web, reader, &Trouble { kind, detail, because, start_again })
}

/// Leads where `step` says.
pub fn go(web: &Web, reader: &Reader, step: Step) -> Response {
    match step {
        Step::Answer(answer) => respond::answer(web, reader, &answer),
        Step::SignIn(login) => respond::see_other(&format!("/login?login={login}")),
        Step::Second(login) => respond::see_other(&format!("/login/code?login={login}")),
        Step::Lead(login) => respond::see_other(&format!("/login/lead?login={login}")),
        Step::Select(login) => respond::see_other(&format!("/login/select?login={login}")),
        Step::Consent(login) => respond::see_other(&format!("/consent?login={login}")),
        Step::Closing(login, _) => respond::see_other(&format!("/login/closing?login={login}")),
        Step::Page(why) => error::unanswerable(web, reader, &why, None),
        Step::Over(client) => {
            let because = "the interaction gave a code that was redeemed";
            let (detail, start_again) = (Detail::default().of(Some(&client.id)), error::start_again(web, &client));
            error::page(web, reader, &Trouble { kind: ErrorKind::Answered, detail, because, start_again })
        }
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
    // One mark for one agency, whatever the language of the page.
    let mark = backing.map_or_else(|| initials(&service), |backing| initials(&backing.agency.name.vi));
    Asker {
        initials: mark,
        service,
        agency: backing.map(|backing| in_language(&backing.agency.name, lang).to_owned()),
        host,
        logo: client.metadata.logo_uri.clone().filter(|_| web.client_logo == ClientLogo::Registered),
        policy_uri: client.metadata.policy_uri.clone(),
        tos_uri: client.metadata.tos_uri.clone(),
    }
}

/// A page that says one thing.
pub fn notice(
    web: &Web,
    reader: &Reader,
    here: &str,
    (heading, lines): (&str, &[String]),
    action: Option<(&str, &str)>,
) -> Response {
    let view = Notice { frame: reader.frame(web, Some(here)), heading, lines, action };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
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
