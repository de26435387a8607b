//! What happened, as far as the office reaches.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::at;
use super::done;
use super::following;
use super::seated::Seated;
use super::trail;
use super::wanted;
use crate::base::fault::Fault;
use crate::base::month::Month;
use crate::flows::admin::audit;
use crate::flows::admin::audit::Filter;
use crate::flows::admin::audit::Seen;
use crate::flows::admin::rights::telling;
use crate::flows::admin::seat;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::page::Query;
use crate::http::interaction::keep_language;
use crate::http::pages::DeskRow;
use crate::http::pages::DeskTrail;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::say;
use crate::i18n::text;
use crate::identity::audit::Act;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::protocol::oauth::parameters::Parameters;

const HERE: &str = "/office/audit";
/// So far back a page looks where no month is chosen.
const USUAL: Duration = Duration::from_secs(30 * 86_400);

/// What is offered to choose from: what officials do, and are asked about.
const OFFERED: [Act; 14] = [
    Act::ActAsked,
    Act::ActApproved,
    Act::ActRefused,
    Act::ActVoided,
    Act::RightGranted,
    Act::RightRevoked,
    Act::OfficialRefused,
    Act::PersonSignedOut,
    Act::PersonDisabled,
    Act::PersonEnabled,
    Act::PersonProofed,
    Act::ClientRegistered,
    Act::ClientUpdated,
    Act::ClientRemoved,
];

/// What was chosen; what cannot be read chooses nothing.
#[derive(Clone)]
struct Chosen {
    act: Option<Act>,
    month: Option<Month>,
    /// Only what concerns this person, whom no address of a page names otherwise.
    person: Option<Uuid>,
    /// Only what concerns this system.
    system: Option<String>,
}

impl Chosen {
    fn of(parameters: &Parameters) -> Self {
        let system = parameters.get("system").map(str::trim).filter(|system| (1..=255).contains(&system.len()));
        Self {
            act: parameters.get("act").and_then(Act::parse),
            month: parameters.get("month").and_then(Month::parse),
            person: parameters.get("person").and_then(|id| id.parse().ok()),
            system: system.map(str::to_owned),
        }
    }
}

/// Shows a page of it.
pub async fn list(State(web): State<Arc<Web>>, seated: Seated, Query(parameters): Query) -> Result<Response, Response> {
    let chosen = Chosen::of(&parameters);
    let (path, filter) = (address(&chosen), filter(&seated, &chosen));
    let page = audit::page(&seated.app, &wanted(&path, &parameters), &filter, seated.now).await;
    let page = done(&web, &seated, page)?;
    let failed = error::as_page(&web, &seated.reader);
    let mut rows = Vec::new();
    for seen in &page.items {
        rows.extend(row(&seated, &chosen, seen).await.map_err(&failed)?);
    }
    let page = render(&web, &seated, &chosen, &rows, following(&path, page.next.as_deref()));
    Ok(keep_language(&web, &seated.reader, page))
}

fn filter<'a>(seated: &Seated, chosen: &'a Chosen) -> Filter<'a> {
    let until = seated.now + Duration::from_secs(1);
    let [since, until] =
        chosen.month.and_then(|month| seated.app.config.units.time_zone.span(month)).unwrap_or([until - USUAL, until]);
    Filter { act: chosen.act.map(Act::as_str), person: chosen.person, client: chosen.system.as_deref(), since, until }
}

fn address(chosen: &Chosen) -> String {
    let pairs = [
        ("act", chosen.act.map(|act| act.as_str().to_owned())),
        ("month", chosen.month.map(|month| month.to_string())),
        ("person", chosen.person.map(|person| person.to_string())),
        ("system", chosen.system.clone()),
    ];
    let pairs = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { HERE.to_owned() } else { format!("{HERE}?{query}") }
}

/// An event in words; none for one that only a later version knows.
async fn row(seated: &Seated, chosen: &Chosen, seen: &Seen) -> Result<Option<DeskRow>, Fault> {
    let (app, lang) = (&seated.app, seated.reader.lang);
    let Some(what) = Act::parse(&seen.act).and_then(trail::called) else { return Ok(None) };
    let mut lines = vec![at(seated, seen.at)];
    if let Some(by) = &seen.by {
        lines.push(say::desk_trail_by(lang, &telling::called(app, lang, &by.actor).await?));
        if let Some(office) = &by.office {
            lines.push(say::desk_trail_at(lang, &seat::called(app, office, lang).await?));
        }
        lines.extend(by.reason.as_ref().map(|reason| say::desk_trail_reason(lang, reason)));
    }
    let about = match (seen.person, &seen.client) {
        (Some(person), _) => Some(Holder::Person(person)),
        (None, Some(client)) => Some(Holder::Client(client.clone())),
        (None, None) => None,
    };
    if let Some(about) = about {
        lines.push(say::desk_trail_about(lang, &telling::called(app, lang, &Actor::Official(about)).await?));
    }
    lines.extend(seen.detail.clone());
    Ok(Some(DeskRow { what: text(lang, what).into_owned(), lines, href: narrower(chosen, seen) }))
}

/// Where all else stands that concerns whom an event concerns, if the page does not show that alone already.
fn narrower(chosen: &Chosen, seen: &Seen) -> Option<String> {
    let narrower = match (seen.person, &seen.client) {
        (Some(person), _) => Chosen { person: Some(person), ..chosen.clone() },
        (None, Some(client)) => Chosen { system: Some(client.clone()), ..chosen.clone() },
        (None, None) => return None,
    };
    Some(address(&narrower)).filter(|narrower| *narrower != address(chosen))
}

fn render(web: &Web, seated: &Seated, chosen: &Chosen, rows: &[DeskRow], next: Option<String>) -> Response {
    let lang = seated.reader.lang;
    let called = |act| trail::called(act).map(|key| text(lang, key).into_owned()).unwrap_or_default();
    let acts = OFFERED.map(|act| (act.as_str(), called(act)));
    let view = DeskTrail {
        frame: seated.reader.frame(web, Some(&address(chosen))),
        office: &seated.called,
        acts: &acts,
        act: chosen.act.map(Act::as_str).unwrap_or_default(),
        person: chosen.person.map(|person| person.to_string()),
        system: chosen.system.as_deref().unwrap_or_default(),
        everybody: &address(&Chosen { person: None, ..chosen.clone() }),
        month: &chosen.month.map(|month| month.to_string()).unwrap_or_default(),
        rows,
        next: next.as_deref(),
    };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}
