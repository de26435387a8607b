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

use super::Browser;
use super::ISSUER;
use super::Page;

pub const PRESENT: u8 = 1;
pub const VERIFIED: u8 = 1 << 2;
pub const BACKUP_ELIGIBLE: u8 = 1 << 3;
pub const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;

pub struct Device {
    key: EcdsaKeyPair,
    pub id: Vec<u8>,
    pub handle: String,
    pub counter: u32,
    pub flags: u8,
    pub origin: String,
    pub rp_id: String,
    /// Bytes of the attestation object that get lost on the way.
    pub truncated: usize,
}

impl Device {
    pub fn new() -> Self {
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
            origin: ISSUER.to_owned(),
            rp_id: "id.example".to_owned(),
            truncated: 0,
        }
    }

    /// Makes the passkey: what `navigator.credentials.create()` gives.
    pub fn make(&mut self, options: &Value) -> String {
        options["user"]["id"].as_str().unwrap().clone_into(&mut self.handle);
        let client_data = self.client_data("webauthn.create", options);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        let data = self.attested();
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
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature),
            "userHandle": self.handle,
        }))
    }

    fn credential(&self, response: &Value) -> String {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}})
            .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false})
            .to_string()
            .into_bytes()
    }

    fn attested(&self) -> Vec<u8> {
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags | ATTESTED);
        data.extend(self.counter.to_be_bytes());
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let point = self.key.public_key().as_ref();
        data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
        data.extend(&point[1..33]);
        data.extend(b"\x22\x58\x20");
        data.extend(&point[33..65]);
        data
    }
}

impl Browser {
    /// The challenge that a sign-in page's script fetches: options and ceremony.
    pub async fn challenge(&mut self) -> (Value, String) {
        let page = self.submit("/passkeys/challenge", &[]).await;
        let challenge = page.json();
        (challenge["options"].clone(), challenge["ceremony"].as_str().unwrap().to_owned())
    }

    /// The same to make a passkey, of the page of how somebody signs in.
    pub async fn challenge_to_make(&mut self, page: &Page) -> (Value, String) {
        let confirm = page.hidden_value("confirm");
        let challenge = self.submit("/account/passkeys/challenge", &[("confirm", &confirm)]).await.json();
        (challenge["options"].clone(), challenge["ceremony"].as_str().unwrap().to_owned())
    }

    /// Makes a passkey for who is signed in.
    pub async fn enrol(&mut self, device: &mut Device) -> Page {
        let page = self.open("/account/passkeys/add").await;
        let (options, ceremony) = self.challenge_to_make(&page).await;
        let (confirm, made) = (page.hidden_value("confirm"), device.make(&options));
        let fields = [("confirm", &*confirm), ("name", "Phone"), ("ceremony", &ceremony), ("passkey", &made)];
        self.submit("/account/passkeys", &fields).await
    }

    /// Answers a sign-in page with a passkey.
    pub async fn use_passkey(&mut self, page: &Page, device: &mut Device) -> Page {
        let (options, ceremony) = self.challenge().await;
        let (login, answer) = (page.hidden_value("login"), device.answer(&options));
        self.submit(&page.action(), &[("login", &login), ("ceremony", &ceremony), ("passkey", &answer)]).await
    }

    /// Adds an authenticator app for who is signed in; its secret.
    pub async fn add_app(&mut self, now: motcua::base::time::Timestamp) -> Vec<u8> {
        let page = self.open("/account/totp").await;
        let text = page.body.split("<code id=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
        let secret = from_base32(text);
        let page = self.fill(&page, &[("otp", &code(&secret, now))]).await;
        assert_eq!((page.status.as_u16(), page.path().as_str()), (200, "/account/security"), "{}", page.body);
        secret
    }
}

/// The secret of an authenticator app, as its page shows it (RFC 4648 §6).
pub fn from_base32(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes().filter(|letter| *letter != b' ') {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        (bits, count) = (bits << 5 | u32::from(value), count + 5);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

/// RFC 4226 §5.3, of the time step of RFC 6238 §4.2: written here once more, so that the program is not compared with itself.
pub fn code(secret: &[u8], now: motcua::base::time::Timestamp) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = ring::hmac::sign(&key, &(u64::try_from(now.seconds()).unwrap() / 30).to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}
