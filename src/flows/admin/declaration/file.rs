//! The file: TOML or JSON. A mistake names its line.

use std::collections::BTreeSet;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;

use super::beside::Beside;
use super::beside::Own;
use super::right::RightDeclaration;
use super::secret::SecretDeclaration;
use super::shape::AgencyDeclaration;
use super::shape::BranchDeclaration;
use super::shape::LevelDeclaration;
use super::shape::UnitDeclaration;
use crate::base::nul;
use crate::base::secret::Secret;
use crate::config::Config;
use crate::identity::agency::Bilingual;
use crate::identity::agency::LegalBasis;
use crate::identity::agency::Service;
use crate::identity::assurance;
use crate::identity::assurance::Acr;
use crate::identity::credential::foreign::Foreign;
use crate::identity::person;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::identity::precis;
use crate::protocol::oauth::client_metadata::AuthMethod;
use crate::protocol::oauth::client_metadata::ClientMetadata;

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Mistake(pub String);

/// The whole file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Declaration {
    /// Layers of the hierarchy of units.
    pub levels: Vec<LevelDeclaration>,
    /// Branches of administration.
    pub branches: Vec<BranchDeclaration>,
    /// Units of the territory.
    pub units: Vec<UnitDeclaration>,
    /// Public bodies.
    pub agencies: Vec<AgencyDeclaration>,
    /// What they offer.
    pub services: Vec<ServiceDeclaration>,
    /// Software that asks for sign-ins.
    pub clients: Vec<ClientDeclaration>,
    /// Those who sign in.
    pub people: Vec<PersonDeclaration>,
    /// What officials may do. Those that officials gave to each other stay whatever this file says.
    pub rights: Vec<RightDeclaration>,
    #[serde(skip)]
    text: String,
}

/// A service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceDeclaration {
    /// Its stable key.
    pub id: String,
    /// The `id` of the agency that offers it.
    pub agency: String,
    /// Its name.
    pub name: Bilingual,
    /// What it needs the data for, as it follows «to» in a sentence.
    pub purpose: Bilingual,
    /// Why it may have them.
    pub legal_basis: LegalBasis,
}

/// A client.
#[derive(Debug, Default, JsonSchema)]
pub struct ClientDeclaration {
    /// Its identifier, as its requests name it.
    pub client_id: String,
    /// The service that it belongs to: people read its name and its purpose. Without one it belongs to no agency.
    pub service: Option<String>,
    /// At most two that are live; none with `token_endpoint_auth_method` `none` or `private_key_jwt`.
    #[schemars(default)]
    pub secrets: Vec<SecretDeclaration>,
    /// Stands flat beside the others.
    #[schemars(flatten)]
    pub metadata: ClientMetadata,
}

/// A person.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonDeclaration {
    /// The name that the person signs in with.
    pub user_name: String,
    /// The number of the identity card, under which the person can sign in as well.
    pub identity_number: Option<String>,
    /// A password in plain, for trials.
    pub password: Option<Secret<String>>,
    /// A password as an argon2id PHC string, made without our pepper; or as another system stored it: argon2i, bcrypt, PBKDF2,
    /// scrypt, sha-crypt or a salted digest, in the notations of PHC, crypt(3), LDAP, Ory Kratos and Keycloak (a credential
    /// of its export, as JSON). It is stored as our own at the first sign-in.
    pub password_hash: Option<String>,
    /// Standard claims (OpenID Connect Core §5.1): `name`, `family_name`, `given_name`, `middle_name`, `nickname`,
    /// `preferred_username`, `profile`, `picture`, `website`, `email`, `email_verified`, `gender`, `birthdate`, `zoneinfo`,
    /// `locale`, `phone_number`, `phone_number_verified`, `address` (a table), `updated_at` (seconds since 1970).
    #[serde(default)]
    pub claims: Map<String, Value>,
}

