//! Finding a person, for a purpose and a reason.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::at;
use super::known;
use super::refused;
use super::say;
use super::seated::Seated;
use super::seated::Sent;
use crate::base::fault::Fault;
use crate::flows::admin::people::open;
use crate::flows::admin::people::search;
use crate::flows::admin::people::search::Shown;
use crate::flows::admin::people::search::Sought;
use crate::flows::admin::refusal::Refusal;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::interaction::keep_language;
use crate::http::pages::FindPerson;
use crate::http::pages::FoundPeople;
use crate::http::pages::FoundPerson;
use crate::http::pages::SoughtPerson;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::text;
use crate::identity::assurance::Level;
use crate::identity::authority::Act;
use crate::identity::purpose::Purpose;
use crate::parts::authority::words;
use crate::protocol::oauth::parameters::Parameters;

const HERE: &str = Destination::People.path();
/// What is done to a person who was found: the button, and what it says.
const DONE: [(Act, &str, Key); 4] = [
    (Act::PeopleSignOut, "sign-out", key::DESK_PEOPLE_SIGN_OUT),
    (Act::PeopleRecover, "recover", key::DESK_PEOPLE_RECOVER),
    (Act::PeopleDisable, "disable", key::DESK_PEOPLE_DISABLE),
    (Act::PeopleEnable, "enable", key::DESK_PEOPLE_ENABLE),
];
const WAYS: [(&str, Key); 4] = [
    ("number", key::DESK_PEOPLE_NUMBER),
    ("name", key::DESK_PEOPLE_NAME),
    ("phone", key::DESK_PEOPLE_PHONE),
    ("email", key::DESK_PEOPLE_EMAIL),
];

/// Asks whom, for what, and why.
pub async fn show(State(web): State<Arc<Web>>, seated: Seated) -> Result<Response, Response> {
    let typed = typed(&seated.kept(Destination::People).await);
    let page = render(&web, &seated, &typed, (StatusCode::OK, None));
    Ok(keep_language(&web, &seated.reader, page.map_err(error::as_page(&web, &seated.reader))?))
}

/// Looks for them; whoever is found reads it.
#[allow(clippy::result_large_err)] // as axum has it: a page is the answer instead
pub async fn find(State(web): State<Arc<Web>>, Sent { seated, parameters }: Sent) -> Result<Response, Response> {
    let (typed, failed) = (typed(&parameters), error::as_page(&web, &seated.reader));
    let wrong = |status, key| render(&web, &seated, &typed, (status, Some(say(&seated, key)))).map_err(&failed);
    let (Some(app), Some(purpose)) = (seated.because(&typed.reason), Purpose::parse(&typed.purpose)) else {
        return wrong(StatusCode::BAD_REQUEST, key::DESK_WRONG_REASON);
    };
    match search::search(&app, &sought(&typed), purpose, seated.now).await.map_err(&failed)? {
        Ok(people) if people.is_empty() => wrong(StatusCode::OK, key::DESK_PEOPLE_NONE),
        Ok(people) => found(&web, &seated, &people, &typed.reason).await.map_err(failed),
        Err(Refusal::Mistake(why)) => wrong(StatusCode::BAD_REQUEST, mistake(&why)),
        Err(Refusal::TooMany(_)) => wrong(StatusCode::TOO_MANY_REQUESTS, key::DESK_PEOPLE_TOO_MANY),
        Err(refusal) => Err(refused(&web, &seated, &refusal)),
    }
}

/// What is wrong, by its first words.
fn mistake(why: &str) -> Key {
    if why.starts_with(search::MANY) { key::DESK_PEOPLE_MANY } else { key::DESK_PEOPLE_WRONG }
}

fn typed(parameters: &Parameters) -> SoughtPerson {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    SoughtPerson {
        by: text(parameters.get("by")),
        sought: text(parameters.get("sought")),
        born: text(parameters.get("born")),
        purpose: text(parameters.get("purpose")),
        reason: text(parameters.get("reason")),
    }
}

