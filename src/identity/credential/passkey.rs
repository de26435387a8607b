//! Passkeys: WebAuthn Level 3, as a relying party. Every ceremony demands that the device verifies who uses it (§7.1 step 15,
//! §7.2 step 17), and knows nobody beforehand: a passkey is found by what it answers.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use url::Url;
use uuid::Uuid;
use webauthn_rs::Webauthn;
use webauthn_rs::WebauthnBuilder;
use webauthn_rs::prelude::DiscoverableAuthentication;
use webauthn_rs::prelude::DiscoverableKey;
pub use webauthn_rs::prelude::Passkey;
use webauthn_rs::prelude::PasskeyRegistration;
use webauthn_rs::prelude::PublicKeyCredential;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

use super::attestation::FORMATS;

/// The relying party that this deployment is.
pub struct RelyingParty(Webauthn);

/// A ceremony that began: what the browser is given, and what must come back to its end.
pub struct Begun {
    /// The options, in the JSON of WebAuthn Level 3 §5.1.8 and §5.1.9.
    pub options: Value,
    /// What the end of the ceremony needs. It must not come back by way of the browser unsealed.
    pub state: Value,
}

impl Begun {
    /// The same, and the device is to attest which it is: "direct" (§5.4.7), in a format that is bound to its model. A telephone
    /// beside this device attests nothing, and is not proposed.
    #[must_use]
    pub fn attested(mut self) -> Self {
        if let Some(options) = self.options.as_object_mut() {
            options.insert("attestation".to_owned(), "direct".into());
            options.insert("attestationFormats".to_owned(), FORMATS.into_iter().collect());
            options.insert("hints".to_owned(), ["security-key", "client-device"].into_iter().collect());
        }
        self
    }
}

/// A passkey as it is stored, sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredPasskey {
    /// Its public key and what was seen when it was made.
    pub passkey: Passkey,
    /// The user handle of its person, which is random.
    pub handle: Uuid,
    /// What its person calls it.
    pub name: String,
}

/// What an assertion says once it is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Asserted {
    /// The signature counter.
    pub counter: i64,
    /// Whether the key may be copied between devices (the flag BE).
    pub synced: bool,
    /// The passkey as it is to be stored from now on, where it was backed up or is no more since it was stored (the flag BS).
    pub moved: Option<Passkey>,
}

/// Why a ceremony ends with nothing, for logs: the reason in the words of the library.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed(pub String);

/// §7.1 step 25: "Verify that the credentialId is ≤ 1023 bytes."
const LONGEST_ID: usize = 1023;

impl RelyingParty {
    /// The relying party `id`, whose pages stand at these origins, the issuer's first.
    pub fn new(id: &str, name: &str, origins: &[Url]) -> Result<Self, Failed> {
        let [first, others @ ..] = origins else { return Err(Failed("no origin".to_owned())) };
        let builder = WebauthnBuilder::new(id, first).map_err(failed)?.rp_name(name);
        let builder = others.iter().fold(builder, |builder, origin| builder.append_allowed_origin(origin));
        builder.build().map(Self).map_err(failed)
    }

