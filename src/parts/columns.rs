//! Columns that identify a person, open an account or say who was counted: the one way to seal and open them. Each is for one purpose, and lies in a
//! place that is gone over when data keys follow each other.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::signing::personal_keys::number_of;

/// What is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// What is known of a person.
    Person,
    /// A passkey.
    Passkey,
    /// The secret of an authenticator app.
    Totp,
    /// To whom a letter goes, and what it says.
    Letter,
    /// Who was counted.
    Sketch,
}

impl Column {
    const ALL: [Self; 5] = [Self::Person, Self::Passkey, Self::Totp, Self::Letter, Self::Sketch];

    const fn purpose(self) -> Purpose {
        match self {
            Self::Person => Purpose("person"),
            Self::Passkey => Purpose("passkey"),
            Self::Totp => Purpose("totp"),
            Self::Letter => Purpose("letter"),
            Self::Sketch => Purpose("sketch"),
        }
    }

    /// The column of rows of this kind; `None` of those that hold no sealed one.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.purpose().0 == kind)
    }
}

/// Seals bytes.
pub fn seal(app: &App, column: Column, plain: &[u8], now: Timestamp) -> Result<Vec<u8>, Fault> {
    app.data_keys.personal.seal(column.purpose(), plain, now, &*app.entropy)
}

/// Opens what [`seal`] made.
pub fn open(app: &App, column: Column, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let purpose = column.purpose();
    let plain = app.data_keys.personal.open(purpose, sealed);
    plain.ok_or_else(|| Fault::broken(format!("a sealed {} does not open under the instance's data keys", purpose.0)))
}

/// Whether it was sealed under the key that seals at `now`.
pub fn is_current(app: &App, sealed: &[u8], now: Timestamp) -> bool {
    app.data_keys.personal.current(now) == Some(number_of(sealed))
}

/// Seals a value.
pub fn seal_value(app: &App, column: Column, value: &impl Serialize, now: Timestamp) -> Result<Vec<u8>, Fault> {
    seal(app, column, &serde_json::to_vec(value).map_err(Fault::broken)?, now)
}

/// Opens what [`seal_value`] made.
pub fn open_value<T: DeserializeOwned>(app: &App, column: Column, sealed: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(&open(app, column, sealed)?).map_err(Fault::broken)
}
