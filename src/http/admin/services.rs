//! Services.

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
use super::problem::Problem;
use super::sent::Basis;
use super::sent::Reason;
use super::sent::Sent;
use crate::flows::admin::services;
use crate::flows::admin::services::Filter;
use crate::identity::agency;
use crate::identity::agency::LegalBasis;
use crate::identity::authority::Act;

/// A text in both languages.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Vietnamese.
    vi: String,
    /// English.
    en: String,
}

impl From<agency::Bilingual> for Bilingual {
    fn from(agency::Bilingual { vi, en }: agency::Bilingual) -> Self {
        Self { vi, en }
    }
}

impl From<Bilingual> for agency::Bilingual {
    fn from(Bilingual { vi, en }: Bilingual) -> Self {
        Self { vi, en }
    }
}

/// Why a service may receive data about a person.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = LegalBasis)]
pub enum Basics {
    /// The law gives the agency these data: the person is told and not asked.
    PublicTask,
    /// The person is asked.
    Consent,
}

/// What a service is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ServiceDescription)]
pub struct Description {
    /// The agency that offers it.
    agency: String,
    /// Its name.
    name: Bilingual,
    /// What it needs people's data for, as it follows «to» in a sentence.
    purpose: Bilingual,
    /// Why it may have them.
    legal_basis: Basics,
}

/// A service.
#[derive(Serialize, ToSchema)]
pub struct Service {
    /// Its key, which stays.
    #[schema(example = "birth-registration")]
    id: String,
    /// The agency that offers it.
    agency: String,
    /// Its name.
    name: Bilingual,
    /// What it needs people's data for, as it follows «to» in a sentence.
    purpose: Bilingual,
    /// Why it may have them.
    legal_basis: Basics,
}

impl From<agency::Service> for Service {
    fn from(service: agency::Service) -> Self {
        let agency::Service { id, agency, name, purpose, legal_basis } = service;
        let legal_basis = match legal_basis {
            LegalBasis::PublicTask => Basics::PublicTask,
            LegalBasis::Consent => Basics::Consent,
        };
        Self { id, agency, name: name.into(), purpose: purpose.into(), legal_basis }
    }
}

impl Description {
    fn service(self, id: String) -> agency::Service {
        let Self { agency, name, purpose, legal_basis } = self;
        let legal_basis = match legal_basis {
            Basics::PublicTask => LegalBasis::PublicTask,
            Basics::Consent => LegalBasis::Consent,
        };
        agency::Service { id, agency, name: name.into(), purpose: purpose.into(), legal_basis }
    }
}

/// What services are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// Only those of this agency.
    agency: Option<String>,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Services by their keys, as far as the office reaches.
#[utoipa::path(
    get, path = "/api/v1/services", tag = "services", operation_id = "listServices", params(Narrowed),
    security(("office" = ["api:services.look"])),
    responses((status = 200, body = Listed<Service>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::ServicesLook)?;
    let Narrowed { agency, cursor, limit } = &asked.query;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = services::page(app, &wanted, Filter { agency: agency.as_deref() }, official.now).await;
    Ok(official.listed::<_, Service, _>(&asked, official.done(page)?))
}

/// One service; its ETag is its version.
#[utoipa::path(
    get, path = "/api/v1/services/{id}", tag = "services", operation_id = "getService",
    params(("id" = String, Path, description = "Its key")),
    security(("office" = ["api:services.look"])),
    responses((status = 200, body = Service, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn one(official: Official, Path(id): Path<String>) -> Result<Response, Problem> {
    let app = official.doing(Act::ServicesLook)?;
    let (service, version) = official.done(services::one(app, &id, official.now).await)?;
    Ok(official.versioned(StatusCode::OK, &Service::from(service), version))
}

/// Writes a service: another version of the one that is there (`If-Match`), or a new one (`If-None-Match: *`).
#[utoipa::path(
    put, path = "/api/v1/services/{id}", tag = "services", operation_id = "putService",
    params(
        ("id" = String, Path, description = "Its key: letters, digits, '-', '_' and '.'"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a service that is not there yet"),
    ),
    request_body = Description,
    security(("office" = ["api:services.change"])),
    responses((status = 200, body = Service, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn put(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(description): Sent<Description>,
) -> Result<Response, Problem> {
    let app = official.because(Act::ServicesChange, &asked.query)?;
    let service = description.service(id);
    let version = official.done(services::put(&app, &service, how, official.now).await)?;
    Ok(official.versioned(StatusCode::OK, &Service::from(service), version))
}

/// Removes a service that no client belongs to.
#[utoipa::path(
    delete, path = "/api/v1/services/{id}", tag = "services", operation_id = "removeService",
    params(
        ("id" = String, Path, description = "Its key"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    security(("office" = ["api:services.change"])),
    responses((status = 204, description = "It is gone"), Problem)
)]
pub async fn remove(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
) -> Result<StatusCode, Problem> {
    let app = official.because(Act::ServicesChange, &asked.query)?;
    official.done(services::remove(&app, &id, how, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}
