//! What an official does to a person whom he found.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::once;
use super::people;
use super::refused;
use super::say;
use super::seated::Seated;
use super::seated::Sent;
use crate::app::App;
use crate::base::fault::Fault;
use crate::flows::admin::people::doing;
use crate::flows::admin::refusal::Refusal;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::pages::Notice;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::key;
use crate::identity::authority::Act;
use crate::parts::sessions::Reach;

/// What came of it.
enum Became {
    Done,
    /// A second official has to approve it.
    Waits(Uuid),
}

/// Does it. Who signed in too long ago for it does so once more, and finds the person again.
pub async fn submit(State(web): State<Arc<Web>>, sent: Sent) -> Result<Response, Response> {
    once::sent(web, sent, ("/office/people/one", &["id", "reason", "decision"]), submitted).await
}

async fn submitted(web: Arc<Web>, Sent { seated, parameters }: Sent) -> Result<Response, Response> {
    let id = parameters.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let Some(act) = people::act(parameters.get("decision")) else { return Ok(respond::see_other("/office/people")) };
    if !seated.does_freshly(&web, act).await? {
        return Ok(seated.once_more(Destination::People, &parameters, &["reason"]).await);
    }
    let Some(app) = seated.because(parameters.get("reason").unwrap_or_default()) else {
        return Ok(told(&web, &seated, StatusCode::BAD_REQUEST, (key::DESK_NOT_DONE, key::DESK_WRONG_REASON)));
    };
    match done(&app, act, id, &seated).await.map_err(error::as_page(&web, &seated.reader))? {
        Ok(Became::Done) => Ok(told(&web, &seated, StatusCode::OK, (key::DESK_DONE, key::DESK_REASON_HINT))),
        Ok(Became::Waits(id)) => Ok(seated.onward(&web, &Destination::Pending(Some(id)).address())),
        Err(Refusal::Stands(_)) => {
            Ok(told(&web, &seated, StatusCode::CONFLICT, (key::DESK_NOT_DONE, key::DESK_PEOPLE_CANNOT)))
        }
        Err(refusal) => Err(refused(&web, &seated, &refusal)),
    }
}

async fn done(app: &App, act: Act, id: Uuid, seated: &Seated) -> Result<Result<Became, Refusal>, Fault> {
    let now = seated.now;
    Ok(match act {
        Act::PeopleDisable => doing::disable(app, id, now).await?.map(|_| Became::Done),
        Act::PeopleEnable => doing::enable(app, id, now).await?.map(|_| Became::Done),
        Act::PeopleRecover => doing::recover(app, id, now).await?.map(Became::Waits),
        _ => doing::sign_out(app, id, Reach::Everything, now).await?.map(|_| Became::Done),
    })
}

fn told(
    web: &Web,
    seated: &Seated,
    status: StatusCode,
    (heading, line): (crate::i18n::Key, crate::i18n::Key),
) -> Response {
    let (heading, label) = (say(seated, heading), say(seated, key::DESK_PEOPLE_AGAIN));
    let lines = [say(seated, line).into_owned()];
    let action = Some((&*label, Destination::People.path()));
    let frame = seated.reader.frame(web, None);
    let view = Notice { frame, heading: &heading, lines: &lines, action };
    respond::page(status, view.render(), &Policy::default())
}
