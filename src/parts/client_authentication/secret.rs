//! Client secrets: RFC 6749 §2.3.1. Random ones are compared by digest, chosen ones by argon2id in the password pool.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::sha256;
use crate::identity::credential::password::StoredPassword;
use crate::parts::clients::Client;
use crate::parts::hash_pool;
use crate::store::clients::StoredSecret;

/// Whether `secret` is one of the client's.
pub async fn is_right(app: &App, client: &Client, secret: &Secret<String>) -> Result<bool, Fault> {
    let digest = base64url(&sha256(secret.expose().as_bytes()));
    for stored in &client.secrets {
        let right = match stored {
            StoredSecret::Sha256(own) => equal(own.as_bytes(), digest.as_bytes()),
            StoredSecret::Phc(phc) => matches_phc(app, phc, secret, &digest).await?,
        };
        if right {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A chosen secret is stretched once; that it matched is then remembered by digest for as long as the entry is used.
async fn matches_phc(app: &App, phc: &str, secret: &Secret<String>, digest: &str) -> Result<bool, Fault> {
    let key = sha256(format!("{phc} {digest}").as_bytes());
    if app.cache.knows_secret(&key) {
        return Ok(true);
    }
    let stored = StoredPassword { phc: phc.to_owned(), pepper: None };
    let right = hash_pool::verify(app, secret.clone(), stored).await?.is_right();
    if right {
        app.cache.remember_secret(key);
    }
    Ok(right)
}
