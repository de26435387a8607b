//! Resource indicators: RFC 8707. An access token has one audience here.

use url::Url;

use super::protected_resource;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;

/// The one resource that is asked for, if any: an absolute URI without fragment that `registered` names (§2). UserInfo of
/// `issuer` is what every token is for that names no other: `None`.
pub fn choose(asked: &[String], registered: &[String], issuer: &str) -> Result<Option<String>, OAuthError> {
    match asked {
        [] => Ok(None),
        [one] if *one == protected_resource::userinfo(issuer) => Ok(None),
        [one] => {
            let well_formed = Url::parse(one).is_ok_and(|url| url.fragment().is_none());
            if !well_formed {
                return Err(target("resource must be an absolute URI without fragment"));
            }
            if !registered.contains(one) {
                return Err(target("the client is not registered for this resource"));
            }
            Ok(Some(one.clone()))
        }
        _ => Err(target("an access token is issued for one resource at a time")),
    }
}

/// Whether a token request asks for nothing but what was `granted` (§2.2).
pub fn check(asked: &[String], granted: Option<&str>, issuer: &str) -> Result<(), OAuthError> {
    let same = |one: &str| match granted {
        Some(granted) => one == split(granted).0,
        None => one == protected_resource::userinfo(issuer),
    };
    match asked {
        [] => Ok(()),
        [one] if same(one) => Ok(()),
        _ => Err(target("the resource is not the one that was granted")),
    }
}

/// A resource as a grant keeps it: behind a `#`, which no resource that is asked for has, stands the office in which an
/// official acts there.
pub fn split(resource: &str) -> (&str, Option<&str>) {
    resource.split_once('#').map_or((resource, None), |(resource, office)| (resource, Some(office)))
}

/// A resource with the office in which an official acts there.
pub fn within(resource: &str, office: &str) -> String {
    format!("{resource}#{office}")
}

fn target(text: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidTarget, text)
}
