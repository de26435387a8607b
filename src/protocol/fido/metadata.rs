//! The file of the FIDO Metadata Service v3.0: §3.1.7, a JWS of what is known of each model of authenticators, and §3.2, how it
//! is verified. The certificates that it brings are believed as far as they lead to a root that somebody else named, and are
//! those of the service; nothing is fetched, so a URL in their place (`x5u`) is not followed.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::base::day::Day;
use crate::base::secret::from_base64url;
use crate::base::time::Timestamp;
use crate::jose::alg::PublicKey;
use crate::jose::json;
use crate::jose::jwa::Algorithm;
use crate::jose::jwk::Jwk;
use crate::jose::jws;
use crate::jose::jws::Limits;
use crate::protocol::pkix;
use crate::protocol::pkix::Der;

/// Whom to believe.
pub struct Trust<'a> {
    /// To which its certificates must lead.
    pub root: &'a [u8],
    /// The host name in the first of them: the root has issued to many others.
    pub signer: &'a str,
}

/// Under which name the FIDO Alliance signs.
pub const SIGNER: &str = "mds.fidoalliance.org";

/// The root that the FIDO Alliance's own certificates lead to, as PEM: GlobalSign Root CA - R3.
pub const ROOT: &str = include_str!("root.pem");

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Its serial number, which grows.
    pub serial: i64,
    /// The last day until which the next one is there.
    pub next_update: Day,
    /// Every model that has an AAGUID.
    pub models: Vec<Model>,
    /// What could not be read of it, and is left out.
    pub left_out: Vec<String>,
}

/// A model of authenticators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Which.
    pub aaguid: Uuid,
    /// What it is called.
    pub description: String,
    /// What was reported of it, in the order of the reports.
    pub statuses: Vec<String>,
    /// Certificates to which its attestations lead.
    pub anchors: Vec<Der>,
}

/// Why a file is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// No JWS, or one that asks for what is not offered.
    #[error("it is no signed file of the FIDO Metadata Service: {0}")]
    Malformed(String),
    /// The certificates lead to another root, or are expired.
    #[error("its certificates are not to be trusted: {0}")]
    Untrusted(String),
    /// The certificate is that of somebody else.
    #[error("it is signed by somebody else: the certificate is not one of {0}")]
    Stranger(String),
    /// It was changed, or signed by another key.
    #[error("its signature is not valid")]
    Signature,
    /// What is signed is not what the specification describes.
    #[error("what it says cannot be read: {0}")]
    Payload(String),
}

/// The longest file that is read: several times what the service publishes.
pub const LONGEST: usize = 64 << 20;
/// It holds a chain of certificates.
const LIMITS: Limits = Limits { compact: LONGEST, header: 64 << 10 };
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256];

/// Reads a file, if it is to be believed at `now`.
///
/// # Errors
///
/// It is not.
pub fn read(file: &str, trust: &Trust<'_>, now: Timestamp) -> Result<Metadata, MetadataError> {
    let file = file.trim();
    let chain = chain(file)?;
    let signed = jws::decode_within(file, &LIMITS).map_err(malformed)?;
    pkix::lead(&chain, &[trust.root.to_vec()], now).map_err(|why| MetadataError::Untrusted(why.0))?;
    let first = chain.first().map(Vec::as_slice).unwrap_or_default();
    if !pkix::is_of(first, trust.signer) {
        return Err(MetadataError::Stranger(trust.signer.to_owned()));
    }
    let key = pkix::key(first).and_then(|key| PublicKey::from_jwk(&Jwk::from_value(&key).ok()?).ok());
    let key = key.ok_or_else(|| malformed("its key is of a kind that is not taken"))?;
    let payload = signed.verify(&key, &ALGORITHMS).map_err(|_| MetadataError::Signature)?;
    let payload: Payload = serde_json::from_slice(payload).map_err(|why| MetadataError::Payload(why.to_string()))?;
    payload.read()
}

/// The certificates of the header (RFC 7515 §4.1.6).
fn chain(file: &str) -> Result<Vec<Der>, MetadataError> {
    let header = file.split('.').next().filter(|header| header.len() <= LIMITS.header);
    let header = header.and_then(from_base64url).and_then(|bytes| json::object(&bytes));
    let header = header.ok_or_else(|| malformed("its header cannot be read"))?;
    let header: Header = serde_json::from_value(Value::Object(header)).map_err(malformed)?;
    let chain: Option<Vec<Der>> = header.x5c.iter().map(|text| STANDARD.decode(text).ok()).collect();
    chain.ok_or_else(|| malformed("a certificate is no base64"))
}

