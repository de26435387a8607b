//! `Idempotency-Key`: what is sent again is answered again, and not done again (draft-ietf-httpapi-idempotency-key-header).

use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use super::Official;
use super::problem::InDoubt;
use super::problem::Kind;
use super::problem::Problem;
use super::sent;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::repeated;
use crate::flows::admin::repeated::Answer;
use crate::flows::admin::repeated::Begun;
use crate::flows::admin::repeated::First;
use crate::http::extract::form;
use crate::identity::authority::Act;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 255;
/// What belongs to an answer, whenever it is given.
const KEPT: [HeaderName; 4] = [header::CONTENT_TYPE, header::CONTENT_LANGUAGE, header::ETAG, header::LOCATION];

/// Answers a request of an official, once where it bears a key and changes something.
pub async fn answer(official: Official, request: Request, next: Next) -> Response {
    let bears = request.headers().get(&KEY).filter(|_| !request.method().is_safe()).cloned();
    let Some(key) = bears else { return next.run(request).await };
    match once(official, &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn once(official: Official, key: &HeaderValue, request: Request, next: Next) -> Result<Response, Problem> {
    let wrong = || official.problem(Kind::Invalid, "Idempotency-Key must be a text of 1 to 255 characters");
    let key = key.to_str().map_err(|_| wrong())?.trim_matches('"').to_owned();
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(wrong());
    }
    let (parts, body) = request.into_parts();
    let longest = sent::longest(&parts);
    let body = form::bytes(&parts, body, longest).await;
    let body = body.map_err(|unread| sent::problem(&official, unread, longest))?;
    let mut address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    for basis in [header::IF_MATCH, header::IF_NONE_MATCH] {
        let said = parts.headers.get(basis).and_then(|said| said.to_str().ok()).unwrap_or_default();
        address.extend(["\n", said]);
    }
    let what = [parts.method.as_str().as_bytes(), address.as_bytes(), &*body];
    let begun = repeated::begin(&official.app, &key, what, official.now).await;
    let failed = |fault: Fault| Problem::failed(&fault, official.lang);
    match begun.map_err(failed)? {
        Begun::Again(answer) => {
            still(&official, &answer).await?;
            Ok(again(answer))
        }
        Begun::Another => Err(official.problem(Kind::KeyReused, "this Idempotency-Key stands for another request")),
        Begun::UnderWay => {
            let mend = "look whether it was done; to ask anew, take another Idempotency-Key";
            Err(official.problem(Kind::UnderWay, mend))
        }
        Begun::First(first) => {
            let request = Request::from_parts(parts, Body::from(body));
            // Whoever hangs up does not stop it: the answer is there when they ask again.
            let (lang, done) = (official.lang, tokio::spawn(keep(official, first, request, next)));
            let response = done.await.map_err(Fault::broken);
            response.and_then(|kept| kept).map_err(|fault| Problem::failed(&fault, lang))
        }
    }
}

/// An answer that shows something is shown again to whom it would be shown today.
async fn still(official: &Official, answer: &Answer) -> Result<(), Problem> {
    if answer.body.is_empty() {
        return Ok(());
    }
    for act in answer.acts.iter().filter_map(|act| Act::parse(act)) {
        let app = official.doing(act)?;
        official.done(repeated::still(app, act, official.now).await)?;
    }
    Ok(())
}

/// Does it, and keeps the answer. What failed may be tried again, unless nobody knows whether it was done; so may what was
/// refused to whoever may do it by now, or signed in anew for it.
async fn keep(official: Official, first: First, request: Request, next: Next) -> Result<Response, Fault> {
    let response = next.run(request).await;
    let status = response.status();
    if status.is_server_error() || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        if response.extensions().get::<InDoubt>().is_none() {
            repeated::forget(&official.app, &first).await?;
        }
        return Ok(response);
    }
    kept(&official.app, &first, response, (|name| KEPT.contains(name), official.acts()), official.now).await
}

/// Keeps an answer, with those of its header fields that stay, and the acts that it shows.
pub async fn kept(
    app: &App,
    first: &First,
    response: Response,
    (stays, acts): (fn(&HeaderName) -> bool, Vec<String>),
    now: Timestamp,
) -> Result<Response, Fault> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(Fault::broken)?;
    let headers = parts.headers.iter().filter(|(name, _)| stays(name));
    let headers = headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let answer = Answer {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        acts,
    };
    repeated::finish(app, first, &answer, now).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// An answer as it was given before.
pub fn again(answer: Answer) -> Response {
    let Answer { status, headers, body, .. } = answer;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
