//! Agencies and the services that they offer.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

/// A text in both languages of the deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// A public body, or a private one with a public service, that runs services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Agency {
    /// Its stable key in declarations.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
    /// The name of its sector: clients of one sector see the same subject identifiers.
    pub sector: String,
}

/// One thing that an agency offers online.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its stable key in declarations.
    pub id: String,
    /// The agency that offers it.
    pub agency: String,
    /// Its name.
    pub name: Bilingual,
    /// What it needs people's data for.
    pub purpose: Bilingual,
    /// Why it may have them.
    pub legal_basis: LegalBasis,
}

/// Why a service may receive data about a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LegalBasis {
    /// The law gives the agency these data: the person is told and not asked.
    PublicTask,
    /// The person is asked.
    #[default]
    Consent,
}

impl LegalBasis {
    /// As it is written in declarations and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicTask => "public-task",
            Self::Consent => "consent",
        }
    }
}

/// Who stands behind a client on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backing {
    /// The service.
    pub service: Service,
    /// Its agency.
    pub agency: Agency,
}

/// A sector's identifier: random, given once and for ever (never a host name, never an office).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectorId(pub Uuid);
