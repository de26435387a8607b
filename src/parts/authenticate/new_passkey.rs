//! How a passkey is made, wherever somebody makes one: what the device is asked for, and whether what it made is taken.

use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::config::passkeys::Policy;
use crate::identity::credential::attestation;
use crate::identity::credential::passkey::Begun;
use crate::identity::credential::passkey::Failed;
use crate::identity::credential::passkey::Passkey;
use crate::identity::credential::passkey::StoredPasskey;
use crate::identity::credential::passkey::credential_id;
use crate::parts::authenticate::passkey;
use crate::store::authenticator_models;

/// One that is taken.
pub struct NewPasskey {
    /// The passkey.
    pub passkey: Passkey,
    /// By which it is found.
    pub lookup: [u8; 32],
    /// The model of its device, where an attestation was asked for.
    pub model: Option<Uuid>,
}

/// Why one is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// What came from the device does not verify.
    Unverified,
    /// The device did not show that it is of a model that is taken here.
    OtherModel,
}

/// Begins for somebody with this handle, whose sign-in name and name these are, beside the passkeys that they have; `None`
/// where no passkeys are taken.
pub fn begin(
    app: &App,
    handle: Uuid,
    (name, display_name): (&str, &str),
    others: &[StoredPasskey],
) -> Result<Option<Begun>, Fault> {
    let Some(relying_party) = &app.passkeys else { return Ok(None) };
    let begun = relying_party.begin_registration(handle, name, display_name, others);
    let begun = begun.map_err(|Failed(why)| Fault::broken(why))?;
    Ok(Some(match app.config.passkeys.attestation {
        Policy::None => begun,
        Policy::Listed => begun.attested(),
    }))
}

/// Ends what began with this state, for this person.
pub async fn finish(
    app: &App,
    person: Uuid,
    response: &str,
    state: &Value,
    now: Timestamp,
) -> Result<Result<NewPasskey, NotTaken>, Fault> {
    let Some(relying_party) = &app.passkeys else { return Ok(Err(NotTaken::Unverified)) };
    let refused = |why: String, not_taken| {
        tracing::info!(target: "motcua::audit", %person, why, "a passkey was not taken");
        Ok(Err(not_taken))
    };
    let passkey = match relying_party.finish_registration(response, state) {
        Ok(passkey) => passkey,
        Err(Failed(why)) => return refused(why, NotTaken::Unverified),
    };
    let model = match app.config.passkeys.attestation {
        Policy::None => None,
        Policy::Listed => match model(app, &passkey, now).await? {
            Ok(model) => Some(model),
            Err(why) => return refused(why, NotTaken::OtherModel),
        },
    };
    let lookup = passkey::lookup(app, credential_id(&passkey));
    Ok(Ok(NewPasskey { passkey, lookup, model }))
}

/// The model of the device, if it is one that the operator listed, of which the metadata say nothing bad, and the attestation is
/// its maker's. The metadata are read each time: what was imported a moment ago counts at every replica.
async fn model(app: &App, passkey: &Passkey, now: Timestamp) -> Result<Result<Uuid, String>, Fault> {
    let Some(attestation) = attestation::of(passkey) else {
        return Ok(Err("there is no attestation that names a model".to_owned()));
    };
    let model = attestation.aaguid;
    if !app.config.passkeys.authenticators.contains(&model) {
        return Ok(Err(format!("the model {model} is not listed in passkeys.authenticators")));
    }
    let Some(known) = authenticator_models::find(&app.db, model).await? else {
        return Ok(Err(format!("the model {model} is not in the metadata that were imported")));
    };
    Ok(attestation.check(&known, now).map(|()| model))
}
