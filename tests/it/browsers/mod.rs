//! A real browser at a real provider, and services of this machine that are somebody else's.

mod attestation;
mod authenticator;
mod elsewhere;
mod leads;
mod lost_device;
mod opening;
mod passkeys;
mod street;
mod twice;
mod ways_back;
mod without_scripts;

pub use authenticator::Authenticator;
use elsewhere::Elsewhere;
use street::Street;
pub use street::without_autofill;
