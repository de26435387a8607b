//! The small country of the demonstration: who signs in, where, and with which secrets, made on the first start.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::portal::Basis;
use super::portal::Kind;
use super::portal::Lang;
use super::portal::unbroken;
use crate::base::random::Entropy;
use crate::base::random::SystemEntropy;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::cli::Failure;
use crate::signing::roots;

/// What the state directory keeps besides the database and the keys.
pub struct Country {
    place: Place,
    made: Made,
}

/// Where browsers find the provider, and the portals at the five ports after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Scheme and host.
    site: String,
    port: u16,
}

impl Place {
    /// On this machine.
    pub fn here(port: u16) -> Self {
        Self { site: "http://localhost".to_owned(), port }
    }

    /// As other devices reach it: at `url`, whose port is `port` where it names none.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn public(url: &Url, port: u16) -> Result<Self, &'static str> {
        let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"));
        let host = host.ok_or("is not an http or https URL")?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err("has more than scheme, host and port");
        }
        let port = url.port().unwrap_or(port);
        if port > LAST_PORT {
            return Err("has a port without five after it");
        }
        Ok(Self { site: format!("{}://{host}", url.scheme()), port })
    }

    /// The origin of the provider, or of a portal so many ports after it.
    pub fn origin(&self, after: u16) -> String {
        format!("{}:{}", self.site, self.port.saturating_add(after))
    }

    /// Whether browsers come by plain http from other machines, which clients must be allowed.
    fn is_plain(&self) -> bool {
        self.site.starts_with("http:") && self.site != "http://localhost"
    }
}

/// No provider listens beyond: five portals come after it.
pub const LAST_PORT: u16 = 65_530;

/// Secrets that were made on the first start.
#[derive(Serialize, Deserialize)]
struct Made {
    passwords: Vec<String>,
    client_secrets: Vec<String>,
    /// Of the authenticator app of who has one, in base64url.
    app_key: String,
}

/// What somebody has beside a password.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// A device that can make a passkey: the visitor's.
    Passkey,
    /// An authenticator app.
    App,
    /// Nothing yet.
    Nothing,
}

struct Person {
    beside: Beside,
    user_name: &'static str,
    identity_number: &'static str,
    name: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    gender: &'static str,
    birthdate: &'static str,
    phone: &'static str,
    street: &'static str,
    town: &'static str,
}

const PEOPLE: [Person; 3] = [
    Person {
        beside: Beside::Passkey,
        user_name: "khai",
        identity_number: "036187001234",
        name: "Nguyễn Thị Minh Khai",
        given_name: "Minh Khai",
        family_name: "Nguyễn",
        gender: "female",
        birthdate: "1987-04-12",
        phone: "+84912000412",
        street: "12 Đường Bờ Hồ",
        town: "Xã Đồng Nội, tỉnh Sông Lam",
    },
    Person {
        beside: Beside::App,
        user_name: "an",
        identity_number: "036052004321",
        name: "Trần Văn An",
        given_name: "An",
        family_name: "Trần",
        gender: "male",
        birthdate: "1952-11-03",
        phone: "+84903000998",
        street: "Thôn Thượng",
        town: "Xã Đồng Nội, tỉnh Sông Lam",
    },
    Person {
        beside: Beside::Nothing,
        user_name: "lan",
        identity_number: "036196005678",
        name: "Lê Thị Lan",
        given_name: "Lan",
        family_name: "Lê",
        gender: "female",
        birthdate: "1996-08-21",
        phone: "+84905000821",
        street: "3 Đường Chợ",
        town: "Xã Đồng Nội, tỉnh Sông Lam",
    },
];

impl Country {
    /// Reads the secrets of `state`, or makes them.
    pub fn load(state: &Path, place: Place) -> Result<Self, Failure> {
        let path = state.join("demo.json");
        match fs::read_to_string(&path) {
            Ok(text) => {
                let made = serde_json::from_str(&text).ok().filter(Made::is_whole).ok_or_else(|| {
                    Failure(format!("{}: is not of this version; remove the directory", path.display()))
                })?;
                Ok(Self { place, made })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let made = Made::new(&SystemEntropy::default());
                let text = serde_json::to_vec_pretty(&made)?;
                roots::write_new(&path, &text)?;
                Ok(Self { place, made })
            }
            Err(error) => Err(Failure(format!("{}: {error}", path.display()))),
        }
    }

