//! Who is in the territory: 84 agencies with 2,900 services, 700 officials, 5,000 people, all of them made up.

use std::fmt::Write;

use super::territory::Became;
use super::territory::Territory;
use crate::base::random::Entropy;
use crate::base::secret::base64url;
use crate::base::secret::hmac_sha256;
use crate::cli::Failure;
use crate::identity::credential::password;
use crate::identity::credential::password::Cost;
use crate::identity::credential::workspace::Workspace;

pub const AGENCIES: usize = 84;
pub const SERVICES: usize = 2_900;
pub const OFFICIALS: usize = 700;
pub const PEOPLE: usize = 5_000;
/// Each person uses so many services.
pub const USED: usize = 3;

/// Agencies of the whole country, each of a branch of its own.
const MINISTRIES: usize = 12;

/// Units of which something particular becomes, with an agency in each: two are abolished, two rise, then one that merges, one
/// that goes on, one that is renamed, and two that are divided.
const OTHERS: [&str; 9] = [
    "district/0101",
    "district/0102",
    "district/0111",
    "district/0211",
    "commune/010101",
    "commune/010104",
    "commune/010114",
    "commune/010113",
    "commune/010213",
];

const ROLES: [&str; 6] =
    ["unit-administrator", "registrar", "approver", "support-desk", "proofing-official", "auditor"];

/// The country, with the secrets of its making.
pub struct Country {
    /// Its territory.
    pub territory: Territory,
    /// The password of everybody.
    pub password: String,
    root: [u8; 32],
}

impl Country {
    /// Makes it.
    pub fn made(entropy: &dyn Entropy) -> Self {
        let password = base64url(&entropy.bytes::<16>());
        Self { territory: Territory::made(), password, root: entropy.bytes() }
    }

    /// Where the agencies stand on the eve.
    pub fn seats(&self) -> Vec<&str> {
        let ministries = std::iter::repeat_n("centre/vn", MINISTRIES);
        ministries.chain(self.territory.of_level("province")).chain(OTHERS).collect()
    }

    /// The unit of each official's right on the eve; none where it is for the whole country.
    pub fn offices(&self) -> Vec<Option<&str>> {
        let territory = &self.territory;
        let is_risen = |unit: &&str| matches!(territory.became(unit), Became::Whole(_));
        let risen = territory.of_level("district").filter(is_risen);
        let gone = territory.of_level("district").filter(|unit| !is_risen(unit)).step_by(5);
        // Neighbours: many of them become one.
        let communes = territory.of_level("commune").enumerate().filter(|(n, _)| n % 38 < 2).map(|(_, unit)| unit);
        let units = territory.of_level("province").chain(risen).chain(gone).chain(communes).map(Some);
        std::iter::repeat_n(None, MINISTRIES).chain(units).take(OFFICIALS).collect()
    }

    /// The secret of a service's client.
    pub fn secret_of(&self, service: usize) -> String {
        base64url(&hmac_sha256(&self.root, &[&service.to_be_bytes()]))
    }

    /// Branches, agencies, services and clients.
    pub fn declaration(&self) -> String {
        let mut toml = String::new();
        let _ = self.write_agencies(&mut toml);
        let _ = self.write_services(&mut toml);
        toml
    }

    fn write_agencies(&self, toml: &mut String) -> std::fmt::Result {
        writeln!(toml, "[[branches]]\ncode = \"state\"\nname = {}", both("Nhà nước", "State"))?;
        for n in 0..MINISTRIES {
            let name = both(&format!("Ngành {n}"), &format!("Branch {n}"));
            writeln!(toml, "[[branches]]\ncode = \"branch-{n:02}\"\nname = {name}\nparent = \"state\"")?;
        }
        for (n, unit) in self.seats().into_iter().enumerate() {
            let branch = n % MINISTRIES;
            let name = both(&format!("Cơ quan {n}"), &format!("Agency {n}"));
            writeln!(toml, "[[agencies]]\nid = \"{}\"\nname = {name}\nunit = \"{unit}\"", agency(n))?;
            writeln!(toml, "branch = \"branch-{branch:02}\"")?;
            if n >= MINISTRIES {
                writeln!(toml, "parent = \"{}\"", agency(branch))?;
            }
        }
        Ok(())
    }

