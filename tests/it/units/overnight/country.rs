//! A country on the eve: 84 agencies with 2,900 services, 700 officials, 5,000 people. Its territory is the real one.

use std::fmt::Write;

use super::super::replay::BEFORE;
use super::expected::Files;

pub const AGENCIES: usize = 84;
pub const SERVICES: usize = 2_900;
pub const OFFICIALS: usize = 700;
pub const PEOPLE: usize = 5_000;

/// Each person uses so many services.
pub const USED: usize = 3;

/// Of the town's password, as crypt(3) made it.
const BCRYPT: &str = "$2b$06$abcdefghijklmnopqrstuu50eFBEC8vQwBnuFXMHE45jBnqvQ8xz.";

const ROLES: [&str; 6] =
    ["unit-administrator", "registrar", "approver", "support-desk", "proofing-official", "auditor"];

const MINISTRIES: usize = 12;

/// Units of which something particular becomes, with an agency in each: abolished, risen, merged, divided.
const OTHERS: [&str; 9] = [
    "district/001",
    "district/002",
    "district/318",
    "district/471",
    "commune/00001",
    "commune/00007",
    "commune/00016",
    "commune/00070",
    "commune/32248",
];

/// The units of a level, as `level/code`, in the order of the file.
fn units(level: &str) -> Vec<String> {
    let fields = BEFORE.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    fields.filter(|fields| fields[0] == level).map(|fields| format!("{level}/{}", fields[1])).collect()
}

/// Where the agencies stand on the eve.
pub fn seats() -> Vec<String> {
    let ministries = std::iter::repeat_n("centre/vn".to_owned(), MINISTRIES);
    let seats: Vec<String> = ministries.chain(units("province")).chain(OTHERS.map(str::to_owned)).collect();
    assert_eq!(seats.len(), AGENCIES);
    seats
}

/// The unit of each official's right on the eve; none of those whose right is everywhere.
pub fn offices(files: &Files) -> Vec<Option<String>> {
    let mut offices = vec![None; MINISTRIES];
    offices.extend(units("province").into_iter().map(Some));
    let districts = units("district");
    let (risen, gone): (Vec<_>, Vec<_>) = districts.into_iter().partition(|unit| files.has_heir(unit));
    offices.extend(risen.into_iter().chain(gone.into_iter().step_by(5)).map(Some));
    // Neighbours: many of them become one.
    let communes = units("commune").into_iter().enumerate().filter(|(n, _)| n % 40 < 2).map(|(_, unit)| Some(unit));
    offices.extend(communes);
    assert!(offices.len() > OFFICIALS);
    offices.truncate(OFFICIALS);
    offices
}

pub fn official(n: usize) -> String {
    format!("official-{n:03}")
}

pub fn citizen(n: usize) -> String {
    format!("citizen-{n:04}")
}

pub fn agency(n: usize) -> String {
    format!("agency-{n:02}")
}

pub fn service(n: usize) -> String {
    format!("service-{n:04}")
}

/// The services that somebody uses, of several agencies.
pub fn used_by(person: usize) -> [usize; USED] {
    [0, 967, 1_931].map(|step| (person * 7 + step) % SERVICES)
}

/// Branches, agencies, services and clients.
pub fn declaration() -> String {
    let both = |text: &str| format!("{{ vi = \"{text}\", en = \"{text}\" }}");
    let mut toml = String::new();
    writeln!(toml, "[[branches]]\ncode = \"state\"\nname = {}", both("state")).unwrap();
    for n in 0..MINISTRIES {
        let name = both(&format!("branch {n}"));
        writeln!(toml, "[[branches]]\ncode = \"branch-{n:02}\"\nname = {name}\nparent = \"state\"").unwrap();
    }
    for (n, unit) in seats().iter().enumerate() {
        let (id, branch) = (agency(n), n % MINISTRIES);
        writeln!(toml, "[[agencies]]\nid = \"{id}\"\nname = {}\nunit = \"{unit}\"", both(&id)).unwrap();
        writeln!(toml, "branch = \"branch-{branch:02}\"").unwrap();
        if n >= MINISTRIES {
            writeln!(toml, "parent = \"{}\"", agency(branch)).unwrap();
        }
    }
    for n in 0..SERVICES {
        let (id, agency) = (service(n), agency(n % AGENCIES));
        writeln!(toml, "[[services]]\nid = \"{id}\"\nagency = \"{agency}\"\nlegal_basis = \"public-task\"").unwrap();
        writeln!(toml, "name = {}\npurpose = {}", both(&id), both("work")).unwrap();
        writeln!(toml, "[[clients]]\nclient_id = \"{id}\"\nservice = \"{id}\"").unwrap();
        writeln!(toml, "secrets = [\"{id}-secret-of-a-test-that-is-long-enough\"]").unwrap();
        writeln!(toml, "redirect_uris = [\"https://{id}.example/cb\"]\nscope = \"openid profile offline_access\"")
            .unwrap();
        writeln!(toml, "grant_types = [\"authorization_code\", \"refresh_token\"]").unwrap();
    }
    toml
}

/// Everybody, as `motcua people import` reads them.
pub fn people() -> String {
    let names = (0..PEOPLE).map(citizen).chain((0..OFFICIALS).map(official));
    let lines = names.enumerate().map(|(n, name)| format!("{name},{n:012},{BCRYPT},Nguyễn Văn {n}\n"));
    std::iter::once("user_name,identity_number,password_hash,claims.name\n".to_owned()).chain(lines).collect()
}

/// One right for each official.
pub fn rights(offices: &[Option<String>]) -> String {
    let mut toml = String::new();
    for (n, office) in offices.iter().enumerate() {
        let (role, bounds) = match office {
            None if n < 2 => ("national-operator", String::new()),
            None => ("branch-administrator", format!("branch = \"branch-{n:02}\"\n")),
            Some(unit) => (ROLES[n % ROLES.len()], format!("unit = \"{unit}\"\n")),
        };
        writeln!(toml, "[[rights]]\nperson = \"{}\"\nrole = \"{role}\"\n{bounds}", official(n)).unwrap();
    }
    toml
}