impl Declaration {
    /// Reads a file by the ending of its name.
    pub fn read(name: &str, text: String) -> Result<Self, Mistake> {
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text); // what some editors put before it
        if let Some(line) = nul::line_of(&text) {
            return Err(Mistake(format!("{name}: line {line} has U+0000, which no text may have")));
        }
        let parsed: Result<Self, String> = match name.ends_with(".json") {
            true => serde_json::from_str(&text).map_err(|error| error.to_string()),
            false => toml::from_str(&text).map_err(|error| error.to_string()),
        };
        let parsed = parsed.map_err(|error| Mistake(format!("{name}: {error}")))?;
        Ok(Self { text, ..parsed })
    }

    /// What can be known of the file alone.
    pub fn check(&self) -> Result<(), Mistake> {
        once(self, "code", "level", self.levels.iter().map(|level| &level.code))?;
        once(self, "code", "branch", self.branches.iter().map(|branch| &branch.code))?;
        once(self, "id", "agency", self.agencies.iter().map(|agency| &agency.id))?;
        once(self, "id", "service", self.services.iter().map(|service| &service.id))?;
        once(self, "client_id", "client", self.clients.iter().map(|client| &client.client_id))?;
        once(self, "user_name", "person", self.people.iter().map(|person| &person.user_name))?;
        for agency in &self.agencies {
            agency.check().map_err(|why| self.mistake("id", &agency.id, "agency", &why))?;
        }
        for client in &self.clients {
            client.check().map_err(|why| self.mistake("client_id", &client.client_id, "client", &why))?;
        }
        for person in &self.people {
            person.check().map_err(|why| self.mistake("user_name", &person.user_name, "person", &why))?;
        }
        self.check_names()
    }

    /// What people sign in with leads to one of them, whichever member it stands in, and however it is typed.
    fn check_names(&self) -> Result<(), Mistake> {
        let mut owners: HashMap<String, &PersonDeclaration> = HashMap::new();
        for person in &self.people {
            let email = person.claims.get("email").and_then(Value::as_str);
            let names =
                [("user_name", Some(&*person.user_name)), ("identity_number", person.identity_number.as_deref())];
            for (member, name) in names.into_iter().chain([("email", email)]) {
                let Some(name) = name.and_then(SignInName::parse) else { continue };
                let owner = owners.entry(name.canonical().to_owned()).or_insert(person);
                if !std::ptr::eq(*owner, person) {
                    let other = &owner.user_name;
                    let line = self.lines("user_name", other).first().map(|line| format!(" of line {line}"));
                    let line = line.unwrap_or_default();
                    let why = format!("{member}: the person {other:?}{line} signs in with the same");
                    return Err(self.mistake("user_name", &person.user_name, "person", &why));
                }
            }
        }
        Ok(())
    }

    /// What can be known of the file alone where all that it does not name is to go.
    pub fn check_closed(&self) -> Result<(), Mistake> {
        for client in &self.clients {
            if let Some(service) = &client.service
                && !self.services.iter().any(|known| known.id == *service)
            {
                let why = format!("service: {service:?} is not in this file, and would be pruned");
                return Err(self.mistake("client_id", &client.client_id, "client", &why));
            }
        }
        for agency in &self.agencies {
            if let Some(parent) =
                agency.parent.as_ref().filter(|id| !self.agencies.iter().any(|known| known.id == **id))
            {
                let why = format!("parent: {parent:?} is not in this file, and would be pruned");
                return Err(self.mistake("id", &agency.id, "agency", &why));
            }
        }
        for service in &self.services {
            if !self.agencies.iter().any(|known| known.id == service.agency) {
                let why = format!("agency: {:?} is not in this file, and would be pruned", service.agency);
                return Err(self.mistake("id", &service.id, "service", &why));
            }
        }
        Ok(())
    }

    /// A mistake about the `what` whose `key` is `id`, with the line where it stands.
    pub fn mistake(&self, key: &str, id: &str, what: &str, why: &str) -> Mistake {
        match self.line(key, id) {
            Some(line) => Mistake(format!("line {line}: {what} {id:?}: {why}")),
            None => Mistake(format!("{what} {id:?}: {why}")),
        }
    }

    /// The first line that says that `key` is `id`.
    pub fn line(&self, key: &str, id: &str) -> Option<usize> {
        self.lines(key, id).first().copied()
    }

    /// The first line of each id that `key` is said to be: of many at once.
    pub(super) fn first_lines(&self, key: &str) -> HashMap<String, usize> {
        let mut first = HashMap::new();
        for (line, said) in self.saying(key) {
            let id = said.trim_start().strip_prefix(['"', '\'']).and_then(|rest| rest.split(['"', '\'']).next());
            if let Some(id) = id {
                first.entry(id.to_owned()).or_insert(line);
            }
        }
        first
    }

    /// The lines that say what `key` is, and what stands there.
    fn saying(&self, key: &str) -> Vec<(usize, String)> {
        let value = |line: &'_ str| -> Option<String> {
            let line = line.trim().trim_start_matches(['{', ' ', '-']);
            let rest = line.strip_prefix(key).or_else(|| line.strip_prefix(&format!("\"{key}\"")))?;
            rest.trim_start().strip_prefix(['=', ':']).map(str::to_owned)
        };
        self.text.lines().enumerate().filter_map(|(at, line)| Some((at + 1, value(line)?))).collect()
    }

    /// The lines that say that `key` is `id`.
    fn lines(&self, key: &str, id: &str) -> Vec<usize> {
        let all = self.saying(key);
        let says = |text: &str| text.contains(&format!("\"{id}\"")) || text.contains(&format!("'{id}'"));
        let there: Vec<usize> = all.iter().filter(|(_, text)| says(text)).map(|(line, _)| *line).collect();
        if !there.is_empty() {
            return there;
        }
        // Written with escapes: by its place among the others, where each has a line.
        let ids: Vec<&String> = match key {
            "user_name" => self.people.iter().map(|person| &person.user_name).collect(),
            "client_id" => self.clients.iter().map(|client| &client.client_id).collect(),
            _ => Vec::new(),
        };
        let lines = ids.iter().zip(&all).filter(|(other, _)| ***other == *id).map(|(_, (line, _))| *line);
        if ids.len() == all.len() { lines.collect() } else { Vec::new() }
    }
}

