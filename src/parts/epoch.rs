//! The epoch of the ephemeral store, which is lost with all that the store knew. What counts once by a mark that is left there
//! carries the epoch in which it was given out: in another one nobody knows whether it was used, and it counts no more.

use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::base64url;

const KEY: &str = "epoch";
/// One that ends by itself costs whoever is signing in another try.
const LIFETIME: Duration = Duration::from_secs(365 * 86_400);

/// The present one; it begins where there is none.
pub async fn present(app: &App) -> Result<String, Fault> {
    if let Some(present) = read(app).await? {
        return Ok(present);
    }
    let fresh = base64url(&app.entropy.bytes::<9>()).into_bytes();
    app.ephemeral.put_if_absent(KEY, fresh, LIFETIME).await?;
    read(app).await?.ok_or_else(|| Fault::unavailable("the ephemeral store keeps nothing"))
}

/// Whether the store still knows all that was marked since `then`. To be asked once the mark is left, or the store could be lost
/// between the two. What a former version gave out says nothing of it.
pub async fn lasts(app: &App, then: Option<&str>) -> Result<bool, Fault> {
    match then {
        Some(then) => Ok(read(app).await?.as_deref() == Some(then)),
        None => Ok(true),
    }
}

async fn read(app: &App) -> Result<Option<String>, Fault> {
    Ok(app.ephemeral.get(KEY).await?.and_then(|text| String::from_utf8(text).ok()))
}
