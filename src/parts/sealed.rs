//! Values that travel through hands that are not ours, and come back as we made them: sealed for a purpose, as text.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::time::Timestamp;

/// A value that travels sealed. Nobody else reads it, changes it, or takes one kind for another.
pub trait Sealed: Serialize + DeserializeOwned {
    /// What it is for: no two kinds share it.
    const PURPOSE: Purpose;

    /// What is sealed of it.
    fn plain(&self) -> Result<Vec<u8>, Fault> {
        serde_json::to_vec(self).map_err(Fault::broken)
    }

    /// The text that travels.
    fn seal(&self, app: &App, now: Timestamp) -> Result<String, Fault> {
        seal(app, Self::PURPOSE, &self.plain()?, now)
    }

    /// The value that a text stands for, however old; `None` for what we did not make.
    fn open(app: &App, text: &str) -> Option<Self> {
        serde_json::from_slice(&open(app, Self::PURPOSE, text)?).ok()
    }
}

/// Bytes as text that travels.
pub fn seal(app: &App, purpose: Purpose, plain: &[u8], now: Timestamp) -> Result<String, Fault> {
    Ok(base64url(&app.sealing.seal(purpose, plain, now, &*app.entropy)?))
}

/// The bytes that a text stands for.
pub fn open(app: &App, purpose: Purpose, text: &str) -> Option<Vec<u8>> {
    app.sealing.open(purpose, &from_base64url(text)?)
}
