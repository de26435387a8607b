//! What we publish about ourselves: provider metadata and keys.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::config::claims_sources::Mode;
use crate::flows::admin::keys;
use crate::flows::keyring;
use crate::i18n::Lang;
use crate::identity::assurance;
use crate::protocol::oidc::discovery::Choices;
use crate::protocol::oidc::discovery::ProviderMetadata;
use crate::signing::published;
pub use crate::signing::published::Published;

/// The provider metadata, derived from what the program does.
pub fn metadata(app: &App) -> ProviderMetadata {
    let sources = &app.config.claims_sources;
    let mut claim_types = vec!["normal"];
    for mode in [Mode::Aggregated, Mode::Distributed] {
        claim_types.extend(sources.iter().any(|source| source.mode == mode).then_some(mode.as_str()));
    }
    ProviderMetadata::new(&Choices {
        issuer: &app.config.server.issuer,
        algorithms: &app.config.keys.algorithms,
        acr_values: &assurance::REACHABLE,
        ui_locales: &Lang::all().map(Lang::tag),
        more_scopes: sources.iter().map(|source| source.name.clone()).collect(),
        more_claims: sources.iter().flat_map(|source| source.claims.keys().cloned()).collect(),
        claim_types,
    })
}

/// The JWK set of this moment.
pub async fn jwks(app: &App, now: Timestamp) -> Result<Published, Fault> {
    published::jwks(keyring::current(app, now).await?, &keys::algorithms(app), now).await
}
