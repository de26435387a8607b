//! An official at work, taken from a request: who is signed in surely enough, in an office that was chosen.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use url::form_urlencoded::Serializer;

use super::DESK;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::seat;
use crate::flows::admin::seat::Came;
use crate::flows::admin::seat::LiveSession;
use crate::flows::authorize::by_oneself;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::form;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::visitor;
use crate::http::interaction::notice;
use crate::http::pages::ErrorKind;
use crate::http::respond;
use crate::i18n::key;
use crate::i18n::text;
use crate::identity::audit::By;
use crate::identity::authority::Act;
use crate::identity::authority::Office;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Who signed in surely enough, wherever they will act.
pub struct Arrived {
    /// Their session.
    pub live: Arc<LiveSession>,
    /// In which language they read.
    pub reader: Reader,
    /// The present instant.
    pub now: Timestamp,
    /// The office that the browser says, sealed.
    pub cookie: Option<String>,
}

/// Who acts in an office.
pub struct Seated {
    /// The instance, in which the official acts.
    pub app: App,
    /// In which office.
    pub office: Office,
    /// What that is called.
    pub called: String,
    /// In which language they read.
    pub reader: Reader,
    /// The present instant.
    pub now: Timestamp,
    live: Arc<LiveSession>,
}

/// What a form brought, and by whom.
pub struct Brought {
    /// By whom.
    pub arrived: Arrived,
    /// What.
    pub parameters: Parameters,
}

/// What the form of a page of an office brought.
pub struct Sent {
    /// By whom.
    pub seated: Seated,
    /// What.
    pub parameters: Parameters,
}

impl Seated {
    async fn new(web: &Web, arrived: Arrived, office: Office) -> Result<Self, Fault> {
        let Arrived { live, reader, now, .. } = arrived;
        let app = web.app.acting(seat::by(&live, office.clone()));
        let called = seat::called(&app, &office, reader.lang).await?;
        Ok(Self { app, office, called, reader, now, live })
    }

    /// The instance, in which the official acts, by a handle of its own.
    pub fn acting(&self) -> App {
        self.app.acting(seat::by(&self.live, self.office.clone()))
    }

    /// The instance, in which the official acts for this reason; none for a reason that says nothing.
    pub fn because(&self, reason: &str) -> Option<App> {
        let by = seat::by(&self.live, self.office.clone());
        Some(self.app.acting(by.because(By::reason(reason)?)))
    }

    /// Whether the official signed in lately enough for an act.
    pub fn is_fresh_for(&self, act: Act) -> bool {
        seat::is_fresh_for(&self.app, &self.live, act, self.now)
    }

    /// The same for an act that he does now: the trail keeps who signed in too long ago.
    pub async fn does_freshly(&self, web: &Web, act: Act) -> Result<bool, Response> {
        let fresh = seat::does_freshly(&self.app, &self.live, act, self.now).await;
        fresh.map_err(error::as_page(web, &self.reader))
    }

    /// Has the official sign in once more, who comes back to a page that has the fields of these names still.
    pub async fn once_more(&self, to: Destination, parameters: &Parameters, names: &[&str]) -> Response {
        let fields = names.iter().filter_map(|name| Some((*name, parameters.get(name)?)));
        let typed = Serializer::new(String::new()).extend_pairs(fields).finish();
        seat::keep(&self.app, &self.live, &to.address(), typed).await;
        respond::see_other(&to.sign_in_address())
    }

    /// What a page has still.
    pub async fn kept(&self, here: Destination) -> Parameters {
        Parameters::parse(&seat::kept(&self.app, &self.live, &here.address()).await).unwrap_or_default()
    }

    /// The way on from what he did, in the office in which he did it: another tab may have chosen another since.
    pub fn onward(&self, web: &Web, to: &str) -> Response {
        let cookie = seat::choice(&self.app, &self.live, &self.office, self.now).ok();
        visitor::with_office(web, respond::see_other(to), cookie.as_deref())
    }

    /// What proves that a form is that of this session's and office's page.
    pub fn confirm(&self) -> Result<String, Fault> {
        seat::confirm(&self.app, &self.live, Some(&self.office), self.now)
    }
}

