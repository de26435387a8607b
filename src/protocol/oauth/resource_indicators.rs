//! Resource indicators: RFC 8707. An access token has one audience here.

use url::Url;

use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;

/// The one resource that is asked for, if any: an absolute URI without fragment that `registered` names (§2).
pub fn choose(asked: &[String], registered: &[String]) -> Result<Option<String>, OAuthError> {
    let target = |text| OAuthError::new(ErrorCode::InvalidTarget, text);
    match asked {
        [] => Ok(None),
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
