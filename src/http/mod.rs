//! How a request arrives, and how the answer looks.

pub mod admin;
pub mod compression;
pub mod error;
pub mod extract;
pub mod interaction;
pub mod listener;
pub mod middleware;
pub mod oauth;
pub mod oidc;
pub mod operations;
pub mod pages;
pub mod respond;
pub mod routes;
pub mod tls;

use std::sync::Arc;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::zone::Zone;
use crate::config::pages::ClientLogo;
use crate::config::pages::Pages;
use crate::config::pages::is_of_phone;
use crate::flows::discovery::Document;
use crate::i18n::Words;
use crate::identity::agency::Bilingual;
use crate::protocol::oidc::discovery::ProviderMetadata;
use pages::Contact;
use pages::Deployment;

/// What every handler is given.
pub struct Web {
    /// The instance.
    pub app: Arc<App>,
    /// What the operator chose about pages.
    pub deployment: Deployment,
    /// Whose emblem a browser may load.
    pub client_logo: ClientLogo,
    /// The operator's style sheet.
    pub tokens: Option<String>,
    /// What `/favicon.ico` shows: the emblem as a picture of its own.
    pub icon: String,
    /// The discovery document.
    pub metadata: Document,
}

impl Web {
    /// Reads what pages need.
    pub fn new(app: Arc<App>, metadata: &ProviderMetadata) -> Result<Self, Fault> {
        let config = &app.config.pages;
        let read = |path: &std::path::PathBuf| {
            std::fs::read_to_string(path).map_err(|error| Fault::broken(format!("{}: {error}", path.display())))
        };
        let tokens = config.tokens.as_ref().map(read).transpose()?;
        let emblem = config.emblem.as_ref().map(read).transpose()?;
        let deployment = deployment(config, emblem, tokens.is_some());
        let metadata = Document::new(metadata)?;
        let client_logo = config.client_logo;
        let icon = standing_alone(&deployment.emblem);
        Ok(Self { deployment, client_logo, tokens, icon, metadata, app })
    }

    /// By whose clock pages tell when something happened.
    pub fn zone(&self) -> &Zone {
        &self.app.config.units.time_zone
    }
}

/// The emblem names its language, as a picture outside of a page must.
fn standing_alone(emblem: &str) -> String {
    match emblem.contains("xmlns=") {
        true => emblem.to_owned(),
        false => emblem.replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1),
    }
}

fn deployment(config: &Pages, emblem: Option<String>, tokens: bool) -> Deployment {
    let default = Deployment::default();
    let words = |text: &Bilingual| Words { vi: text.vi.clone(), en: text.en.clone() };
    let contact = |shown: &String| {
        let phone = shown.chars().all(is_of_phone);
        let href = if phone { format!("tel:{}", shown.replace(' ', "")) } else { shown.clone() };
        Contact { shown: shown.clone(), href }
    };
    Deployment {
        name: words(&config.name),
        tagline: Some(words(&config.subtitle)),
        emblem: emblem.unwrap_or(default.emblem),
        tokens_href: tokens.then(|| "/assets/tokens.css".to_owned()),
        records: config.records.as_ref().map(words),
        help: config.help.as_ref().map(contact),
        privacy_href: config.privacy.clone(),
        accessibility_href: config.accessibility.clone(),
    }
}
