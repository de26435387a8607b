//! `[[claims_sources]]`: agencies that hold claims about people which we pass on (OpenID Connect Core §5.6.2).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::ConfigError;
use crate::identity::agency::Bilingual;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oidc::claims;

/// A source of claims. A client that may ask for the scope value `name` may ask for its claims.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimsSource {
    /// Its key in `_claim_sources`, and the scope value that stands for all its claims.
    pub name: String,
    /// What people read.
    pub label: Bilingual,
    /// The client that it is: subject identifiers are those of this client's sector.
    pub client: String,
    /// Its https URL, which answers a GET with an access token by a signed JWT of claims.
    pub endpoint: String,
    /// Who fetches the claims.
    pub mode: Mode,
    /// Its claims, and what people read of each.
    pub claims: BTreeMap<String, Bilingual>,
}

/// Who fetches the claims of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// We do, and pass the source's JWT on.
    Aggregated,
    /// The relying party does, with an access token that we give it.
    Distributed,
}

impl Mode {
    /// As discovery says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aggregated => "aggregated",
            Self::Distributed => "distributed",
        }
    }
}

/// Names that no source may take: our own claims, and those that carry the references.
const TAKEN: [&str; 15] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "sid",
    "_claim_names",
    "_claim_sources",
];

pub(super) fn validate(sources: &[ClaimsSource]) -> Result<(), ConfigError> {
    let wrong =
        |source: &ClaimsSource, why: &str| Err(ConfigError(format!("claims_sources: {:?}: {why}", source.name)));
    for (at, source) in sources.iter().enumerate() {
        let others = || sources.iter().take(at);
        let standard = claims::BY_SCOPE.into_iter().any(|(scope, _)| scope == source.name);
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-:.".contains(&b));
        if !plain(&source.name) || standard || source.name == OPENID || source.name == OFFLINE_ACCESS {
            return wrong(source, "name: expected letters, digits and _ - : . alone, and no standard scope value");
        }
        if others().any(|other| other.name == source.name) {
            return wrong(source, "name: there are two of this name");
        }
        if !Url::parse(&source.endpoint).is_ok_and(|url| url.scheme() == "https" && url.fragment().is_none()) {
            return wrong(source, "endpoint: expected an https URL without fragment");
        }
        for claim in source.claims.keys() {
            let taken = TAKEN.contains(&claim.as_str()) || claims::standard().any(|name| name == claim);
            if !plain(claim) || taken || others().any(|other| other.claims.contains_key(claim)) {
                return wrong(source, &format!("claims: {claim:?} is no name for a claim, or taken"));
            }
        }
    }
    Ok(())
}
