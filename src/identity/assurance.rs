//! Assurance: context classes (`acr`) and methods (`amr`, RFC 8176), and which of them can be reached.

/// Any one factor, identity self-asserted or level 1.
pub const ACR_1: &str = "urn:motcua:acr:1";

/// The classes that a sign-in can reach, by rising strength.
pub const REACHABLE: [&str; 1] = [ACR_1];

/// RFC 8176: a password.
pub const AMR_PASSWORD: &str = "pwd";

/// Whether one of the classes that are indispensable to a client can be reached. An empty list asks for any.
pub fn can_reach(essential: &[&str]) -> bool {
    essential.is_empty() || essential.iter().any(|class| REACHABLE.contains(class))
}
