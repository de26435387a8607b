//! A right that an official gives.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::once;
use super::refused;
use super::say;
use super::seated::Seated;
use super::seated::Sent;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::flows::admin::refusal::Refusal;
use crate::flows::admin::rights::Given;
use crate::flows::admin::rights::Named;
use crate::flows::admin::rights::desk;
use crate::flows::admin::rights::look;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::interaction::keep_language;
use crate::http::pages::GiveRight;
use crate::http::pages::TypedRight;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::text;
use crate::identity::authority::Act;
use crate::identity::authority::Role;
use crate::parts::authority::words;
use crate::parts::hierarchy;
use crate::protocol::oauth::parameters::Parameters;

const HERE: &str = Destination::Give.path();
const SIGN_IN: &str = Destination::Give.sign_in();

/// What the form says, and is kept of who has to sign in once more.
const FIELDS: [&str; 9] = ["person", "role", "unit", "branch", "agency", "subordinates", "delegate", "until", "reason"];

/// Shows the form. Who signed in too long ago does so once more first.
pub async fn show(State(web): State<Arc<Web>>, seated: Seated) -> Result<Response, Response> {
    if !seated.is_fresh_for(Act::RightsGrant) {
        return Ok(respond::see_other(SIGN_IN));
    }
    let failed = error::as_page(&web, &seated.reader);
    let unit = own_unit(&seated).await.map_err(&failed)?;
    let kept = seated.kept(Destination::Give).await;
    let typed = match kept.get("role") {
        Some(_) => typed(&kept),
        None => TypedRight { unit, role: Role::Registrar.as_str().to_owned(), ..TypedRight::default() },
    };
    let page = render(&web, &seated, &typed, (StatusCode::OK, None)).map_err(failed)?;
    Ok(keep_language(&web, &seated.reader, page))
}

/// Asks for it: another official approves.
pub async fn ask(State(web): State<Arc<Web>>, sent: Sent) -> Result<Response, Response> {
    once::sent(web, sent, (HERE, &FIELDS), asked).await
}

async fn asked(web: Arc<Web>, Sent { seated, parameters }: Sent) -> Result<Response, Response> {
    if !seated.does_freshly(&web, Act::RightsGrant).await? {
        return Ok(seated.once_more(Destination::Give, &parameters, &FIELDS).await);
    }
    let (typed, failed) = (typed(&parameters), error::as_page(&web, &seated.reader));
    let given = match seated.because(&typed.reason) {
        Some(app) => given(&app, &typed, &seated).await.map_err(&failed)?,
        None => Err(Refusal::Mistake("reason: it says nothing".to_owned())),
    };
    let (status, alert) = match given {
        Ok(Given::Pending(asked)) => {
            return Ok(seated.onward(&web, &Destination::Pending(asked.first().copied()).address()));
        }
        Ok(Given::Rights(_)) => return Ok(seated.onward(&web, "/office/rights")),
        Err(refusal) => wrong(&web, &seated, &refusal)?,
    };
    render(&web, &seated, &typed, (status, Some(alert))).map_err(failed)
}

/// What is said on the form; an answer of its own where the form does not help.
#[allow(clippy::result_large_err)] // as axum has it: a page is the answer instead
fn wrong(web: &Web, seated: &Seated, refusal: &Refusal) -> Result<(StatusCode, Cow<'static, str>), Response> {
    match refusal {
        Refusal::Mistake(why) => Ok((StatusCode::BAD_REQUEST, say(seated, mistake(why)))),
        Refusal::May(_) | Refusal::Widens(_) => Ok((StatusCode::FORBIDDEN, refusal.words(seated.reader.lang).into())),
        Refusal::NotThere | Refusal::There | Refusal::Changed(_) | Refusal::Stands(_) | Refusal::TooMany(_) => {
            Err(refused(web, seated, refusal))
        }
    }
}

async fn given(app: &App, typed: &TypedRight, seated: &Seated) -> Result<Result<Given, Refusal>, Fault> {
    if let Err(refusal) = desk::gives(app, seated.now).await? {
        return Ok(Err(refusal)); // nobody learns here who is there, without a right to give one
    }
    let mistake = |why: &str| Ok(Err(Refusal::Mistake(why.to_owned())));
    let Some(holder) = look::holder(app, typed.person.trim()).await? else { return mistake("person: there is none") };
    let until = match typed.until.as_str() {
        "" => None,
        text => match Day::parse(text) {
            Some(day) => Some(day),
            None => return mistake("until: it is no day"),
        },
    };
    let named = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let right = Named {
        role: typed.role.clone(),
        unit: named(&typed.unit),
        branch: named(&typed.branch),
        agency: named(&typed.agency),
        subordinates: typed.subordinates,
        may_delegate: typed.delegate,
        from: None,
        until,
    };
    desk::give(app, &holder.stored(), &right, seated.now).await
}

/// What is wrong, by the member that it names.
fn mistake(why: &str) -> Key {
    match why.split(':').next() {
        Some("unit") => key::DESK_WRONG_UNIT,
        Some("branch") => key::DESK_WRONG_BRANCH,
        Some("agency" | "subordinates") => key::DESK_WRONG_AGENCY,
        Some("until") => key::DESK_WRONG_UNTIL,
        Some("national-operator") => key::DESK_WRONG_OTHER,
        Some("reason") => key::DESK_WRONG_REASON,
        _ => key::DESK_WRONG_PERSON,
    }
}

fn typed(parameters: &Parameters) -> TypedRight {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    TypedRight {
        person: text(parameters.get("person")),
        role: text(parameters.get("role")),
        unit: text(parameters.get("unit")),
        branch: text(parameters.get("branch")),
        agency: text(parameters.get("agency")),
        subordinates: parameters.get("subordinates").is_some(),
        delegate: parameters.get("delegate").is_some(),
        until: text(parameters.get("until")),
        reason: text(parameters.get("reason")),
    }
}

/// The unit of the office, as the form names units.
async fn own_unit(seated: &Seated) -> Result<String, Fault> {
    let Some(own) = seated.office.0.unit else { return Ok(String::new()) };
    let hierarchy = hierarchy::whole(&seated.app).await?;
    Ok(hierarchy.unit(own).map(|unit| format!("{}/{}", unit.level, unit.code)).unwrap_or_default())
}

fn render(
    web: &Web,
    seated: &Seated,
    typed: &TypedRight,
    (status, alert): (StatusCode, Option<Cow<'static, str>>),
) -> Result<Response, Fault> {
    let lang = seated.reader.lang;
    let roles = Role::ALL.map(|role| (role.as_str(), text(lang, words::of_role(role)).into_owned()));
    let (frame, confirm) = (seated.reader.frame(web, Some(HERE)), seated.confirm()?);
    let view = GiveRight { frame, office: &seated.called, confirm: &confirm, roles: &roles, typed, alert };
    Ok(respond::page(status, view.render(), &Policy::default()))
}