fn once<'a>(
    declaration: &Declaration,
    key: &str,
    what: &str,
    ids: impl Iterator<Item = &'a String>,
) -> Result<(), Mistake> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if id.is_empty() || id.len() > 255 || id.chars().any(char::is_control) {
            return Err(declaration.mistake(key, id, what, "must have 1 to 255 characters, none of them control"));
        }
        if !seen.insert(id) {
            let again = declaration.lines(key, id).get(1).map(|line| format!(", in line {line} as well"));
            return Err(declaration.mistake(key, id, what, &format!("is declared twice{}", again.unwrap_or_default())));
        }
    }
    Ok(())
}

impl ServiceDeclaration {
    /// The service.
    pub fn service(&self) -> Service {
        Service {
            id: self.id.clone(),
            agency: self.agency.clone(),
            name: self.name.clone(),
            purpose: self.purpose.clone(),
            legal_basis: self.legal_basis,
        }
    }
}

impl<'de> Deserialize<'de> for ClientDeclaration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = ClientDeclaration;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a client")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ClientDeclaration, A::Error> {
                let mut client = ClientDeclaration::default();
                client.metadata = ClientMetadata::deserialize(Beside::new(map, &mut client))?;
                if client.client_id.is_empty() {
                    return Err(A::Error::missing_field("client_id"));
                }
                Ok(client)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl<'de> Own<'de> for ClientDeclaration {
    const NAMES: &'static [&'static str] = &["client_id", "service", "secrets"];

    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "client_id" => self.client_id = map.next_value()?,
            "service" => self.service = map.next_value()?,
            _ => self.secrets = map.next_value()?,
        }
        Ok(())
    }
}

impl ClientDeclaration {
    fn check(&self) -> Result<(), String> {
        let metadata = &self.metadata;
        metadata.validate().map_err(|(member, why)| format!("{member}: {why}"))?;
        if let Some(class) = metadata.min_acr.as_ref().filter(|class| Acr::parse(class).is_none()) {
            return Err(format!(
                "min_acr: {class} is no context class; expected one of {}",
                assurance::reachable(true).join(", ")
            ));
        }
        let method = metadata.token_endpoint_auth_method;
        match (method.is_secret(), self.secrets.len()) {
            (true, 0) => Err("secrets: a client that authenticates needs one".into()),
            (true, 3..) => Err("secrets: at most two can be live, one replacing the other".into()),
            (false, 1..) if method == AuthMethod::None => {
                Err("secrets: a public client (token_endpoint_auth_method = \"none\") has none".into())
            }
            (false, 1..) => Err(format!("secrets: a client with the method {} has none", method.as_str())),
            _ => Ok(()),
        }
    }
}

impl PersonDeclaration {
    /// What is known of the person.
    pub fn data(&self) -> PersonalData {
        PersonalData {
            user_name: Some(self.user_name.clone()),
            identity_number: self.identity_number.clone(),
            claims: self.claims.clone(),
            ..PersonalData::default()
        }
    }

    /// Whether the identity number has the form that the state's have.
    pub fn check_number(&self, config: &Config) -> Result<(), String> {
        let digits = config.people.identity_number_digits;
        self.identity_number.as_deref().map_or(Ok(()), |number| person::check_identity_number(number, digits))
    }

    /// What can be known of the person alone.
    pub fn check(&self) -> Result<(), String> {
        precis::user_name(&self.user_name)
            .map_err(|part| format!("user_name: {part:?} may not stand in a name (RFC 8265, section 3.3)"))?;
        if self.password.is_some() && self.password_hash.is_some() {
            return Err("password and password_hash: expected one of them".into());
        }
        if let Some(text) = &self.password_hash {
            Foreign::parse(text).map_err(|why| format!("password_hash: {why}"))?;
        }
        match self.claims.iter().find_map(|(name, value)| person::check_claim(name, value).err()) {
            Some(why) => Err(format!("claims.{why}")),
            None => Ok(()),
        }
    }
}
