//! Who has which rights, and how one is taken away.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::done;
use super::following;
use super::known;
use super::listed;
use super::once;
use super::say;
use super::seated::Seated;
use super::seated::Sent;
use super::wanted;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::rights::desk;
use crate::flows::admin::rights::listed;
use crate::flows::admin::rights::telling;
use crate::flows::admin::rights::telling::Right;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::page::Query;
use crate::http::interaction::keep_language;
use crate::http::pages::DeskForm;
use crate::http::pages::DeskList;
use crate::http::pages::DeskOne;
use crate::http::pages::DeskRow;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::key;

const LIST: &str = "/office/rights";

/// Shows a page of them.
pub async fn list(State(web): State<Arc<Web>>, seated: Seated, Query(parameters): Query) -> Result<Response, Response> {
    let page = listed::page(&seated.app, &wanted(LIST, &parameters), (None, seated.now), seated.now).await;
    let page = done(&web, &seated, page)?;
    let mut rows = Vec::new();
    for one in &page.items {
        let told = telling::right(&seated.app, seated.reader.lang, one).await;
        rows.push(row(&told.map_err(error::as_page(&web, &seated.reader))?));
    }
    Ok(show(&web, &seated, &rows, following(LIST, page.next.as_deref())))
}

fn show(web: &Web, seated: &Seated, rows: &[DeskRow], next: Option<String>) -> Response {
    let view = DeskList {
        frame: seated.reader.frame(web, Some(LIST)),
        office: &seated.called,
        heading: key::DESK_RIGHTS,
        none: key::DESK_RIGHTS_NONE,
        rows,
        action: Some((key::DESK_GIVE, "/office/rights/give")),
        next: next.as_deref(),
    };
    listed(web, seated, &view)
}

fn row(right: &Right) -> DeskRow {
    let lines = [Some(right.place.clone()), right.note.clone()];
    DeskRow {
        what: format!("{} · {}", right.holder, right.role),
        lines: lines.into_iter().flatten().collect(),
        href: Some(format!("/office/rights/one?id={}", right.id)),
    }
}

/// Shows one.
pub async fn one(State(web): State<Arc<Web>>, seated: Seated, Query(parameters): Query) -> Result<Response, Response> {
    let id = parameters.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let page = render(&web, &seated, id, ("", None)).await?;
    Ok(keep_language(&web, &seated.reader, page))
}

/// Takes one away.
pub async fn take(State(web): State<Arc<Web>>, sent: Sent) -> Result<Response, Response> {
    once::sent(web, sent, ("/office/rights/take", &["id", "reason"]), taken).await
}

async fn taken(web: Arc<Web>, Sent { seated, parameters }: Sent) -> Result<Response, Response> {
    let id = parameters.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let reason = parameters.get("reason").unwrap_or_default();
    let Some(app) = seated.because(reason) else {
        return render(&web, &seated, id, (reason, Some(say(&seated, key::DESK_WRONG_REASON)))).await;
    };
    done(&web, &seated, desk::take(&app, id, seated.now).await)?;
    Ok(seated.onward(&web, LIST))
}

async fn render(
    web: &Web,
    seated: &Seated,
    id: Uuid,
    (reason, alert): (&str, Option<Cow<'static, str>>),
) -> Result<Response, Response> {
    let listed = done(web, seated, desk::one(&seated.app, id, seated.now).await)?;
    let failed = error::as_page(web, &seated.reader);
    let right = telling::right(&seated.app, seated.reader.lang, &listed).await.map_err(&failed)?;
    shown(web, seated, &right, (reason, alert)).map_err(failed)
}

fn shown(
    web: &Web,
    seated: &Seated,
    right: &Right,
    (reason, alert): (&str, Option<Cow<'static, str>>),
) -> Result<Response, Fault> {
    let (id, confirm) = (right.id.to_string(), seated.confirm()?);
    let day = |at: Timestamp| Some(web.zone().date(at));
    let facts = known([
        (key::DESK_HOLDER, Some(right.holder.clone())),
        (key::DESK_ROLE, Some(right.role.clone())),
        (key::DESK_PLACE, Some(right.place.clone())),
        (key::DESK_FROM, day(right.from)),
        (key::DESK_UNTIL, right.until.map(|at| web.zone().moment(at))),
        (key::DESK_DELEGATES, right.may_delegate.then(|| say(seated, key::VALUE_YES).into_owned())),
        (key::DESK_NOTE, right.note.clone()),
    ]);
    let buttons = [("take", key::DESK_TAKE)];
    let status = if alert.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let view = DeskOne {
        frame: seated.reader.frame(web, Some(&format!("/office/rights/one?id={id}"))),
        office: &seated.called,
        heading: key::DESK_RIGHT,
        alert,
        facts: &facts,
        line: None,
        form: Some(DeskForm { action: "/office/rights/take", confirm: &confirm, id: &id, reason, buttons: &buttons }),
        first: None,
        back: (key::DESK_RIGHTS, LIST),
    };
    Ok(respond::page(status, view.render(), &Policy::default()))
}
