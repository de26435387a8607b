//! The API of officials: who asks is known by an access token of ours, and acts by the rights of the office in it.

pub mod agencies;
pub mod audit;
pub mod branches;
pub mod clients;
pub mod declaration;
pub mod described;
pub mod figures;
pub mod file;
pub mod keys;
pub mod metadata;
pub mod openapi;
pub mod outbox;
pub mod outline;
pub mod page;
pub mod pending;
pub mod people;
pub mod people_access;
pub mod people_acts;
pub mod people_bulk;
pub mod problem;
pub mod reorganizing;
pub mod repeated;
pub mod rights;
pub mod rights_of;
pub mod sent;
pub mod services;
pub mod units;
pub mod versions;

use std::sync::Arc;
use std::sync::Mutex;

use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::MethodRouter;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use http::request::Parts;
use http::uri::PathAndQuery;
use serde::Serialize;
use uuid::Uuid;

use self::problem::Kind;
use self::problem::Problem;
use self::problem::Tried;
use self::sent::Reason;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::nul;
use crate::base::time::Timestamp;
use crate::flows::admin::access;
use crate::flows::admin::access::Allowance;
use crate::flows::admin::access::Caller;
use crate::flows::admin::refusal::Refusal;
use crate::http::Web;
use crate::http::extract::authorization;
use crate::http::extract::language::Reader;
use crate::http::respond;
use crate::i18n::Lang;
use crate::identity::authority::Act;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;

/// Who asks, and how they are answered.
#[derive(Clone)]
pub struct Official {
    app: Arc<App>,
    caller: Arc<Caller>,
    /// The language of what people read of an answer.
    pub lang: Lang,
    /// When the request was read.
    pub now: Timestamp,
    acts: Arc<Mutex<Vec<Act>>>,
}

impl Official {
    /// The instance, in which the official acts; where the token allows this act.
    pub fn doing(&self, act: Act) -> Result<&App, Problem> {
        if !self.caller.is_fresh_for(&self.app, act, self.now) {
            let officials = &self.app.config.officials;
            let wanted = format!(", max_age=\"{}\"", officials.fresh.as_secs());
            let problem = Problem::of_sign_in(&wanted, self.lang, &self.app.config.server.issuer);
            return Err(problem.trying(format!("{} by a sign-in of some time ago", act.as_str())));
        }
        if self.caller.allows(act) {
            if let Ok(mut acts) = self.acts.lock() {
                acts.push(act);
            }
            return Ok(&self.app);
        }
        let lacks = format!("the access token lacks the scope {}", act.scopes().join(" or "));
        Err(self.problem(Kind::Scope, &lacks).trying(format!("{} without its scope", act.as_str())))
    }

    /// The acts that were done by this request, or tried.
    fn acts(&self) -> Vec<String> {
        self.acts.lock().map(|acts| acts.iter().map(|act| act.as_str().to_owned()).collect()).unwrap_or_default()
    }

    /// The same, for a reason that the trail keeps.
    pub fn because(&self, act: Act, reason: &Reason) -> Result<App, Problem> {
        let app = self.doing(act)?;
        // What is described is the text as it came.
        if reason.reason.chars().count() > 500 || reason.reason.chars().any(char::is_control) {
            return Err(self.problem(Kind::Invalid, "reason must be a text of 1 to 500 characters, on one line"));
        }
        Ok(app.acting(self.caller.by.clone().because(reason.given(self)?)))
    }

    /// An id in an address; what is none names nothing.
    pub fn id(&self, text: &str) -> Result<Uuid, Problem> {
        text.parse().map_err(|_| self.problem(Kind::NotFound, ""))
    }

    /// What is there, with its version.
    pub fn versioned(&self, status: StatusCode, body: &impl Serialize, version: i64) -> Response {
        let mut response = respond::json(status, body);
        if let Some(tag) = sent::etag(version) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }

    /// What came of it; a problem where it was refused, or we failed.
    pub fn done<T>(&self, outcome: Result<Result<T, Refusal>, Fault>) -> Result<T, Problem> {
        let decided = outcome.map_err(|fault| Problem::failed(&fault, self.lang))?;
        decided.map_err(|refusal| Problem::of(&refusal, self.lang))
    }

