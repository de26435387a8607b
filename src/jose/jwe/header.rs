//! The protected header: RFC 7516 §4.1, RFC 7518 §4.6.1.

use serde_json::Map;
use serde_json::Value;

use super::JweError;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::jose::json;
use crate::jose::jwa::ContentEncryption;
use crate::jose::jwa::KeyManagement;
use crate::jose::jwk::Jwk;

/// The protected header, as far as we make it and heed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// How the content encryption key travels (§4.1.1).
    pub alg: KeyManagement,
    /// How the content is encrypted (§4.1.2).
    pub enc: ContentEncryption,
    /// The name of the recipient's key (§4.1.6).
    pub kid: Option<String>,
    /// What the whole is (§4.1.11).
    pub typ: Option<String>,
    /// What the content is: `JWT` where it is one (§4.1.12, RFC 7519 §5.2).
    pub cty: Option<String>,
}

/// What the header says of an agreement (RFC 7518 §4.6.1).
#[derive(Clone, Debug, Default)]
pub(super) struct Agreement {
    pub(super) epk: Option<Jwk>,
    pub(super) apu: Vec<u8>,
    pub(super) apv: Vec<u8>,
}

impl Header {
    pub(super) fn encode(&self, epk: Option<&Jwk>) -> String {
        let mut members = Map::new();
        members.insert("alg".to_owned(), self.alg.as_str().into());
        members.insert("enc".to_owned(), self.enc.as_str().into());
        epk.map(|epk| members.insert("epk".to_owned(), epk.to_value()));
        for (name, value) in [("kid", &self.kid), ("typ", &self.typ), ("cty", &self.cty)] {
            value.as_deref().map(|value| members.insert(name.to_owned(), value.into()));
        }
        base64url(Value::Object(members).to_string().as_bytes())
    }

    pub(super) fn decode(text: &str) -> Result<(Self, Agreement), JweError> {
        let bytes = from_base64url(text).ok_or(JweError::Malformed)?;
        let members = json::object(&bytes).ok_or(JweError::Header)?;
        // §4.1.13: we understand no extension, so none may be critical.
        if members.contains_key("crit") {
            return Err(JweError::Critical);
        }
        if members.contains_key("zip") {
            return Err(JweError::Compressed);
        }
        let name = |name| member(&members, name)?.ok_or(JweError::Header);
        let header = Self {
            alg: name("alg")?.parse().or(Err(JweError::UnknownAlgorithm))?,
            enc: name("enc")?.parse().or(Err(JweError::UnknownAlgorithm))?,
            kid: member(&members, "kid")?.map(str::to_owned),
            typ: member(&members, "typ")?.map(str::to_owned),
            cty: member(&members, "cty")?.map(str::to_owned),
        };
        let agreement =
            if header.alg == KeyManagement::RsaOaep256 { Agreement::default() } else { Agreement::read(&members)? };
        Ok((header, agreement))
    }
}

impl Agreement {
    fn read(members: &Map<String, Value>) -> Result<Self, JweError> {
        let epk = members.get("epk").ok_or(JweError::Header)?;
        let party = |name| {
            let text = member(members, name)?.unwrap_or_default();
            from_base64url(text).ok_or(JweError::Header)
        };
        Ok(Self { epk: Some(Jwk::from_value(epk).or(Err(JweError::Header))?), apu: party("apu")?, apv: party("apv")? })
    }
}

fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, JweError> {
    members.get(name).map(|value| value.as_str().ok_or(JweError::Header)).transpose()
}
