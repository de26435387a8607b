//! What we publish about ourselves: provider metadata and keys.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
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
    ProviderMetadata::new(&Choices {
        issuer: &app.config.server.issuer,
        algorithms: &app.config.keys.algorithms,
        acr_values: &assurance::REACHABLE,
        ui_locales: &Lang::all().map(Lang::tag),
    })
}

/// The JWK set of this moment.
pub async fn jwks(app: &App, now: Timestamp) -> Result<Published, Fault> {
    published::jwks(keyring::current(app, now).await?, &keys::algorithms(app), now).await
}
