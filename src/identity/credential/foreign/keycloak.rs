//! A credential as a realm's export of Keycloak has it: JSON, in which two members hold JSON as text.

use argon2::Algorithm;
use argon2::Version;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;

use super::Foreign;
use super::Kept;
use super::notation::bytes;
use crate::base::digest::Digest;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential {
    secret_data: String,
    credential_data: String,
}

#[derive(Deserialize)]
struct SecretData {
    value: String,
    salt: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialData {
    hash_iterations: u32,
    algorithm: String,
    #[serde(default)]
    additional_parameters: Map<String, Value>,
}

pub(super) fn parse(text: &str) -> Result<Foreign, String> {
    let credential: Credential = read(text)?;
    let secret: SecretData = read(&credential.secret_data)?;
    let data: CredentialData = read(&credential.credential_data)?;
    let kept = Kept { salt: bytes(&secret.salt)?, key: bytes(&secret.value)? };
    let digest = match data.algorithm.as_str() {
        "argon2" => return argon2(&data, kept),
        "pbkdf2" => Digest::Sha1,
        "pbkdf2-sha256" => Digest::Sha256,
        "pbkdf2-sha512" => Digest::Sha512,
        other => {
            return Err(format!(
                "algorithm {other:?}: expected argon2, pbkdf2, pbkdf2-sha256 or pbkdf2-sha512 in a credential of Keycloak"
            ));
        }
    };
    Foreign::pbkdf2(digest, data.hash_iterations, kept)
}

/// What an error of the parser quotes could be the hash: it says where, and no more.
fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        format!(
            "expected a credential of Keycloak (JSON with secretData and credentialData); wrong at column {}",
            error.column()
        )
    })
}

fn argon2(data: &CredentialData, kept: Kept) -> Result<Foreign, String> {
    let parameter = |name: &str| {
        let first = data.additional_parameters.get(name).and_then(|values| values.get(0)?.as_str());
        first.ok_or_else(|| format!("argon2: expected {name} among additionalParameters"))
    };
    let number = |name: &str| parameter(name)?.parse().map_err(|_| format!("argon2: expected {name} to be a number"));
    let algorithm = match parameter("type")? {
        "id" => Algorithm::Argon2id,
        "i" => Algorithm::Argon2i,
        _ => return Err("argon2: expected type id or i".into()),
    };
    let version = match parameter("version")? {
        "1.3" => Version::V0x13,
        "1.0" => Version::V0x10,
        _ => return Err("argon2: expected version 1.3 or 1.0".into()),
    };
    Foreign::argon2(algorithm, version, (number("memory")?, data.hash_iterations, number("parallelism")?), kept)
}
