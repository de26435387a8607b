//! What makes client metadata impossible, whoever brings it.

use std::time::Duration;

use url::Url;

use super::AuthMethod;
use super::ClientMetadata;
use super::LONGEST_REFRESH;
use super::LONGEST_TOKEN;
use crate::base::uri::is_loopback;
use crate::jose::jwk::JwkSet;
use crate::protocol::oauth::redirect_uri;
use crate::protocol::oauth::token_request::GrantType;

/// A member, and why it cannot be.
pub(super) type Wrong = (&'static str, String);

/// No list has more entries.
const MOST: usize = 100;
/// No text is longer, in bytes.
const LONGEST: usize = 2000;

impl ClientMetadata {
    /// What makes this metadata impossible, as (member, reason); `Ok` if nothing does.
    pub fn validate(&self) -> Result<(), Wrong> {
        self.sizes()?;
        self.grants()?;
        self.addresses()?;
        self.pages()?;
        self.logout()?;
        self.keys()?;
        self.encryption()?;
        self.tokens()
    }

    fn sizes(&self) -> Result<(), Wrong> {
        for (member, list) in [
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
            ("request_uris", &self.request_uris),
            ("contacts", &self.contacts),
            ("default_acr_values", &self.default_acr_values),
            ("resources", &self.resources),
            ("protected_resources", &self.protected_resources),
            ("origins", &self.origins),
        ] {
            if list.len() > MOST || list.iter().any(|entry| entry.len() > LONGEST) {
                return Err((member, format!("has more than {MOST} entries, or one longer than {LONGEST} bytes")));
            }
        }
        if self.grant_types.len() > MOST {
            return Err(("grant_types", format!("has more than {MOST} entries")));
        }
        for (member, text) in [
            ("client_name", &self.client_name),
            ("software_id", &self.software_id),
            ("software_version", &self.software_version),
        ] {
            if text.as_ref().is_some_and(|text| text.len() > 255 || text.chars().any(char::is_control)) {
                return Err((member, "is longer than 255 bytes, or has control characters".into()));
            }
        }
        Ok(())
    }

    fn grants(&self) -> Result<(), Wrong> {
        // A resource server that only asks about tokens needs none.
        if self.grant_types.is_empty() && self.protected_resources.is_empty() {
            return Err(("grant_types", "must name at least one grant type".into()));
        }
        if self.may(GrantType::RefreshToken) && !self.may(GrantType::AuthorizationCode) {
            return Err(("grant_types", "refresh_token needs authorization_code beside it".into()));
        }
        if self.may(GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            return Err(("redirect_uris", "must not be empty for the grant type authorization_code".into()));
        }
        if self.may(GrantType::ClientCredentials) && !self.is_confidential() {
            return Err(("grant_types", "client_credentials is for clients that authenticate".into()));
        }
        Ok(())
    }

    fn addresses(&self) -> Result<(), Wrong> {
        let plain_http = self.profile.allows_plain_http() && self.is_confidential();
        let check = |uri| redirect_uri::validate(uri, self.application_type, plain_http);
        for uri in &self.redirect_uris {
            check(uri).map_err(|why| ("redirect_uris", format!("{uri} {why}")))?;
        }
        for uri in &self.post_logout_redirect_uris {
            check(uri).map_err(|why| ("post_logout_redirect_uris", format!("{uri} {why}")))?;
        }
        for uri in &self.request_uris {
            // A fragment may carry the hash of what is there (OpenID Connect Core §6.2).
            if Url::parse(uri).is_ok_and(|url| url.scheme() == "https") {
                continue;
            }
            return Err(("request_uris", format!("{uri} is not an https URL")));
        }
        for origin in &self.origins {
            if !Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin) {
                return Err(("origins", format!("{origin} is not an origin such as https://portal.example")));
            }
        }
        for (member, list) in [("resources", &self.resources), ("protected_resources", &self.protected_resources)] {
            let no_identifier = |uri: &&String| !Url::parse(uri).is_ok_and(|url| url.fragment().is_none());
            if let Some(resource) = list.iter().find(no_identifier) {
                return Err((member, format!("{resource} is not an absolute URI without fragment")));
            }
        }
        Ok(())
    }

    fn pages(&self) -> Result<(), Wrong> {
        for (member, uri) in [
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("policy_uri", &self.policy_uri),
            ("tos_uri", &self.tos_uri),
        ] {
            if let Some(uri) = uri.as_deref().filter(|uri| !is_web_page(uri)) {
                return Err((member, format!("{uri} is not an http or https URL")));
            }
        }
        if let Some(uri) = self.sector_identifier_uri.as_deref().filter(|uri| !is_https(uri)) {
            return Err(("sector_identifier_uri", format!("{uri} is not an https URL without fragment")));
        }
        // OpenID Connect Registration §2 wants https; a machine's own address, to which answers may go, may begin as well.
        let begins = |uri: &str| is_https(uri) || self.is_own_machine(uri);
        if let Some(uri) = self.initiate_login_uri.as_deref().filter(|uri| !begins(uri)) {
            return Err(("initiate_login_uri", format!("{uri} is not an https URL without fragment")));
        }
        Ok(())
    }

    /// Whether this is plain http at a loopback address, as a redirect URI of this client may be.
    fn is_own_machine(&self, uri: &str) -> bool {
        let loopback = Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && is_loopback(&url));
        loopback && redirect_uri::validate(uri, self.application_type, false).is_ok()
    }

    fn logout(&self) -> Result<(), Wrong> {
        if let Some(uri) = self.backchannel_logout_uri.as_deref().filter(|uri| !is_https(uri)) {
            return Err(("backchannel_logout_uri", format!("{uri} is not an https URL without fragment")));
        }
        let Some(uri) = &self.frontchannel_logout_uri else { return Ok(()) };
        let plain_http = self.profile.allows_plain_http() && self.is_confidential();
        let url = Url::parse(uri).ok().filter(|url| {
            let plain = url.scheme() == "http" && (plain_http || is_loopback(url));
            uri.len() <= LONGEST && url.fragment().is_none() && (url.scheme() == "https" || plain)
        });
        let url = url.ok_or_else(|| ("frontchannel_logout_uri", format!("{uri} is not an https URL")))?;
        // OpenID Connect Front-Channel Logout §2: "The domain, port, and scheme of this URL MUST be the same as that of a
        // registered Redirection URI value."
        let same = |other: &String| Url::parse(other).is_ok_and(|other| other.origin() == url.origin());
        if self.redirect_uris.iter().any(same) {
            return Ok(());
        }
        Err(("frontchannel_logout_uri", format!("{uri} has scheme, host and port of none of the redirect_uris")))
    }

    fn keys(&self) -> Result<(), Wrong> {
        if self.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt
            && self.jwks.is_none()
            && self.jwks_uri.is_none()
        {
            return Err(("jwks", "private_key_jwt needs jwks or jwks_uri".into()));
        }
        for (member, alg) in [
            ("token_endpoint_auth_signing_alg", self.token_endpoint_auth_signing_alg),
            ("request_object_signing_alg", self.request_object_signing_alg),
        ] {
            if let Some(alg) = alg.filter(|alg| !self.profile.algorithms().contains(alg)) {
                return Err((member, format!("the client's profile does not allow {alg}")));
            }
        }
        match (&self.jwks, &self.jwks_uri) {
            (Some(_), Some(_)) => Err(("jwks_uri", "must not stand beside jwks".into())),
            (None, Some(uri)) if !is_https(uri) => {
                Err(("jwks_uri", format!("{uri} is not an https URL without fragment")))
            }
            (Some(keys), None) => {
                self.signs_with(&JwkSet::from_value(keys).map_err(|error| ("jwks", error.to_string()))?)
            }
            _ => Ok(()),
        }
    }

    /// A client that must sign has a key to sign with.
    fn signs_with(&self, keys: &JwkSet) -> Result<(), Wrong> {
        let by_key = self.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt;
        for (signs, what, own) in [
            (by_key, "private_key_jwt", self.token_endpoint_auth_signing_alg),
            (self.require_signed_request_object, "require_signed_request_object", self.request_object_signing_alg),
        ] {
            let allowed = own.map_or_else(|| self.profile.algorithms().to_vec(), |alg| vec![alg]);
            if signs && !allowed.iter().any(|alg| keys.find(None, *alg).next().is_some()) {
                let names: Vec<&str> = allowed.iter().map(|alg| alg.as_str()).collect();
                let why = format!("{what} needs a key that signs by {}, and none here does", names.join(" or "));
                return Err((
                    "jwks",
                    keys.skipped().first().map_or(why.clone(), |skipped| format!("{why} ({skipped})")),
                ));
            }
        }
        Ok(())
    }

    fn tokens(&self) -> Result<(), Wrong> {
        let own = &self.lifetimes;
        let bounded = |names: &str, own: [Option<u64>; 2], longest: Duration| {
            let most = longest.as_secs();
            let fits = own.into_iter().flatten().all(|own| (1..=most).contains(&own));
            if fits { Ok(()) } else { Err(("lifetimes", format!("{names}: 1 to {most} seconds"))) }
        };
        bounded("id_token and access_token", [own.id_token, own.access_token], LONGEST_TOKEN)?;
        bounded("refresh_idle and refresh_absolute", [own.refresh_idle, own.refresh_absolute], LONGEST_REFRESH)
    }
}

fn is_web_page(uri: &str) -> bool {
    uri.len() <= LONGEST && Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn is_https(uri: &str) -> bool {
    let plain = |url: &Url| url.fragment().is_none() && !url.host_str().unwrap_or_default().contains('*');
    uri.len() <= LONGEST && Url::parse(uri).is_ok_and(|url| url.scheme() == "https" && plain(&url))
}