    /// The provider's address.
    pub fn issuer(&self) -> String {
        self.place.origin(0)
    }

    /// By which names people sign in.
    pub fn user_names() -> impl Iterator<Item = &'static str> {
        PEOPLE.iter().map(|person| person.user_name)
    }

    /// The key of this person's authenticator app, if they have one.
    pub fn app_key_of(&self, user_name: &str) -> Option<Vec<u8>> {
        let person = PEOPLE.iter().find(|person| person.user_name == user_name)?;
        if person.beside == Beside::App { from_base64url(&self.made.app_key) } else { None }
    }

    /// Who has an authenticator app, by their full name, and its key.
    pub fn app(&self) -> (&'static str, Vec<u8>) {
        let owner = PEOPLE.iter().find(|person| person.beside == Beside::App);
        (owner.map_or("", |owner| owner.name), from_base64url(&self.made.app_key).unwrap_or_default())
    }

    /// Where browsers find a portal.
    pub fn origin_of(&self, kind: Kind) -> String {
        self.place.origin(ports_after(kind))
    }

    /// The client secret of a portal.
    pub fn secret_of(&self, kind: Kind) -> Secret<String> {
        let at = Kind::all().iter().position(|other| *other == kind).unwrap_or_default();
        Secret::new(self.made.client_secrets.get(at).cloned().unwrap_or_default())
    }

    /// Agencies, services, clients and people, as `motcua apply` reads them.
    pub fn declaration(&self) -> String {
        let mut toml = String::new();
        for kind in Kind::all() {
            let _ = self.declare(kind, &mut toml);
        }
        for (person, password) in PEOPLE.iter().zip(&self.made.passwords) {
            let _ = person.declare(password, &mut toml);
        }
        toml
    }

    /// What is printed at each start. `desk` is the port of the letters and the telephone.
    pub fn welcome(&self, state: &Path, desk: u16) -> String {
        let mut text = format!("\nMột Cửa is open at {}\n\nPortals\n", self.issuer());
        for kind in Kind::all() {
            let _ = writeln!(text, "  {:24} {}", self.origin_of(kind), kind.service(Lang::En));
        }
        text.push_str("\nPeople who can sign in (user name, or identity number)\n");
        let desk = format!("{}:{desk}", self.place.site);
        for (person, password) in PEOPLE.iter().zip(&self.made.passwords) {
            let Person { user_name, identity_number, name, beside, .. } = person;
            let _ = writeln!(text, "  {user_name:6} {identity_number}   password {password}   {name}");
            let _ = writeln!(text, "         {}", self.told(*beside, &desk));
        }
        let _ = writeln!(
            text,
            "\nSign in at one portal, or at Một Cửa, then open the others: no second password. The hospital takes no password\n\
             alone, and asks once whether it may have your data.\n\
             Sign out of Một Cửa at any of them, and all of them have signed you out.\n\
             Letters and text messages go nowhere but to {desk}/\n\
             {}State is kept in {}. Ctrl-C stops everything.",
            match self.place == Place::here(self.place.port) {
                true => "Other devices are let in by --public http://ADDRESS, the address of this machine.\n",
                false => "",
            },
            state.display()
        );
        text
    }

    /// How somebody signs in, in a line.
    fn told(&self, beside: Beside, desk: &str) -> String {
        match beside {
            Beside::Passkey if self.place.is_plain() => {
                "would be offered a passkey, which browsers make at https addresses and on this machine alone"
                    .to_owned()
            }
            Beside::Passkey => {
                "after the password makes a passkey on your device, where it can: it opens everything by itself \
                 from then on"
                    .to_owned()
            }
            Beside::App => format!("has an authenticator app: its codes stand at {desk}/phone"),
            Beside::Nothing => format!(
                "has a password alone: the hospital tells her what to add, at {}/account/security; {desk}/phone/add is an app",
                self.issuer()
            ),
        }
    }

    fn declare(&self, kind: Kind, toml: &mut String) -> std::fmt::Result {
        let key = kind.key();
        // As the portals show them: a name of a place does not break at the end of a line.
        let both = |vi: &str, en: &str| format!("{{ vi = \"{}\", en = \"{}\" }}", unbroken(vi), unbroken(en));
        let basis = match kind.basis() {
            Basis::PublicTask => "public-task",
            Basis::Consent => "consent",
        };
        writeln!(toml, "[[agencies]]\nid = {key:?}\nsector = {:?}", kind.sector())?;
        writeln!(toml, "name = {}", both(kind.agency(Lang::Vi), kind.agency(Lang::En)))?;
        writeln!(toml, "[[services]]\nid = {key:?}\nagency = {key:?}\nlegal_basis = {basis:?}")?;
        writeln!(toml, "name = {}", both(kind.service(Lang::Vi), kind.service(Lang::En)))?;
        writeln!(toml, "purpose = {}", both(kind.purpose(Lang::Vi), kind.purpose(Lang::En)))?;
        writeln!(toml, "[[clients]]\nclient_id = {key:?}\nservice = {key:?}")?;
        writeln!(toml, "secrets = [{:?}]", self.secret_of(kind).expose())?;
        let origin = self.origin_of(kind);
        if self.place.is_plain() {
            // Other devices come by plain http, and nobody's sign-in is begun at such an address: it is a home page that begins one.
            writeln!(toml, "profile = \"oidc\"\nid_token_signed_response_alg = \"ES256\"")?;
            writeln!(toml, "client_uri = \"{origin}/sign-in\"")?;
        } else {
            writeln!(toml, "initiate_login_uri = \"{origin}/sign-in\"\nclient_uri = \"{origin}/\"")?;
        }
        writeln!(toml, "redirect_uris = [\"{origin}/callback\"]\npost_logout_redirect_uris = [\"{origin}/?out\"]")?;
        writeln!(toml, "frontchannel_logout_uri = \"{origin}/front-channel-logout\"")?;
        if let Some(class) = kind.min_acr() {
            writeln!(toml, "min_acr = {class:?}")?;
        }
        writeln!(toml, "scope = {:?}", kind.scopes().join(" "))
    }
}

