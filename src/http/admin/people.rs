//! People, as an official sees them.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::page::Asked;
use super::page::Listed;
use super::problem::Kind;
use super::problem::Problem;
use super::sent::Reason;
use super::sent::Sent;
use crate::app::App;
use crate::flows::admin::people::search;
use crate::flows::admin::people::search::Shown;
use crate::flows::admin::people::search::Sought;
use crate::http::respond;
use crate::identity::authority::Act;
use crate::identity::purpose;

/// What people are looked up for.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Somebody cannot sign in, and asks for help.
    SignInHelp,
    /// Somebody asks for their account without what they sign in with.
    Recovery,
    /// Somebody looks who the person is.
    Proofing,
    /// What is known of the person is wrong.
    Correction,
    /// The account is misused, or may be.
    Security,
    /// A court or the law demands it.
    LegalDuty,
}

impl From<Purpose> for purpose::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::SignInHelp => Self::SignInHelp,
            Purpose::Recovery => Self::Recovery,
            Purpose::Proofing => Self::Proofing,
            Purpose::Correction => Self::Correction,
            Purpose::Security => Self::Security,
            Purpose::LegalDuty => Self::LegalDuty,
        }
    }
}

/// Why somebody is looked up: the person reads both.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Because {
    /// Why, in free words.
    #[param(min_length = 1, max_length = 500, example = "Ticket 4711: forgot the password")]
    reason: String,
    /// For what.
    #[param(inline)]
    purpose: Purpose,
}

impl Because {
    /// The instance in which the official does it for this reason, and the purpose.
    pub fn of(self, official: &Official, act: Act) -> Result<(App, purpose::Purpose), Problem> {
        let Self { reason, purpose } = self;
        Ok((official.because(act, &Reason { reason })?, purpose.into()))
    }
}

/// By what somebody is looked for, all of it and exactly: one of identity number, name with birth date, telephone number and
/// e-mail address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The number of the identity card.
    #[schema(example = "036187001234")]
    identity_number: Option<String>,
    /// The whole name, beside the birth date.
    name: Option<String>,
    /// The birth date, beside the name.
    #[schema(format = Date)]
    birth_date: Option<String>,
    /// The telephone number.
    phone_number: Option<String>,
    /// The e-mail address.
    email: Option<String>,
}

impl Search {
    fn sought(self, official: &Official) -> Result<Sought, Problem> {
        let Self { identity_number, name, birth_date, phone_number, email } = self;
        match (identity_number, name, birth_date, phone_number, email) {
            (Some(number), None, None, None, None) => Ok(Sought::IdentityNumber(number)),
            (None, Some(name), Some(birth_date), None, None) => Ok(Sought::NameAndBirthDate { name, birth_date }),
            (None, None, None, Some(number), None) => Ok(Sought::Phone(number)),
            (None, None, None, None, Some(address)) => Ok(Sought::Email(address)),
            _ => {
                let said = "say one of identity_number, name with birth_date, phone_number and email";
                Err(official.problem(Kind::Mistake, said))
            }
        }
    }
}

/// A person. What the roles of the office do not need is absent, or hidden but for its end (`•`).
#[derive(Serialize, ToSchema)]
pub struct Person {
    /// Their id, by which the API names them.
    #[schema(value_type = Uuid)]
    id: String,
    /// What they are called.
    name: Option<String>,
    /// When they were born, or the year.
    birth_date: Option<String>,
    /// The name that they chose for signing in.
    user_name: Option<String>,
    /// The number of the identity card.
    identity_number: Option<String>,
    /// The telephone number.
    phone_number: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// How sure the state is of who they are.
    #[schema(minimum = 0, maximum = 2)]
    level: i64,
    /// Since when they may not sign in, if so.
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
    /// When the account closes, if they want it closed.
    #[schema(format = DateTime)]
    closes_at: Option<String>,
}

impl From<Shown> for Person {
    fn from(shown: Shown) -> Self {
        let Shown { id, glimpse, level, disabled_at, closes_at } = shown;
        Self {
            id: id.to_string(),
            name: glimpse.name,
            birth_date: glimpse.birth_date,
            user_name: glimpse.user_name,
            identity_number: glimpse.identity_number,
            phone_number: glimpse.phone_number,
            email: glimpse.email,
            level: level.number(),
            disabled_at: disabled_at.map(|at| at.to_string()),
            closes_at: closes_at.map(|at| at.to_string()),
        }
    }
}

/// Looks for somebody; whoever is found reads it in their history.
#[utoipa::path(
    post, path = "/api/v1/people/searches", tag = "people", operation_id = "searchPeople", params(Because),
    request_body = Search,
    security(("office" = ["api:people.find"])),
    responses((status = 200, body = Listed<Person>), Problem)
)]
pub async fn search(official: Official, asked: Asked<Because>, Sent(by): Sent<Search>) -> Result<Response, Problem> {
    let (app, purpose) = asked.query.of(&official, Act::PeopleFind)?;
    let found = search::search(&app, &by.sought(&official)?, purpose, official.now).await;
    let items: Vec<Person> = official.done(found)?.into_iter().map(Person::from).collect();
    Ok(respond::json(StatusCode::OK, &Listed { items, next: None }))
}

/// Looks at somebody; they read it in their history.
#[utoipa::path(
    get, path = "/api/v1/people/{id}", tag = "people", operation_id = "getPerson",
    params(("id" = Uuid, Path, description = "Their id"), Because),
    security(("office" = ["api:people.find"])),
    responses((status = 200, body = Person), Problem)
)]
pub async fn one(official: Official, Path(id): Path<String>, asked: Asked<Because>) -> Result<Response, Problem> {
    let (app, purpose) = asked.query.of(&official, Act::PeopleFind)?;
    let shown = official.done(search::one(&app, official.id(&id)?, purpose, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Person::from(shown)))
}