/// Of the header, what is read before anything is verified.
#[derive(Deserialize)]
struct Header {
    x5c: Vec<String>,
}

fn malformed(why: impl std::fmt::Display) -> MetadataError {
    MetadataError::Malformed(why.to_string())
}

/// §3.1.6.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    no: i64,
    next_update: String,
    entries: Vec<Value>,
}

/// §3.1.1. Authenticators of other protocols have no AAGUID.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    aaguid: Option<String>,
    metadata_statement: Option<Statement>,
    #[serde(default)]
    status_reports: Vec<Report>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    #[serde(default)]
    description: String,
    #[serde(default)]
    attestation_root_certificates: Vec<String>,
}

/// §3.1.3.
#[derive(Deserialize)]
struct Report {
    status: String,
}

impl Payload {
    fn read(self) -> Result<Metadata, MetadataError> {
        let next_update = Day::parse(&self.next_update)
            .ok_or_else(|| MetadataError::Payload(format!("nextUpdate = {:?} is no day", self.next_update)))?;
        let mut left_out = Vec::new();
        let mut models: BTreeMap<Uuid, Model> = BTreeMap::new();
        for entry in self.entries {
            let entry: Entry = match serde_json::from_value(entry) {
                Ok(entry) => entry,
                Err(why) => {
                    left_out.push(format!("an entry: {why}"));
                    continue;
                }
            };
            let Some(named) = &entry.aaguid else { continue };
            let Ok(aaguid) = named.parse::<Uuid>() else {
                left_out.push(format!("an entry whose AAGUID is {named:?}"));
                continue;
            };
            let model = entry.read(aaguid, &mut left_out);
            if models.insert(aaguid, model).is_some() {
                return Err(MetadataError::Payload(format!("there are two entries of {aaguid}")));
            }
        }
        Ok(Metadata { serial: self.no, next_update, models: models.into_values().collect(), left_out })
    }
}

impl Entry {
    fn read(self, aaguid: Uuid, left_out: &mut Vec<String>) -> Model {
        let statement = self.metadata_statement.unwrap_or_default();
        let mut anchors = Vec::new();
        for text in &statement.attestation_root_certificates {
            let bare: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            match STANDARD.decode(bare).ok().filter(|der| pkix::is_certificate(der)) {
                Some(der) => anchors.push(der),
                None => left_out.push(format!("a certificate of {aaguid} that cannot be read")),
            }
        }
        let description = statement.description.chars().filter(|c| !c.is_control()).take(LONGEST_DESCRIPTION).collect();
        let statuses = self.status_reports.into_iter().map(|report| report.status).collect();
        Model { aaguid, description, statuses, anchors }
    }
}

const LONGEST_DESCRIPTION: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::sha256;

    /// The fingerprint that GlobalSign publishes.
    #[test]
    fn the_root_is_the_one_that_the_specification_names() {
        let text: String = ROOT.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(text).unwrap();
        let digest: String = sha256(&der).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b");
    }

    fn payload(text: &str) -> Result<Metadata, MetadataError> {
        serde_json::from_str::<Payload>(text).unwrap().read()
    }

    #[test]
    fn one_entry_that_cannot_be_read_hides_no_other() {
        let read = payload(
            r#"{"no": 7, "nextUpdate": "2026-12-01", "entries": [
                {"aaid": "4e4e#4005", "statusReports": []},
                {"aaguid": 5},
                {"aaguid": "no-aaguid"},
                {"aaguid": "ee882879-721c-4913-9775-3dfcce97072a", "statusReports": [{"status": "REVOKED"}],
                 "metadataStatement": {"description": "A key\u0007", "attestationRootCertificates": ["AAAA"]}}]}"#,
        )
        .unwrap();
        assert_eq!((read.serial, read.next_update.to_string(), read.left_out.len()), (7, "2026-12-01".into(), 3));
        let [model] = &read.models[..] else { panic!("{:?}", read.models) };
        assert_eq!((model.description.as_str(), model.anchors.len()), ("A key", 0));
        assert_eq!(model.statuses, ["REVOKED"]);
    }

    #[test]
    fn what_speaks_of_a_model_twice_or_of_no_day_is_refused() {
        let twice = r#"{"aaguid": "ee882879-721c-4913-9775-3dfcce97072a"}"#;
        let entries = format!(r#"{{"no": 7, "nextUpdate": "2026-12-01", "entries": [{twice}, {twice}]}}"#);
        assert!(matches!(payload(&entries), Err(MetadataError::Payload(_))));
        assert!(matches!(payload(r#"{"no": 7, "nextUpdate": "soon", "entries": []}"#), Err(MetadataError::Payload(_))));
    }
}