/// How many ports after the provider's a portal listens.
pub fn ports_after(kind: Kind) -> u16 {
    let at = Kind::all().iter().position(|other| *other == kind).unwrap_or_default();
    u16::try_from(at).unwrap_or_default().saturating_add(1)
}

impl Made {
    fn is_whole(&self) -> bool {
        self.passwords.len() == PEOPLE.len() && self.client_secrets.len() == Kind::all().len()
    }

    fn new(entropy: &dyn Entropy) -> Self {
        let text = |bytes: [u8; 32]| base64url(&bytes);
        Self {
            passwords: PEOPLE.iter().map(|_| password(&entropy.bytes())).collect(),
            client_secrets: Kind::all().iter().map(|_| text(entropy.bytes())).collect(),
            app_key: base64url(&entropy.bytes::<20>()),
        }
    }
}

/// Four groups of four letters that nobody confuses: 64 bits that a person can type.
fn password(bytes: &[u8; 16]) -> String {
    const LETTERS: &[u8; 16] = b"acdefhjkmnprtwxy";
    let letter = |byte: &u8| LETTERS.get(usize::from(byte & 15)).map_or('a', |letter| char::from(*letter));
    let groups: Vec<String> = bytes.chunks(4).map(|group| group.iter().map(letter).collect()).collect();
    groups.join("-")
}

impl Person {
    fn declare(&self, password: &str, toml: &mut String) -> std::fmt::Result {
        let Self { user_name, identity_number, name, given_name, family_name, gender, birthdate, .. } = self;
        let Self { phone, street, town, .. } = self;
        writeln!(toml, "[[people]]\nuser_name = {user_name:?}\nidentity_number = {identity_number:?}")?;
        writeln!(toml, "password = {password:?}\n[people.claims]\nname = {name:?}")?;
        writeln!(
            toml,
            "given_name = {given_name:?}\nfamily_name = {family_name:?}\npreferred_username = {user_name:?}"
        )?;
        writeln!(toml, "gender = {gender:?}\nbirthdate = {birthdate:?}\nlocale = \"vi-VN\"")?;
        writeln!(
            toml,
            "zoneinfo = \"Asia/Ho_Chi_Minh\"\nemail = \"{user_name}@songlam.example\"\nemail_verified = true"
        )?;
        writeln!(toml, "phone_number = {phone:?}\nphone_number_verified = true\nupdated_at = 1760000000")?;
        writeln!(toml, "[people.claims.address]\nformatted = \"{street}\\n{town}\"\nstreet_address = {street:?}")?;
        writeln!(toml, "locality = {town:?}\ncountry = \"VN\"")
    }
}