impl FromRequestParts<Arc<Web>> for Arrived {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let reader = Reader::read(&parts.uri, &parts.headers);
        let visitor = visitor::read(web, &parts.headers, &parts.extensions);
        let now = web.app.clock.now();
        let to = destination(parts);
        let came = seat::come(&web.app, &visitor, now).await.map_err(error::as_page(web, &reader))?;
        match came {
            Came::Nobody => Err(respond::see_other(&to.sign_in_address())),
            Came::Weakly(live) => {
                let does = !parts.method.is_safe();
                let page = lacking(web, &reader, (&visitor, live.as_ref(), does), to, now).await;
                Err(page.unwrap_or_else(|fault| error::failed_page(web, &reader, &fault)))
            }
            Came::Surely(live) => {
                let cookie = visitor::office(web, &parts.headers);
                Ok(Self { live, reader, now, cookie })
            }
        }
    }
}

impl FromRequestParts<Arc<Web>> for Seated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let arrived = Arrived::from_request_parts(parts, web).await?;
        let chosen = seat::chosen(&web.app, &arrived.live, arrived.cookie.as_deref());
        let Some(office) = chosen else { return Err(respond::see_other(DESK)) };
        let reader = arrived.reader.clone();
        Self::new(web, arrived, office).await.map_err(error::as_page(web, &reader))
    }
}

impl FromRequest<Arc<Web>> for Brought {
    type Rejection = Response;

    /// A form that cannot be read is told as such to everybody; who brought it is asked then.
    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let mut asked = parts.clone();
        let OwnForm(parameters) = OwnForm::from_request(Request::from_parts(parts, body), web).await?;
        let arrived = Arrived::from_request_parts(&mut asked, web).await?;
        Ok(Self { arrived, parameters })
    }
}

impl FromRequest<Arc<Web>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let Brought { arrived, parameters } = Brought::from_request(request, web).await?;
        let confirm = parameters.get("confirm").unwrap_or_default();
        let seat::Sent::Own(Some(office)) = seat::sent(&web.app, &arrived.live, confirm) else {
            return Err(foreign(web, &arrived.reader));
        };
        let reader = arrived.reader.clone();
        let seated = Seated::new(web, arrived, office).await.map_err(error::as_page(web, &reader))?;
        Ok(Self { seated, parameters })
    }
}

/// A form that was made for another session.
pub fn foreign(web: &Web, reader: &Reader) -> Response {
    let because = "the page of the office was not made for this session";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::BadRequest) })
}

/// Where who asks for this is led back when they signed in.
fn destination(parts: &Parts) -> Destination {
    let id = form::query(&parts.uri).ok().and_then(|query| query.get("id")?.parse().ok());
    match parts.uri.path() {
        path if path.starts_with("/office/pending") => Destination::Pending(id),
        path if path.starts_with("/office/people") => Destination::People,
        "/office/rights/give" => Destination::Give,
        _ => Destination::Office,
    }
}

/// The way to what lacks of who signed in less surely than officials need. Who comes to work goes it every day; `does`: who
/// would do something is in the trail.
async fn lacking(
    web: &Web,
    reader: &Reader,
    (visitor, live, does): (&Visitor, &LiveSession, bool),
    to: Destination,
    now: Timestamp,
) -> Result<Response, Fault> {
    if does {
        seat::too_weak(&web.app, live, now).await?;
    }
    if let Some(begun) = by_oneself::step_up(&web.app, visitor, live, to, now).await? {
        let page = respond::see_other(&format!("/sign-in/code?login={}", begun.login));
        return Ok(visitor::with_browser(web, page, begun.new_browser.as_deref()));
    }
    let say = |key| text(reader.lang, key).into_owned();
    let (heading, label) = (say(key::DESK_WEAK), say(key::ACCOUNT_SECURITY));
    let action = Some((label.as_str(), "/account/security"));
    Ok(notice(web, reader, DESK, (&heading, &[say(key::DESK_WEAK_WHAT)]), action))
}
