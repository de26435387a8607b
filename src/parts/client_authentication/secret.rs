//! Client secrets: RFC 6749 §2.3.1. Random ones are compared by digest, chosen ones by argon2id in a pool of their own:
//! whoever guesses at a client keeps no person from signing in, and is asked to wait (§2.3.1: "the authorization server MUST
//! protect any endpoint utilizing it against brute force attacks").

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::credential::password::StoredPassword;
use crate::parts::clients::Client;
use crate::parts::counting;
use crate::parts::hash_pool;
use crate::parts::networks::network_of;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::store::clients::StoredSecret;

/// The span in which chosen secrets are counted that are not known to be right.
const WINDOW: Duration = Duration::from_secs(60);
/// For one client from one network (/24, /64): enough for a service with many processes that were all started anew.
const MOST_FOR_A_CLIENT: u64 = 30;
/// From one network for all clients together.
const MOST_FOR_A_NETWORK: u64 = 100;

/// Whether `secret` is one that we issued to the client: those are random, and compared by digest.
pub fn is_issued(client: &Client, secret: &Secret<String>) -> bool {
    let digest = base64url(&sha256(secret.expose().as_bytes()));
    let issued =
        |stored: &StoredSecret| matches!(stored, StoredSecret::Sha256(own) if equal(own.as_bytes(), digest.as_bytes()));
    client.secrets.iter().any(issued)
}

/// Whether `secret` is one of the client's.
pub async fn is_right(
    app: &App,
    client: &Client,
    secret: &Secret<String>,
    address: IpAddr,
    now: Timestamp,
) -> Result<bool, Error> {
    if is_issued(client, secret) {
        return Ok(true);
    }
    let digest = base64url(&sha256(secret.expose().as_bytes()));
    let mut chosen = Vec::new();
    for stored in &client.secrets {
        match stored {
            StoredSecret::Sha256(_) => {}
            StoredSecret::Phc(phc) if app.cache.knows_secret(&known_by(phc, &digest)) => return Ok(true),
            StoredSecret::Phc(phc) => chosen.push(phc),
        }
    }
    if chosen.is_empty() {
        return Ok(false);
    }
    // Before it is compared, so that many at once cannot share one free try.
    count(app, client, address, now).await?;
    for phc in chosen {
        if matches(app, phc, secret, &digest).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One too many is told so, and not that the client is unknown: a service that was started anew in a guesser's network
/// waits, instead of giving up.
async fn count(app: &App, client: &Client, address: IpAddr, now: Timestamp) -> Result<(), Error> {
    let network = network_of(address);
    for (whose, most) in [
        (format!("secrets:network:{network}"), MOST_FOR_A_NETWORK),
        (format!("secrets:client:{network}:{}", client.id), MOST_FOR_A_CLIENT),
    ] {
        if counting::count(app, &whose, WINDOW, now).await? > most {
            let wait = counting::rest(WINDOW, now);
            return Err(OAuthError::too_many(wait, "too many client secrets were tried from this network").into());
        }
    }
    Ok(())
}

/// A chosen secret is stretched once; that it matched is then remembered by digest for as long as the entry is used.
async fn matches(app: &App, phc: &str, secret: &Secret<String>, digest: &str) -> Result<bool, Fault> {
    let stored = StoredPassword { phc: phc.to_owned(), pepper: None };
    let right = hash_pool::verify_secret(app, secret.clone(), stored).await?.is_right();
    if right {
        app.cache.remember_secret(known_by(phc, digest));
    }
    Ok(right)
}

fn known_by(phc: &str, digest: &str) -> [u8; 32] {
    sha256(format!("{phc} {digest}").as_bytes())
}
