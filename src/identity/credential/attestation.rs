//! What a passkey says of the device that made it: WebAuthn Level 3 §6.5, and whether that is believed: §7.1 steps 23, 24 and
//! 28.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use crate::base::time::Timestamp;
use crate::protocol::fido::status::undesired;
use crate::protocol::pkix;
use crate::protocol::pkix::Der;

/// What an authenticator's maker signed, and the library verified: of which model it is, and by which certificates.
pub struct Attestation {
    /// The model.
    pub aaguid: Uuid,
    chain: Vec<Der>,
}

/// The format whose statement is bound to the model and whose certificates we can follow (WebAuthn Level 3 §8.2): in others
/// nothing says which model it is, and those of TPMs (§8.3) have critical extensions that `webpki` refuses.
pub const FORMATS: [&str; 1] = ["packed"];

/// The attestation of a passkey that was just made; `None` where it has none but its own, or one that names no model.
pub fn of(passkey: &Passkey) -> Option<Attestation> {
    let stored = serde_json::to_value(passkey).ok()?;
    let of = |member: &str| stored.pointer(&format!("/cred/attestation/{member}"));
    let named = of("metadata/Packed/aaguid")?;
    let certificates = of("data/Basic").or_else(|| of("data/AttCa"))?;
    let certificate = |text: &Value| URL_SAFE_NO_PAD.decode(text.as_str()?).ok();
    let chain: Option<Vec<Der>> = certificates.as_array()?.iter().map(certificate).collect();
    Some(Attestation { aaguid: named.as_str()?.parse().ok()?, chain: chain? })
}

/// What is known of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// What it is called.
    pub description: String,
    /// What was reported of it.
    pub statuses: Vec<String>,
    /// Certificates to which its attestations lead.
    pub anchors: Vec<Der>,
}

impl Attestation {
    /// Whether it is that of a model of which this is known.
    ///
    /// # Errors
    ///
    /// It is not, and why, for logs.
    pub fn check(&self, model: &Model, now: Timestamp) -> Result<(), String> {
        if let Some(status) = undesired(&model.statuses) {
            return Err(format!("authenticators of the model {} are {status}", self.aaguid));
        }
        pkix::lead(&self.chain, &model.anchors, now).map_err(|why| why.0)
    }
}
