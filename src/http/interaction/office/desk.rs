//! In which office an official acts, and what he can do there.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::DESK;
use super::seated;
use super::seated::Arrived;
use super::seated::Brought;
use crate::base::fault::Fault;
use crate::flows::admin::seat;
use crate::flows::admin::seat::Sent;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::page::Query;
use crate::http::extract::visitor;
use crate::http::interaction::keep_language;
use crate::http::interaction::notice;
use crate::http::pages::ChooseOffice;
use crate::http::pages::Desk;
use crate::http::pages::DeskLink;
use crate::http::pages::ShownOffice;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::text;
use crate::identity::authority::Act;
use crate::identity::authority::Office;
use crate::parts::authority::OfficeOf;
use crate::parts::authority::words;

/// Where the desk leads, to whom some act is open.
const LINKS: [(Act, DeskLink); 4] = [
    (Act::PendingLook, DeskLink { name: key::DESK_PENDING, what: key::DESK_PENDING_WHAT, href: "/office/pending" }),
    (Act::PeopleFind, DeskLink { name: key::DESK_PEOPLE, what: key::DESK_PEOPLE_WHAT, href: "/office/people" }),
    (Act::RightsLook, DeskLink { name: key::DESK_RIGHTS, what: key::DESK_RIGHTS_WHAT, href: "/office/rights" }),
    (Act::AuditLook, DeskLink { name: key::DESK_TRAIL, what: key::DESK_TRAIL_WHAT, href: "/office/audit" }),
];

/// Shows the desk of the office that was chosen, or of the only one; or asks for it.
pub async fn show(
    State(web): State<Arc<Web>>,
    arrived: Arrived,
    Query(parameters): Query,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &arrived.reader);
    let Arrived { live, reader, now, .. } = &arrived;
    let offices = seat::offices(&web.app, live, reader.lang, *now).await.map_err(&failed)?;
    let cookie = arrived.cookie.as_deref().filter(|_| parameters.get("choice").is_none());
    let page = match taken(&offices, seat::chosen(&web.app, live, cookie)) {
        Some(office) => at(&web, &arrived, &offices, office),
        None if offices.is_empty() => nobody(&web, &arrived).await,
        None => choose(&web, &arrived, &offices),
    };
    Ok(keep_language(&web, reader, page.map_err(failed)?))
}

/// Takes the choice. What is no office of theirs any more is chosen by nobody.
pub async fn take(State(web): State<Arc<Web>>, Brought { arrived, parameters }: Brought) -> Result<Response, Response> {
    let Arrived { live, reader, now, .. } = &arrived;
    if seat::sent(&web.app, live, parameters.get("confirm").unwrap_or_default()) == Sent::Foreign {
        return Err(seated::foreign(&web, reader));
    }
    let failed = error::as_page(&web, reader);
    let offices = seat::offices(&web.app, live, reader.lang, *now).await.map_err(&failed)?;
    let wanted = parameters.get("office").and_then(Office::parse);
    let own = offices.into_iter().find(|one| Some(&one.office) == wanted.as_ref());
    let Some(own) = own else { return Ok(respond::see_other("/office?choice=another")) };
    let cookie = seat::choice(&web.app, live, &own.office, *now).map_err(failed)?;
    Ok(visitor::with_office(&web, respond::see_other(DESK), Some(&cookie)))
}

/// The office that was chosen, if it is one still; the only one where none was.
fn taken(offices: &[OfficeOf], chosen: Option<Office>) -> Option<&OfficeOf> {
    match offices {
        [only] => Some(only),
        offices => offices.iter().find(|one| Some(&one.office) == chosen.as_ref()),
    }
}

fn at(web: &Web, arrived: &Arrived, offices: &[OfficeOf], own: &OfficeOf) -> Result<Response, Fault> {
    let may = |act| own.rights.iter().any(|right| right.role.does(act));
    let links: Vec<DeskLink> = LINKS.into_iter().filter(|(act, _)| may(*act)).map(|(_, link)| link).collect();
    let view = Desk {
        frame: arrived.reader.frame(web, Some(DESK)),
        office: &own.called,
        roles: &roles(own, arrived.reader.lang),
        others: offices.len() > 1,
        links: &links,
    };
    let page = respond::page(StatusCode::OK, view.render(), &Policy::default());
    let cookie = seat::choice(&web.app, &arrived.live, &own.office, arrived.now)?;
    Ok(visitor::with_office(web, page, Some(&cookie)))
}

fn choose(web: &Web, arrived: &Arrived, offices: &[OfficeOf]) -> Result<Response, Fault> {
    let lang = arrived.reader.lang;
    let shown = |one: &OfficeOf| ShownOffice {
        value: one.office.to_string(),
        called: one.called.clone(),
        roles: roles(one, lang),
    };
    let offices: Vec<ShownOffice> = offices.iter().map(shown).collect();
    let confirm = seat::confirm(&web.app, &arrived.live, None, arrived.now)?;
    let frame = arrived.reader.frame(web, Some("/office?choice=another"));
    let view = ChooseOffice { frame, confirm: &confirm, offices: &offices };
    Ok(respond::page(StatusCode::OK, view.render(), &Policy::default()))
}

async fn nobody(web: &Web, arrived: &Arrived) -> Result<Response, Fault> {
    seat::turned_away(&web.app, &arrived.live, arrived.now).await?;
    let say = |key| text(arrived.reader.lang, key).into_owned();
    let lines = [say(key::DESK_NONE_WHAT)];
    let label = say(key::ACCOUNT);
    let action = Some((label.as_str(), "/account"));
    Ok(notice(web, &arrived.reader, DESK, (&say(key::DESK_NONE), &lines), action))
}

/// What somebody is in an office.
fn roles(office: &OfficeOf, lang: Lang) -> String {
    let mut roles: Vec<_> = office.rights.iter().map(|right| right.role).collect();
    roles.sort();
    roles.dedup();
    roles.into_iter().map(|role| text(lang, words::of_role(role))).collect::<Vec<_>>().join(", ")
}
