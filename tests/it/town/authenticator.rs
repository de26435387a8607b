//! A device that keeps one passkey, and can be made to break each rule of WebAuthn.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use motcua::base::secret::sha256;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_ASN1_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Value;
use serde_json::json;

pub const PRESENT: u8 = 1;
pub const VERIFIED: u8 = 1 << 2;
pub const BACKUP_ELIGIBLE: u8 = 1 << 3;
pub const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;

/// A statement in CBOR, from the key `fmt` on.
pub type Attest = Box<dyn Fn(&[u8], &EcdsaKeyPair) -> Vec<u8> + Send>;

pub struct Device {
    key: EcdsaKeyPair,
    pub id: Vec<u8>,
    pub handle: String,
    pub counter: u32,
    pub flags: u8,
    pub origin: String,
    pub rp_id: String,
    /// What stands in the client data beside what must.
    pub client: Value,
    /// What is in the place of client data, if anything is.
    pub garbled: &'static [u8],
    /// How it attests, in CBOR from the key `fmt` on: no attestation where nobody chose otherwise.
    pub attestation: &'static [u8],
    /// In the place of that, how it signs what it is told to, its own key at hand.
    pub attest: Option<Attest>,
    /// Its model (the AAGUID).
    pub model: [u8; 16],
    /// Whether it makes an Ed25519 key, for which nobody asks.
    pub edwards: bool,
    /// Bytes of the attestation object that get lost on the way.
    pub truncated: usize,
    /// Whether its signatures lose a bit on the way.
    pub spoiled: bool,
}

impl Device {
    /// One that visits this origin for a relying party of this id.
    pub fn at(origin: &str, rp_id: &str) -> Self {
        let rng = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &rng).unwrap();
        let mut id = vec![0; 16];
        rng.fill(&mut id).unwrap();
        Self {
            key,
            id,
            handle: String::new(),
            counter: 0,
            flags: PRESENT | VERIFIED,
            origin: origin.to_owned(),
            rp_id: rp_id.to_owned(),
            client: json!({}),
            garbled: b"",
            attestation: b"\x63fmt\x64none\x67attStmt\xa0",
            attest: None,
            model: [0; 16],
            edwards: false,
            truncated: 0,
            spoiled: false,
        }
    }

    /// Makes the passkey: what `navigator.credentials.create()` gives.
    pub fn make(&mut self, options: &Value) -> String {
        options["user"]["id"].as_str().unwrap().clone_into(&mut self.handle);
        let client_data = self.client_data("webauthn.create", options);
        let data = self.attested();
        let stated = match &self.attest {
            Some(attest) => attest(&[data.as_slice(), &sha256(&client_data)].concat(), &self.key),
            None => self.attestation.to_vec(),
        };
        let mut object = [b"\xa3", stated.as_slice(), b"\x68authData\x58"].concat();
        match u8::try_from(data.len()) {
            Ok(length) => object.push(length),
            Err(_) => {
                *object.last_mut().unwrap() = 0x59;
                object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            }
        }
        object.extend(data);
        object.truncate(object.len() - self.truncated);
        self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
            "transports": ["internal"],
        }))
    }

    /// Answers a challenge: what `navigator.credentials.get()` gives.
    pub fn answer(&mut self, options: &Value) -> String {
        if self.counter > 0 {
            self.counter += 1;
        }
        let client_data = self.client_data("webauthn.get", options);
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        let signed = [data.as_slice(), &sha256(&client_data)].concat();
        let mut signature = self.key.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec();
        *signature.last_mut().unwrap() ^= u8::from(self.spoiled);
        self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature),
            "userHandle": Some(&self.handle).filter(|handle| !handle.is_empty()),
        }))
    }

    fn credential(&self, response: &Value) -> String {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}})
            .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let mut data =
            json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false});
        data.as_object_mut().unwrap().extend(self.client.as_object().unwrap().clone());
        if self.garbled.is_empty() { data.to_string().into_bytes() } else { self.garbled.to_vec() }
    }

    fn attested(&self) -> Vec<u8> {
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags | ATTESTED);
        data.extend(self.counter.to_be_bytes());
        data.extend(self.model);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let point = self.key.public_key().as_ref();
        if self.edwards {
            data.extend(b"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20");
            data.extend(&point[1..33]);
            return data;
        }
        data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
        data.extend(&point[1..33]);
        data.extend(b"\x22\x58\x20");
        data.extend(&point[33..65]);
        data
    }
}
