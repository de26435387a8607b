//! What keeps the passkeys of a device: Chromium's virtual authenticator (WebAuthn Level 3 §11).

use chromiumoxide::cdp::browser_protocol::web_authn::AddCredentialParams;
use chromiumoxide::cdp::browser_protocol::web_authn::AddVirtualAuthenticatorParams;
use chromiumoxide::cdp::browser_protocol::web_authn::AuthenticatorId;
use chromiumoxide::cdp::browser_protocol::web_authn::AuthenticatorProtocol;
use chromiumoxide::cdp::browser_protocol::web_authn::AuthenticatorTransport;
use chromiumoxide::cdp::browser_protocol::web_authn::Credential;
use chromiumoxide::cdp::browser_protocol::web_authn::EnableParams;
use chromiumoxide::cdp::browser_protocol::web_authn::GetCredentialsParams;
use chromiumoxide::cdp::browser_protocol::web_authn::SetAutomaticPresenceSimulationParams;
use chromiumoxide::cdp::browser_protocol::web_authn::SetResponseOverrideBitsParams;
use chromiumoxide::cdp::browser_protocol::web_authn::SetUserVerifiedParams;
use chromiumoxide::cdp::browser_protocol::web_authn::VirtualAuthenticatorOptions;

use crate::demo::Tab;

pub struct Authenticator {
    id: AuthenticatorId,
}

impl Authenticator {
    /// Builds one into the device of this tab: it belongs to the platform, keeps passkeys that are found without a name, and
    /// knows its person. Nobody touches it yet.
    pub async fn in_device_of(tab: &Tab) -> Self {
        tab.page.execute(EnableParams::default()).await.unwrap();
        let options = VirtualAuthenticatorOptions::builder()
            .protocol(AuthenticatorProtocol::Ctap2)
            .transport(AuthenticatorTransport::Internal)
            .has_resident_key(true)
            .has_user_verification(true)
            .is_user_verified(true)
            .automatic_presence_simulation(false)
            .build()
            .unwrap();
        let added = tab.page.execute(AddVirtualAuthenticatorParams::new(options)).await.unwrap();
        Self { id: added.result.authenticator_id }
    }

    /// Whether somebody touches it from now on wherever it asks for that.
    pub async fn is_touched(&self, tab: &Tab, enabled: bool) {
        let params = SetAutomaticPresenceSimulationParams::new(self.id.clone(), enabled);
        tab.page.execute(params).await.unwrap();
    }

    /// Whether it recognizes who touches it.
    pub async fn recognizes(&self, tab: &Tab, is_user_verified: bool) {
        tab.page.execute(SetUserVerifiedParams::new(self.id.clone(), is_user_verified)).await.unwrap();
    }

    /// Whether it answers that it did not verify the user, though that was asked for.
    pub async fn skips_verification(&self, tab: &Tab, skips: bool) {
        let params =
            SetResponseOverrideBitsParams::builder().authenticator_id(self.id.clone()).is_bad_uv(skips).build();
        tab.page.execute(params.unwrap()).await.unwrap();
    }

    /// The passkeys that it keeps.
    pub async fn passkeys(&self, tab: &Tab) -> Vec<Credential> {
        tab.page.execute(GetCredentialsParams::new(self.id.clone())).await.unwrap().result.credentials
    }

    /// Keeps a passkey of another device as well.
    pub async fn keeps(&self, tab: &Tab, passkey: &Credential) {
        tab.page.execute(AddCredentialParams::new(self.id.clone(), passkey.clone())).await.unwrap();
    }
}
