//! Makers of authenticators, whose devices attest what they are, and a metadata service that knows them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::CertifiedIssuer;
use rcgen::CustomExtension;
use rcgen::DnType;
use rcgen::IsCa;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_ASN1_SIGNING;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::EcdsaSigningAlgorithm;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Device;

/// An authority with a certificate of its own, which issues others.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        Self::with(name, vec![KeyUsagePurpose::KeyCertSign])
    }

    /// One whose certificate says that its key is for this.
    pub fn with(name: &str, usage: Vec<KeyUsagePurpose>) -> Self {
        Self(CertifiedIssuer::self_signed(issuing(name, usage), KeyPair::generate().unwrap()).unwrap())
    }

    /// One beneath this one.
    pub fn beneath(&self, name: &str, usage: Vec<KeyUsagePurpose>) -> Self {
        Self(CertifiedIssuer::signed_by(issuing(name, usage), KeyPair::generate().unwrap(), &self.0).unwrap())
    }

    pub fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate of this description, and its key.
    pub fn issue(&self, params: &CertificateParams) -> (Vec<u8>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap().der().to_vec(), key)
    }

    /// What the devices of a model attest with: WebAuthn Level 3 §8.2.1.
    pub fn batch(&self, model: Uuid) -> Batch {
        let mut params = CertificateParams::default();
        for (kind, value) in [
            (DnType::CountryName, "VN"),
            (DnType::OrganizationName, "Xưởng Khóa"),
            (DnType::OrganizationalUnitName, "Authenticator Attestation"),
            (DnType::CommonName, "Batch 7"),
        ] {
            params.distinguished_name.push(kind, value);
        }
        params.is_ca = IsCa::ExplicitNoCa;
        let content = [b"\x04\x10".as_slice(), model.as_bytes()].concat();
        params.custom_extensions =
            vec![CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4], content)];
        self.batch_of(model, &params)
    }

    /// The same with a certificate of another description.
    pub fn batch_of(&self, model: Uuid, params: &CertificateParams) -> Batch {
        let (certificate, key) = self.issue(params);
        Batch { model, chain: vec![certificate], key: Some(Arc::new(key)) }
    }
}

fn issuing(name: &str, usage: Vec<KeyUsagePurpose>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = usage;
    params
}

/// With what a device attests: a certificate and its key, or by the key of the passkey itself.
#[derive(Clone)]
pub struct Batch {
    pub model: Uuid,
    /// The certificates that go along.
    pub chain: Vec<Vec<u8>>,
    key: Option<Arc<KeyPair>>,
}

impl Batch {
    /// Of a device that vouches for itself.
    pub fn of_nobody(model: Uuid) -> Self {
        Self { model, chain: Vec::new(), key: None }
    }

    /// A device of it.
    pub fn device(&self) -> Device {
        let (mut device, own) = (Device::new(), self.clone());
        device.model = self.model.into_bytes();
        device.attest = Some(Box::new(move |signed, key| own.attest(signed, key)));
        device
    }

    /// The statement in CBOR, from the key `fmt` on: WebAuthn Level 3 §8.2. `own` is the key of the passkey.
    fn attest(&self, signed: &[u8], own: &EcdsaKeyPair) -> Vec<u8> {
        let signature = match &self.key {
            Some(key) => sign(key, &ECDSA_P256_SHA256_ASN1_SIGNING, signed),
            None => own.sign(&SystemRandom::new(), signed).unwrap().as_ref().to_vec(),
        };
        let mut stated = b"\x63fmt\x66packed\x67attStmt".to_vec();
        stated.extend(if self.chain.is_empty() { b"\xa2" } else { b"\xa3" });
        stated.extend(b"\x63alg\x26\x63sig");
        bytes(&mut stated, &signature);
        if !self.chain.is_empty() {
            stated.extend(b"\x63x5c");
            stated.push(0x80 | u8::try_from(self.chain.len()).unwrap());
            self.chain.iter().for_each(|certificate| bytes(&mut stated, certificate));
        }
        stated
    }
}

/// RFC 8949 §3.1, major type 2.
fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(0x59);
    out.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
    out.extend(bytes);
}

fn sign(key: &KeyPair, algorithm: &'static EcdsaSigningAlgorithm, signed: &[u8]) -> Vec<u8> {
    let rng = SystemRandom::new();
    let key = EcdsaKeyPair::from_pkcs8(algorithm, key.serialized_der(), &rng).unwrap();
    key.sign(&rng, signed).unwrap().as_ref().to_vec()
}

/// A service of metadata.
pub struct MetadataService {
    root: Authority,
    pub chain: Vec<Vec<u8>>,
    key: KeyPair,
}

impl MetadataService {
    /// One whose certificate bears this host name.
    pub fn new(name: &str) -> Self {
        Self::with(&CertificateParams::new([name.to_owned()]).unwrap())
    }

    /// One whose certificate is of this description.
    pub fn with(params: &CertificateParams) -> Self {
        let root = Authority::new("Metadata Root");
        let between = root.beneath("Metadata Issuer", vec![KeyUsagePurpose::KeyCertSign]);
        let (certificate, key) = between.issue(params);
        Self { root, chain: vec![certificate, between.der()], key }
    }

    pub fn root(&self) -> &Authority {
        &self.root
    }

    /// A file of this number, which says this of models.
    pub fn file(&self, number: i64, next_update: &str, entries: &[Value]) -> String {
        let payload = json!({"legalHeader": "x", "no": number, "nextUpdate": next_update, "entries": entries});
        self.signed(&payload.to_string())
    }

    pub fn signed(&self, payload: &str) -> String {
        let chain: Vec<String> = self.chain.iter().map(|der| STANDARD.encode(der)).collect();
        let header = json!({"alg": "ES256", "typ": "JWT", "x5c": chain}).to_string();
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = sign(&self.key, &ECDSA_P256_SHA256_FIXED_SIGNING, input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What a file says of a model.
pub fn entry(model: Uuid, statuses: &[&str], anchors: &[Vec<u8>]) -> Value {
    let anchors: Vec<String> = anchors.iter().map(|der| STANDARD.encode(der)).collect();
    let reports: Vec<Value> =
        statuses.iter().map(|status| json!({"status": status, "effectiveDate": "2026-01-01"})).collect();
    json!({
        "aaguid": model, "statusReports": reports, "timeOfLastStatusChange": "2026-01-01",
        "metadataStatement": {"description": "Khóa Đỏ 5", "attestationRootCertificates": anchors},
    })
}
