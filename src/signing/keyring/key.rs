//! One key: what it does, and with what, where its private half is here.

use std::sync::Arc;

use crate::base::fault::Fault;
use crate::jose::alg::PublicKey;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::KeyAlgorithm;
use crate::jose::jwk::Jwk;
use crate::jose::jws;
use crate::jose::jws::EncodedHeader;
use crate::jose::jws::Header;
use crate::signing::Decrypter;
use crate::signing::Private;
use crate::signing::Signer;
use crate::store::signing_keys::SigningKeyRow;

/// What a token is, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ {
    /// An ID token: `JWT`.
    IdToken,
    /// An access token: `at+jwt` (RFC 9068 §2.1).
    AccessToken,
    /// What UserInfo answers: `JWT`, for it has no type of its own.
    UserInfo,
    /// Our metadata: `JWT`, for RFC 8414 §2.1 names no type.
    Metadata,
    /// An answer to introspection: `token-introspection+jwt` (RFC 9701 §5).
    Introspection,
    /// A logout token: `logout+jwt` (OpenID Connect Back-Channel Logout §2.4).
    LogoutToken,
}

impl Typ {
    const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken | Self::UserInfo | Self::Metadata => "JWT",
            Self::AccessToken => "at+jwt",
            Self::Introspection => "token-introspection+jwt",
            Self::LogoutToken => "logout+jwt",
        }
    }
}

/// One key.
pub struct Key {
    pub(super) row: SigningKeyRow,
    pub(super) jwk: Jwk,
    part: Part,
}

enum Part {
    Signs(Arc<SigningKey>),
    Decrypts(Option<Arc<dyn Decrypter>>),
}

/// A key that signs, and verifies what it signed.
pub struct SigningKey {
    alg: Algorithm,
    public: PublicKey,
    signer: Option<Arc<dyn Signer>>,
    id_token: EncodedHeader,
    access_token: EncodedHeader,
}

impl Key {
    pub(super) fn new(row: SigningKeyRow, algorithm: KeyAlgorithm, private: Option<Private>) -> Result<Self, Fault> {
        let jwk = Jwk::parse(&row.public_jwk).map_err(Fault::broken)?;
        let part = match (algorithm, private) {
            (KeyAlgorithm::Signature(alg), Some(Private::Signs(signer))) => {
                Part::Signs(Arc::new(SigningKey::new(&jwk, alg, Some(signer))?))
            }
            (KeyAlgorithm::Signature(alg), None) => Part::Signs(Arc::new(SigningKey::new(&jwk, alg, None)?)),
            (KeyAlgorithm::Encryption(_), Some(Private::Decrypts(decrypter))) => Part::Decrypts(Some(decrypter)),
            (KeyAlgorithm::Encryption(_), None) => Part::Decrypts(None),
            _ => return Err(Fault::broken("a private key of another kind than its row says")),
        };
        Ok(Self { row, jwk, part })
    }

    pub(super) fn private(&self) -> Option<Private> {
        match &self.part {
            Part::Signs(key) => key.signer.clone().map(Private::Signs),
            Part::Decrypts(decrypter) => decrypter.clone().map(Private::Decrypts),
        }
    }

    /// Whether its private half is here.
    pub(super) fn is_held(&self) -> bool {
        match &self.part {
            Part::Signs(key) => key.signer.is_some(),
            Part::Decrypts(decrypter) => decrypter.is_some(),
        }
    }

    /// What a key without its private half signed can still be verified; nothing that is encrypted to it can be read.
    pub(super) fn is_of_use(&self) -> bool {
        matches!(self.part, Part::Signs(_)) || self.is_held()
    }

    pub(super) fn signing(&self) -> Option<&Arc<SigningKey>> {
        match &self.part {
            Part::Signs(key) => Some(key),
            Part::Decrypts(_) => None,
        }
    }

    pub(super) fn decrypter(&self) -> Option<Arc<dyn Decrypter>> {
        match &self.part {
            Part::Signs(_) => None,
            Part::Decrypts(decrypter) => decrypter.clone(),
        }
    }
}

impl SigningKey {
    fn new(jwk: &Jwk, alg: Algorithm, signer: Option<Arc<dyn Signer>>) -> Result<Self, Fault> {
        let public = PublicKey::from_jwk(jwk).map_err(Fault::broken)?;
        let header = |typ| encoded_header(alg, jwk.kid(), typ);
        let (id_token, access_token) = (header(Typ::IdToken), header(Typ::AccessToken));
        Ok(Self { alg, public, signer, id_token, access_token })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(super) async fn sign(&self, typ: Typ, payload: &[u8]) -> Result<String, Fault> {
        let rare;
        let header = match typ {
            Typ::IdToken | Typ::UserInfo | Typ::Metadata => &self.id_token,
            Typ::AccessToken => &self.access_token,
            Typ::Introspection | Typ::LogoutToken => {
                rare = encoded_header(self.alg, self.public.jwk().kid(), typ);
                &rare
            }
        };
        let signer = self.signer.as_ref().ok_or_else(|| Fault::broken("the current key has no signer here"))?;
        let input = jws::signing_input(header, payload);
        let signature = signer.sign(input.as_bytes()).await?;
        Ok(jws::attach(input, &signature))
    }
}

fn encoded_header(alg: Algorithm, kid: Option<&str>, typ: Typ) -> EncodedHeader {
    EncodedHeader::new(&Header { alg, kid: kid.map(str::to_owned), typ: Some(typ.as_str().to_owned()), cty: None })
}
