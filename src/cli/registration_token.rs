//! `motcua registration-token`.

use super::Failure;
use crate::base::random::Entropy;
use crate::base::random::SystemEntropy;
use crate::base::secret::base64url;
use crate::base::secret::sha256;

/// Prints a token and its digest; neither is kept.
#[allow(clippy::unnecessary_wraps)] // as every command
pub fn run() -> Result<(), Failure> {
    let entropy: &dyn Entropy = &SystemEntropy::default();
    let token = base64url(&entropy.bytes::<32>());
    let digest = base64url(&sha256(token.as_bytes()));
    println!("token, for whoever is to register clients (it is shown once):\n  {token}");
    println!("digest, for registration.initial_access_tokens:\n  {digest}");
    Ok(())
}