    /// Begins to make a passkey that is found without a name, beside those that its person has.
    pub fn begin_registration(
        &self,
        handle: Uuid,
        user_name: &str,
        display_name: &str,
        others: &[StoredPasskey],
    ) -> Result<Begun, Failed> {
        let known = others.iter().map(|other| other.passkey.cred_id().clone()).collect();
        let (options, state) =
            self.0.start_passkey_registration(handle, user_name, display_name, Some(known)).map_err(failed)?;
        let mut options = serde_json::to_value(options.public_key).map_err(failed)?;
        if let Some(selection) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
            selection.insert("residentKey".to_owned(), "required".into());
            selection.insert("requireResidentKey".to_owned(), true.into());
        }
        Ok(Begun { options, state: serde_json::to_value(state).map_err(failed)? })
    }

    /// Ends it: §7.1.
    pub fn finish_registration(&self, response: &str, state: &Value) -> Result<Passkey, Failed> {
        let response: RegisterPublicKeyCredential = serde_json::from_str(response).map_err(failed)?;
        in_no_frame(&response.response.client_data_json)?;
        let state = PasskeyRegistration::deserialize(state).map_err(failed)?;
        let made = self.0.finish_passkey_registration(&response, &state).map_err(failed)?;
        match made.cred_id().len() {
            ..=LONGEST_ID => Ok(made),
            _ => Err(Failed("the id is too long".to_owned())),
        }
    }

    /// Begins a sign-in by whatever passkey the person chooses.
    pub fn begin_authentication(&self) -> Result<Begun, Failed> {
        let (options, state) = self.0.start_discoverable_authentication().map_err(failed)?;
        let options = serde_json::to_value(options.public_key).map_err(failed)?;
        Ok(Begun { options, state: serde_json::to_value(state).map_err(failed)? })
    }

    /// Ends it, with the passkey that [`Response::credential_id`] named: §7.2.
    pub fn finish_authentication(
        &self,
        response: &Response,
        state: &Value,
        stored: &StoredPasskey,
    ) -> Result<Asserted, Failed> {
        in_no_frame(&response.0.response.client_data_json)?;
        let handle = response.0.get_user_unique_id();
        if handle.is_none_or(|handle| handle != stored.handle.as_bytes()) {
            return Err(Failed("the user handle is another".to_owned()));
        }
        let state = DiscoverableAuthentication::deserialize(state).map_err(failed)?;
        let key = DiscoverableKey::from(&stored.passkey);
        let result = self.0.finish_discoverable_authentication_v2(&response.0, state, &key).map_err(failed)?;
        if !result.user_verified() {
            return Err(Failed("the user was not verified".to_owned()));
        }
        // §7.2 step 25: the counter has a column of its own.
        let moved = (is_backed_up(&stored.passkey) != result.backup_state()).then(|| {
            let mut passkey = stored.passkey.clone();
            passkey.update_credential(&result);
            passkey
        });
        Ok(Asserted { counter: result.counter().into(), synced: result.backup_eligible(), moved })
    }
}

/// What says whether the page stood in a frame of another site.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Around {
    #[serde(default)]
    cross_origin: Option<bool>,
    #[serde(default)]
    top_origin: Option<Value>,
}

/// §7.1 steps 10 and 11, §7.2 steps 13 and 14: our pages stand in no frame of another site. The library does not look at the
/// origin above, nor at either where somebody signs in.
fn in_no_frame(client_data: &[u8]) -> Result<(), Failed> {
    let around: Around = serde_json::from_slice(client_data).map_err(failed)?;
    match around {
        Around { cross_origin: None | Some(false), top_origin: None } => Ok(()),
        _ => Err(Failed("the page stood in a frame of another site".to_owned())),
    }
}

/// What a browser answered at a sign-in.
pub struct Response(PublicKeyCredential);

impl Response {
    /// Reads the JSON of `PublicKeyCredential.toJSON()`.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// By which credential. Its length is the authenticator's choice, up to 1023 bytes (§7.1 step 25).
    pub fn credential_id(&self) -> &[u8] {
        self.0.get_credential_id()
    }
}

/// Whether the key of a passkey may be copied between devices (the flag BE), as far as it is known.
pub fn is_synced(passkey: &Passkey) -> bool {
    flag(passkey, "/cred/backup_eligible").unwrap_or(true)
}

/// Whether the key of a passkey was copied when it was seen last (the flag BS).
pub fn is_backed_up(passkey: &Passkey) -> bool {
    flag(passkey, "/cred/backup_state").unwrap_or(false)
}

fn flag(passkey: &Passkey, pointer: &str) -> Option<bool> {
    serde_json::to_value(passkey).ok()?.pointer(pointer).and_then(Value::as_bool)
}

/// The id of a passkey.
pub fn credential_id(passkey: &Passkey) -> &[u8] {
    passkey.cred_id()
}

fn failed(error: impl std::fmt::Display) -> Failed {
    Failed(error.to_string())
}
