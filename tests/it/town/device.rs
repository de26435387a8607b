//! What people do in a browser with a passkey and an authenticator app.

use serde_json::Value;

use super::Browser;
use super::Device;
use super::ISSUER;
use super::Page;

impl Device {
    pub fn new() -> Self {
        Self::at(ISSUER, "id.example")
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