    fn write_services(&self, toml: &mut String) -> std::fmt::Result {
        for n in 0..SERVICES {
            let (id, agency) = (service(n), agency(n % AGENCIES));
            let name = both(&format!("Dịch vụ {n}"), &format!("Service {n}"));
            writeln!(toml, "[[services]]\nid = \"{id}\"\nagency = \"{agency}\"\nlegal_basis = \"public-task\"")?;
            writeln!(toml, "name = {name}\npurpose = {}", both("phục vụ bạn", "serve you"))?;
            writeln!(toml, "[[clients]]\nclient_id = \"{id}\"\nservice = \"{id}\"")?;
            writeln!(toml, "secrets = [\"{}\"]\nredirect_uris = [\"{}\"]", self.secret_of(n), callback(n))?;
            writeln!(toml, "scope = {SCOPE:?}\ngrant_types = [\"authorization_code\", \"refresh_token\"]")?;
        }
        Ok(())
    }

    /// Everybody, as `motcua people import` reads them.
    pub fn people(&self, entropy: &dyn Entropy, cost: Cost) -> Result<String, Failure> {
        let hashed = password::hash(&self.password, entropy.bytes(), cost, None, &mut Workspace::default());
        let hash = hashed.ok_or_else(|| Failure("a password could not be hashed".into()))?.phc;
        let names = (0..PEOPLE).map(citizen).chain((0..OFFICIALS).map(official));
        let lines = names.enumerate().map(|(n, name)| format!("{name},{n:012},\"{hash}\",Nguyễn Văn {n}\n"));
        let header = "user_name,identity_number,password_hash,claims.name\n".to_owned();
        Ok(std::iter::once(header).chain(lines).collect())
    }

    /// One right for each official.
    pub fn rights(&self) -> String {
        let mut toml = String::new();
        for (n, (office, role)) in self.offices().into_iter().zip(ROLES.iter().cycle()).enumerate() {
            let (role, bounds) = match office {
                None if n < 2 => ("national-operator", String::new()),
                None => ("branch-administrator", format!("branch = \"branch-{n:02}\"\n")),
                Some(unit) => (*role, format!("unit = \"{unit}\"\n")),
            };
            let _ = writeln!(toml, "[[rights]]\nperson = \"{}\"\nrole = \"{role}\"\n{bounds}", official(n));
        }
        toml
    }
}

/// What services ask for: who somebody is, and to be told so while they are away.
pub const SCOPE: &str = "openid profile offline_access";

fn both(vi: &str, en: &str) -> String {
    format!("{{ vi = \"{vi}\", en = \"{en}\" }}")
}

pub fn agency(n: usize) -> String {
    format!("agency-{n:02}")
}

pub fn service(n: usize) -> String {
    format!("service-{n:04}")
}

pub fn callback(service: usize) -> String {
    format!("https://service-{service:04}.example/callback")
}

pub fn citizen(n: usize) -> String {
    format!("citizen-{n:04}")
}

pub fn official(n: usize) -> String {
    format!("official-{n:03}")
}

/// The services that somebody uses, of several agencies.
pub fn used_by(person: usize) -> [usize; USED] {
    [0, 967, 1_931].map(|step| (person * 7 + step) % SERVICES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::SeededEntropy;

    #[test]
    fn it_has_as_many_as_it_says() {
        let country = Country::made(&SeededEntropy::new(1));
        assert_eq!((country.seats().len(), country.offices().len()), (AGENCIES, OFFICIALS));
        assert!(country.seats().iter().all(|unit| country.territory.before.contains_key(*unit)));
        assert!((0..PEOPLE).all(|n| used_by(n)[0] != used_by(n)[1] && used_by(n)[1] != used_by(n)[2]));
    }
}