fn sought(typed: &SoughtPerson) -> Sought {
    let text = typed.sought.trim().to_owned();
    match typed.by.as_str() {
        "phone" => Sought::Phone(text),
        "email" => Sought::Email(text),
        "name" => Sought::NameAndBirthDate { name: text, birth_date: as_recorded(typed.born.trim()) },
        _ => Sought::IdentityNumber(text),
    }
}

/// A date as records have it, of one that was typed as people write it.
fn as_recorded(date: &str) -> String {
    match date.split('/').collect::<Vec<_>>().as_slice() {
        [day, month, year] => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => date.to_owned(),
    }
}

fn render(
    web: &Web,
    seated: &Seated,
    typed: &SoughtPerson,
    (status, alert): (StatusCode, Option<Cow<'static, str>>),
) -> Result<Response, Fault> {
    let lang = seated.reader.lang;
    let purposes = Purpose::ALL.map(|one| (one.as_str(), text(lang, words::of_purpose(one)).into_owned()));
    let (frame, confirm) = (seated.reader.frame(web, Some(HERE)), seated.confirm()?);
    let office = seated.called.as_str();
    let view = FindPerson { frame, office, confirm: &confirm, ways: &WAYS, purposes: &purposes, typed, alert };
    Ok(respond::page(status, view.render(), &Policy::default()))
}

/// Who was found, and what is open to do.
async fn found(web: &Web, seated: &Seated, people: &[Shown], reason: &str) -> Result<Response, Fault> {
    let mut buttons = Vec::new();
    for one in people {
        for button in acts(seated, one).await? {
            if !buttons.contains(&button) {
                buttons.push(button);
            }
        }
    }
    let shown: Vec<FoundPerson> = people.iter().map(|one| person(seated, one)).collect();
    let (frame, confirm) = (seated.reader.frame(web, None), seated.confirm()?);
    let (office, people) = (seated.called.as_str(), shown.as_slice());
    let view = FoundPeople { frame, office, confirm: &confirm, people, reason, buttons: &buttons };
    Ok(respond::page(StatusCode::OK, view.render(), &Policy::default()))
}

async fn acts(seated: &Seated, shown: &Shown) -> Result<Vec<(&'static str, Key)>, Fault> {
    let open = open::of(&seated.app, &DONE.map(|(act, ..)| act), shown.id, seated.now).await?;
    let is_suspended = shown.disabled_at.is_some();
    let fits = |act: Act| match is_suspended {
        true => !matches!(act, Act::PeopleDisable | Act::PeopleRecover),
        false => act != Act::PeopleEnable,
    };
    let done = DONE.into_iter().filter(|(act, ..)| open.contains(act) && fits(*act));
    Ok(done.map(|(_, name, key)| (name, key)).collect())
}

/// The act that a button does.
pub(super) fn act(decision: Option<&str>) -> Option<Act> {
    DONE.into_iter().find(|(_, name, _)| Some(*name) == decision).map(|(act, ..)| act)
}

fn person(seated: &Seated, shown: &Shown) -> FoundPerson {
    let Shown { id, glimpse, level, disabled_at, closes_at } = shown.clone();
    let level = match level {
        Level::Zero => key::DESK_PEOPLE_LEVEL_ZERO,
        Level::One => key::DESK_PEOPLE_LEVEL_ONE,
        Level::Two => key::DESK_PEOPLE_LEVEL_TWO,
    };
    let facts = known([
        (key::CLAIM_BIRTHDATE, glimpse.birth_date),
        (key::CLAIM_PREFERRED_USERNAME, glimpse.user_name),
        (key::ACCOUNT_NUMBER, glimpse.identity_number),
        (key::DESK_PEOPLE_PHONE, glimpse.phone_number),
        (key::DESK_PEOPLE_EMAIL, glimpse.email),
        (key::DESK_PEOPLE_LEVEL, Some(say(seated, level).into_owned())),
        (key::DESK_PEOPLE_SUSPENDED, disabled_at.map(|instant| at(seated, instant))),
        (key::DESK_PEOPLE_CLOSES, closes_at.map(|on| seated.app.config.units.time_zone.date(on))),
    ]);
    let name = glimpse.name.unwrap_or_else(|| say(seated, key::DESK_PEOPLE_FOUND).into_owned());
    FoundPerson { id: Uuid::to_string(&id), name, facts }
}
