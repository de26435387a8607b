//! What we publish about ourselves: provider metadata and keys.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::config::claims_sources::Mode;
use crate::config::registration::Policy;
use crate::i18n::Lang;
use crate::identity::assurance;
use crate::identity::assurance::Worth;
use crate::jose::jwa::Algorithm;
use crate::jose::jws;
use crate::parts::keyring;
use crate::protocol::oidc::discovery::Choices;
use crate::protocol::oidc::discovery::ProviderMetadata;
use crate::signing::keyring::Typ;
use crate::signing::published;
pub use crate::signing::published::Published;

/// The provider metadata, derived from what the program does.
pub fn metadata(app: &App) -> ProviderMetadata {
    let sources = &app.config.claims_sources;
    let mut claim_types = vec!["normal"];
    for mode in [Mode::Aggregated, Mode::Distributed] {
        claim_types.extend(sources.iter().any(|source| source.mode == mode).then_some(mode.as_str()));
    }
    let registration = &app.config.registration;
    let pages = [&registration.service_documentation, &registration.op_policy_uri, &registration.op_tos_uri];
    let reachable = assurance::reachable(app.passkeys.is_some());
    let worth = assurance::WORTH.iter().filter(|worth| reachable.contains(&worth.acr.as_str()));
    ProviderMetadata::new(&Choices {
        issuer: &app.config.server.issuer,
        algorithms: &app.config.keys.algorithms,
        acr_values: reachable,
        acr_mappings: worth.filter_map(member).collect(),
        ui_locales: &Lang::all().map(Lang::tag),
        more_scopes: sources.iter().map(|source| source.name.clone()).collect(),
        more_claims: sources.iter().flat_map(|source| source.claims.keys().cloned()).collect(),
        claim_types,
        registration: registration.policy != Policy::Closed,
        pages: pages.map(Option::as_deref),
    })
}

fn member(worth: &Worth) -> Option<(String, Value)> {
    Some((worth.acr.as_str().to_owned(), serde_json::to_value(worth).ok()?))
}

/// The provider metadata as they are served, the same beside them as a signed JWT (RFC 8414 §2.1), which is made anew when
/// another key signs.
pub struct Document {
    members: Map<String, Value>,
    plain: Arc<[u8]>,
    signed: RwLock<Option<Signed>>,
}

#[derive(Clone)]
struct Signed {
    kid: String,
    text: Arc<[u8]>,
}

impl Document {
    /// The document of this metadata.
    pub fn new(metadata: &ProviderMetadata) -> Result<Self, Fault> {
        let Value::Object(members) = serde_json::to_value(metadata).map_err(Fault::broken)? else {
            return Err(Fault::broken("the metadata is no object"));
        };
        let plain = serde_json::to_vec(&members).map_err(Fault::broken)?.into();
        Ok(Self { members, plain, signed: RwLock::default() })
    }

    /// The JSON text of this moment, from memory. While we do not know our keys, or cannot sign, it comes without the
    /// signed copy.
    pub async fn text(&self, app: &App, now: Timestamp) -> Arc<[u8]> {
        if !app.cache.is_believed() {
            return Arc::clone(&self.plain);
        }
        self.signed(app, now).await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "the metadata are served unsigned");
            Arc::clone(&self.plain)
        })
    }

    async fn signed(&self, app: &App, now: Timestamp) -> Result<Arc<[u8]>, Fault> {
        let known = self.signed.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| app.keyring.signs_with(ALGORITHM, &known.kid, now)) {
            return Ok(known.text);
        }
        let mut claims = self.members.clone();
        let issuer = claims.get("issuer").cloned().unwrap_or_default();
        claims.extend([("iss".to_owned(), issuer), ("iat".to_owned(), now.seconds().into())]);
        let claims = serde_json::to_vec(&claims).map_err(Fault::broken)?;
        let jwt = keyring::sign(app, ALGORITHM, Typ::Metadata, &claims, now).await?;
        let kid = jws::decode(&jwt).map_err(Fault::broken)?.header().kid.clone().unwrap_or_default();
        let mut members = self.members.clone();
        members.insert("signed_metadata".into(), jwt.into());
        let text: Arc<[u8]> = serde_json::to_vec(&members).map_err(Fault::broken)?.into();
        *self.signed.write().unwrap_or_else(PoisonError::into_inner) = Some(Signed { kid, text: Arc::clone(&text) });
        Ok(text)
    }
}

const ALGORITHM: Algorithm = Algorithm::Es256;

/// The JWK set of this moment, from memory: it answers while the database is away. Publishing an algorithm needs its key:
/// those that are missing are made where that is possible.
pub async fn jwks(app: &App, now: Timestamp) -> Result<Published, Fault> {
    for algorithm in keyring::algorithms(app) {
        if app.cache.is_believed()
            && !app.keyring.has_current(algorithm.into(), now)
            && let Err(fault) = keyring::ensure(app, algorithm.into(), now).await
        {
            tracing::warn!(%fault, %algorithm, "the keys are published without one");
        }
    }
    published::jwks(&app.keyring, now)
}