    /// A problem, in the language of who asks.
    pub fn problem(&self, kind: Kind, detail: &str) -> Problem {
        Problem::new(kind, self.lang, detail)
    }
}

impl<S: Sync> FromRequestParts<S> for Official {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let lang = Reader::read(&parts.uri, &parts.headers).lang;
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(Kind::Unauthorized, lang, ""))
    }
}

/// A route of the API, which lets through whoever may ask.
pub fn gated(route: MethodRouter<Arc<Web>>, web: &Arc<Web>) -> MethodRouter<Arc<Web>> {
    route.route_layer(from_fn_with_state(Arc::clone(web), gate))
}

/// No address of the API.
pub async fn not_found(reader: Reader) -> Problem {
    Problem::new(Kind::NotFound, reader.lang, "")
}

/// An address of the API that does not take the method.
pub async fn method_not_allowed(reader: Reader) -> Problem {
    Problem::new(Kind::Method, reader.lang, "")
}

/// Lets through whoever brings an access token for the API, as often as they may ask.
async fn gate(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let reader = Reader::of(&request);
    let now = web.app.clock.now();
    let (official, allowance) = match admit(&web, request.headers(), reader.lang, now).await {
        Ok(admitted) => admitted,
        Err(problem) => return problem.into_response(),
    };
    let mut response = match official {
        Some(official) => {
            request.extensions_mut().insert(official.clone());
            let address = request.uri().path_and_query().map(PathAndQuery::as_str).unwrap_or_default();
            let response = if nul::is_in_address(address) {
                official.problem(Kind::Mistake, "the address has U+0000, which no text may have").into_response()
            } else {
                repeated::answer(official.clone(), request, next).await
            };
            in_the_trail(&official, response).await
        }
        None => Problem::new(Kind::TooMany(allowance.rest), reader.lang, "").into_response(),
    };
    tell(response.headers_mut(), &allowance);
    response
}

/// An answer, once the trail has what it refuses.
async fn in_the_trail(official: &Official, response: Response) -> Response {
    let Some(Tried(what)) = response.extensions().get::<Tried>().cloned() else { return response };
    match access::tried(&official.app, &what).await {
        Ok(()) => response,
        Err(fault) => Problem::failed(&fault, official.lang).into_response(),
    }
}

async fn admit(
    web: &Web,
    headers: &HeaderMap,
    lang: Lang,
    now: Timestamp,
) -> Result<(Option<Official>, Allowance), Problem> {
    let issuer = &web.app.config.server.issuer;
    let refused = |error: Error| Problem::of_token(&error, lang, issuer);
    let token = authorization::bearer_token(headers).map_err(|error| refused(error.into()))?;
    let token = token.ok_or_else(|| Problem::unauthorized(lang, issuer))?;
    let caller = match access::caller(&web.app, token, now).await {
        Ok(caller) => caller,
        Err(Error::Refused(refusal)) if refusal.code == ErrorCode::InsufficientUserAuthentication => {
            let wanted = format!(", acr_values=\"{}\"", web.app.config.officials.acr.as_str());
            return Err(Problem::of_sign_in(&wanted, lang, issuer));
        }
        Err(error) => return Err(refused(error)),
    };
    let counted = access::count(&web.app, &caller, now).await;
    let (allowance, answered) = counted.map_err(|fault| Problem::failed(&fault, lang))?;
    let official = answered.then(|| Official {
        app: Arc::new(web.app.acting(caller.by.clone())),
        caller: Arc::new(caller),
        lang,
        now,
        acts: Arc::default(),
    });
    Ok((official, allowance))
}

/// draft-ietf-httpapi-ratelimit-headers: how often may be asked, and how often still.
fn tell(headers: &mut HeaderMap, allowance: &Allowance) {
    let Allowance { limit, left, rest } = allowance;
    let fields = [
        (HeaderName::from_static("ratelimit-policy"), format!("\"minute\";q={limit};w=60")),
        (HeaderName::from_static("ratelimit"), format!("\"minute\";r={left};t={}", rest.as_secs())),
    ];
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}
