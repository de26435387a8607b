//! `[passkeys]`: under which name browsers keep passkeys for us.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Host;
use url::Url;
use uuid::Uuid;

use super::ConfigError;

/// Passkeys (WebAuthn Level 3). They are bound to the relying party's id, which is fixed at the first start.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Passkeys {
    /// The relying party's id: the issuer's host name, or a registrable suffix of it. Default: the issuer's host name; where
    /// that is an IP address no passkeys are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rp_id: Option<String>,
    /// Origins of other host names of this deployment, where the same server answers: their forms are taken, and their pages
    /// may use the same passkeys (WebAuthn Level 3 §5.11). Browsers ask `https://RP_ID/.well-known/webauthn` whether they may:
    /// where `rp_id` is not the issuer's host name, whatever serves that host must pass this path on to us. Default: none.
    #[schemars(with = "Vec<String>")]
    pub related_origins: Vec<Url>,
    /// Which devices may make a passkey: `none`, every one, and none is asked what it is; `listed`, those of the models in
    /// `authenticators` alone, which they show by an attestation of their maker (WebAuthn Level 3 §6.5) that leads to a certificate
    /// of the metadata that `motcua passkeys import-metadata` imported. Default: `none`.
    pub attestation: Policy,
    /// The models that `listed` takes, by AAGUID. Default: none.
    #[schemars(with = "Vec<String>")]
    pub authenticators: Vec<Uuid>,
}

/// Which devices may make a passkey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Policy {
    #[default]
    None,
    Listed,
}

impl Passkeys {
    /// The relying party's id of a deployment with this issuer.
    pub fn rp_id(&self, issuer: &str) -> Option<String> {
        let host = || Url::parse(issuer).ok()?.host().map(|host| host.to_owned());
        self.rp_id.clone().or_else(|| match host()? {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        })
    }

    pub(super) fn validate(&self, issuer: &str) -> Result<(), ConfigError> {
        if let Some(id) = &self.rp_id {
            let host = Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
            if host != *id && !host.ends_with(&format!(".{id}")) {
                let expected = "the host name of server.issuer, or what it ends with after a dot";
                return Err(ConfigError::value("passkeys.rp_id", id, expected));
            }
        }
        let is_origin =
            |url: &Url| matches!(url.host(), Some(Host::Domain(_))) && url.path() == "/" && url.query().is_none();
        let is_safe = |url: &Url| url.scheme() == "https" || url.host_str() == Some("localhost");
        self.validate_attestation()?;
        match self.related_origins.iter().find(|url| !is_origin(url) || !is_safe(url)) {
            Some(url) => {
                Err(ConfigError::value("passkeys.related_origins", url, "https origins such as https://id.example"))
            }
            None => Ok(()),
        }
    }

    /// A list that is not heeded, or a policy that takes nobody's device, is a slip.
    fn validate_attestation(&self) -> Result<(), ConfigError> {
        let listed: Vec<String> = self.authenticators.iter().map(Uuid::to_string).collect();
        let expected = match (self.attestation, self.authenticators.as_slice()) {
            (Policy::None, []) => return Ok(()),
            (Policy::None, _) => "none where passkeys.attestation is \"none\"; set it to \"listed\" for them to count",
            (Policy::Listed, []) => {
                "the AAGUIDs of the models to take, as passkeys.attestation is \"listed\"; set it to \"none\" to take all"
            }
            (Policy::Listed, models) if models.iter().any(Uuid::is_nil) => {
                "AAGUIDs of models; the one of zeros is that of devices which do not say what they are"
            }
            (Policy::Listed, _) => return Ok(()),
        };
        Err(ConfigError::value("passkeys.authenticators", format!("[{}]", listed.join(", ")), expected))
    }
}
