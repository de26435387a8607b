//! Client secrets as a declaration gives them: in plain for trials, as digests, as PHC strings, or by reference.

use schemars::JsonSchema;
use serde::Deserialize;

use super::References;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::secret::sha256;
use crate::identity::credential::password;
use crate::store::clients::StoredSecret;

/// One secret.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SecretDeclaration {
    /// In plain.
    Plain(Secret<String>),
    /// In one of the forms that name themselves.
    Form(Form),
}

/// A form that names itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Form {
    /// In plain.
    Plain(Secret<String>),
    /// SHA-256 of a random secret, in base64url.
    Sha256(String),
    /// An argon2id PHC string, for chosen secrets.
    Phc(String),
    /// A file that holds the secret in plain; the end of its line is no part of it.
    File(String),
    /// An environment variable that holds the secret in plain, read in the same way.
    Env(String),
}

impl SecretDeclaration {
    /// One that is stored already.
    pub fn of(stored: &StoredSecret) -> Self {
        Self::Form(match stored {
            StoredSecret::Sha256(text) => Form::Sha256(text.clone()),
            StoredSecret::Phc(text) => Form::Phc(text.clone()),
        })
    }

    /// As it is stored, and whether it stood in plain in the file.
    pub fn stored(&self, references: Option<References<'_>>) -> Result<(StoredSecret, bool), String> {
        let here = || references.ok_or("secrets: a file or a variable of this machine is read for nobody else");
        match self {
            Self::Plain(secret) | Self::Form(Form::Plain(secret)) => Ok((digest(secret)?, true)),
            Self::Form(Form::Sha256(text)) => match from_base64url(text) {
                Some(bytes) if bytes.len() == 32 => Ok((StoredSecret::Sha256(text.clone()), false)),
                _ => Err("secrets: sha256 must be 32 bytes in base64url".into()),
            },
            Self::Form(Form::Phc(phc)) if password::is_supported(phc) => Ok((StoredSecret::Phc(phc.clone()), false)),
            Self::Form(Form::Phc(_)) => Err("secrets: phc must be an argon2id PHC string".into()),
            Self::Form(Form::File(path)) => {
                let text = std::fs::read_to_string(here()?.directory.join(path))
                    .map_err(|error| format!("secrets: file {path:?}: {error}"))?;
                Ok((digest(&bare(&Secret::new(text)))?, false))
            }
            Self::Form(Form::Env(name)) => match (here()?.environment)(name) {
                Some(text) => Ok((digest(&bare(&Secret::new(text)))?, false)),
                None => Err(format!("secrets: the environment variable {name} is not set")),
            },
        }
    }
}

/// Without what editors and shells put around a line: a byte order mark before it, its end after it.
fn bare(secret: &Secret<String>) -> Secret<String> {
    let text = secret.expose();
    Secret::new(text.strip_prefix('\u{feff}').unwrap_or(text).trim_end_matches(['\r', '\n']).to_owned())
}

/// A digest protects a random secret only: short ones could be guessed from it.
fn digest(secret: &Secret<String>) -> Result<StoredSecret, String> {
    if secret.expose().len() < 32 {
        return Err("secrets: expected at least 32 random characters (give a shorter one as phc)".into());
    }
    Ok(StoredSecret::Sha256(base64url(&sha256(secret.expose().as_bytes()))))
}
