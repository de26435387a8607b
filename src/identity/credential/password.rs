//! Passwords: argon2id (RFC 9106) with a pepper, as PHC strings.

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::Version;
use password_hash::phc::Output;
use password_hash::phc::ParamsString;
use password_hash::phc::PasswordHash;
use password_hash::phc::Salt;
use zeroize::Zeroizing;

use super::foreign::Foreign;
use super::workspace::MAX_MEMORY_KIB;
use super::workspace::Workspace;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::identity::precis;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB (m).
    pub memory_kib: u32,
    /// Passes over it (t).
    pub iterations: u32,
    /// Lanes (p).
    pub parallelism: u32,
}

impl Cost {
    /// How a hash of this cost begins.
    pub fn prefix(self) -> String {
        format!("$argon2id$v=19$m={},t={},p={}$", self.memory_kib, self.iterations, self.parallelism)
    }
}

/// A secret outside the database that enters every hash, and the name under which rows refer to it.
#[derive(Clone, Debug)]
pub struct Pepper {
    /// The name.
    pub id: String,
    /// The secret.
    pub key: Secret<Vec<u8>>,
}

/// A stored password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPassword {
    /// The PHC string; or what another system stored, in its notation.
    pub phc: String,
    /// Which pepper it was made with; `None` for rows that were imported without.
    pub pepper: Option<String>,
}

/// How a password compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the one, and stored as it should be.
    Right,
    /// It is the one, but stored at another cost, without the current pepper, by another system or as another keyboard typed
    /// it: to be hashed anew.
    RightButOutdated,
    /// It is another.
    Wrong,
}

impl Verdict {
    /// Whether the password was the one.
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::RightButOutdated)
    }
}

/// Hashes the password that was `typed`, in its one form, with `salt` (16 random bytes); without pepper for another database.
pub fn hash(
    typed: &str,
    salt: [u8; 16],
    cost: Cost,
    pepper: Option<&Pepper>,
    workspace: &mut Workspace,
) -> Option<StoredPassword> {
    let params = params(cost)?;
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    let key = pepper.map_or(&[][..], |pepper| pepper.key.expose());
    let password = Zeroizing::new(precis::password(typed).into_owned());
    derive(key, &params, (password.as_bytes(), &salt), &mut out, workspace)?;
    let phc = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(&salt).ok()?),
        hash: Some(Output::new(&out).ok()?),
    };
    Some(StoredPassword { phc: phc.to_string(), pepper: pepper.map(|pepper| pepper.id.clone()) })
}

/// Compares what was `typed` with what is stored: in its one form, and as it was typed where that is another, for so were
/// passwords hashed once. It takes twice as long then, whoever is stored or nobody. `peppers` has the current one first.
pub fn verify(
    typed: &str,
    stored: &StoredPassword,
    cost: Cost,
    peppers: &[Pepper],
    workspace: &mut Workspace,
) -> Verdict {
    let password = Zeroizing::new(precis::password(typed).into_owned());
    let verdict = compare(password.as_bytes(), stored, cost, peppers, workspace);
    if verdict.is_right() || *password == typed {
        return verdict;
    }
    match compare(typed.as_bytes(), stored, cost, peppers, workspace) {
        Verdict::Right | Verdict::RightButOutdated => Verdict::RightButOutdated,
        Verdict::Wrong => Verdict::Wrong,
    }
}

fn compare(
    password: &[u8],
    stored: &StoredPassword,
    cost: Cost,
    peppers: &[Pepper],
    workspace: &mut Workspace,
) -> Verdict {
    if stored.pepper.is_none() && !is_supported(&stored.phc) {
        return compare_foreign(password, &stored.phc, cost, workspace);
    }
    let key = match &stored.pepper {
        None => Some(&[][..]),
        Some(id) => peppers.iter().find(|pepper| pepper.id == *id).map(|pepper| pepper.key.expose().as_slice()),
    };
    let current = peppers.first().map(|pepper| &pepper.id) == stored.pepper.as_ref();
    match key.and_then(|key| matches(password, &stored.phc, key, workspace)) {
        Some(params_used) if current && params(cost).is_some_and(|wanted| same(&wanted, &params_used)) => {
            Verdict::Right
        }
        Some(_) => Verdict::RightButOutdated,
        None if stored.phc.starts_with(&cost.prefix()) => Verdict::Wrong,
        None => wrong_as_nobody(password, cost, workspace),
    }
}

fn compare_foreign(password: &[u8], text: &str, cost: Cost, workspace: &mut Workspace) -> Verdict {
    if Foreign::parse(text).is_ok_and(|foreign| foreign.is_made_from(password, workspace)) {
        return Verdict::RightButOutdated;
    }
    wrong_as_nobody(password, cost, workspace)
}

/// Whoever is refused waits for our own hash as well: else cheap ones, of other systems or of former costs, would tell sooner
/// than nobody's that there is somebody. Dear ones take longer than nobody's until their first sign-in.
fn wrong_as_nobody(password: &[u8], cost: Cost, workspace: &mut Workspace) -> Verdict {
    if let Some(params) = params(cost) {
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        let _ = derive(&[], &params, (password, b"of nobody at all"), &mut out, workspace);
        std::hint::black_box(out);
    }
    Verdict::Wrong
}

/// Whether `phc` is an argon2id string as we make them.
pub fn is_supported(phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|parsed| {
        parsed.algorithm == Algorithm::Argon2id.ident()
            && parsed.version == Some(Version::V0x13.into())
            && parsed.salt.is_some()
            && parsed.hash.is_some()
            && Params::try_from(&parsed)
                .is_ok_and(|params| params.m_cost() <= MAX_MEMORY_KIB && params.t_cost() <= MAX_ITERATIONS)
    })
}

/// No hash may ask for more passes than the configuration can.
const MAX_ITERATIONS: u32 = 100;

fn matches(password: &[u8], phc: &str, pepper: &[u8], workspace: &mut Workspace) -> Option<Params> {
    if !is_supported(phc) {
        return None;
    }
    let parsed = PasswordHash::new(phc).ok()?;
    let (salt, expected) = (parsed.salt?, parsed.hash?);
    let params = Params::try_from(&parsed).ok()?;
    let mut out = vec![0; expected.len()];
    derive(pepper, &params, (password, &salt), &mut out, workspace)?;
    equal(&out, expected.as_bytes()).then_some(params)
}

fn derive(
    pepper: &[u8],
    params: &Params,
    (password, salt): (&[u8], &[u8]),
    out: &mut [u8],
    workspace: &mut Workspace,
) -> Option<()> {
    let memory = workspace.of(params);
    let argon2 = match pepper {
        [] => Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()),
        key => Argon2::new_with_secret(key, Algorithm::Argon2id, Version::V0x13, params.clone()).ok()?,
    };
    argon2.hash_password_into_with_memory(password, salt, out, memory).ok()
}

fn params(cost: Cost) -> Option<Params> {
    let length = Some(Params::DEFAULT_OUTPUT_LEN);
    Params::new(cost.memory_kib, cost.iterations, cost.parallelism, length).ok()
}

fn same(a: &Params, b: &Params) -> bool {
    (a.m_cost(), a.t_cost(), a.p_cost()) == (b.m_cost(), b.t_cost(), b.p_cost())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: Cost = Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

    fn pepper(id: &str) -> Pepper {
        Pepper { id: id.into(), key: Secret::new(id.repeat(16).into_bytes()) }
    }

    #[test]
    fn a_hash_verifies_with_its_pepper_alone() {
        let mut workspace = Workspace::default();
        let stored = hash("secret", [7; 16], COST, Some(&pepper("a")), &mut workspace).unwrap();
        assert_eq!(verify("secret", &stored, COST, &[pepper("a")], &mut workspace), Verdict::Right);
        assert_eq!(verify("Secret", &stored, COST, &[pepper("a")], &mut workspace), Verdict::Wrong);
        assert_eq!(verify("secret", &stored, COST, &[pepper("b")], &mut workspace), Verdict::Wrong);
        let rotated = [pepper("b"), pepper("a")];
        assert_eq!(verify("secret", &stored, COST, &rotated, &mut workspace), Verdict::RightButOutdated);
    }

    #[test]
    fn another_cost_or_a_missing_pepper_is_outdated() {
        let mut workspace = Workspace::default();
        let peppers = [pepper("a")];
        let stored = hash("secret", [7; 16], COST, Some(&peppers[0]), &mut workspace).unwrap();
        let dearer = Cost { iterations: 2, ..COST };
        assert_eq!(verify("secret", &stored, dearer, &peppers, &mut workspace), Verdict::RightButOutdated);
        let imported = Argon2::new(Algorithm::Argon2id, Version::V0x13, params(COST).unwrap());
        let imported = password_hash::PasswordHasher::hash_password_with_salt(&imported, b"secret", b"somesalt");
        let imported = StoredPassword { phc: imported.unwrap().to_string(), pepper: None };
        assert_eq!(verify("secret", &imported, COST, &peppers, &mut workspace), Verdict::RightButOutdated);
    }

    /// RFC 8265 §4.2.3: what was typed on two keyboards is compared after NFC. A hash of the bytes as they were typed counts
    /// where they are typed so again, and is replaced.
    #[test]
    fn a_password_is_the_same_however_its_letters_are_composed() {
        let (composed, decomposed, windows) =
            ("m\u{1ead}t kh\u{1ea9}u", "ma\u{323}\u{302}t kha\u{302}\u{309}u", "m\u{e2}\u{323}t kh\u{e2}\u{309}u");
        let (mut workspace, peppers) = (Workspace::default(), [pepper("a")]);
        for set in [composed, decomposed, windows] {
            let stored = hash(set, [7; 16], COST, Some(&peppers[0]), &mut workspace).unwrap();
            for typed in [composed, decomposed, windows] {
                assert_eq!(verify(typed, &stored, COST, &peppers, &mut workspace), Verdict::Right);
            }
        }
        let raw = Argon2::new_with_secret(
            peppers[0].key.expose(),
            Algorithm::Argon2id,
            Version::V0x13,
            params(COST).unwrap(),
        );
        let raw =
            password_hash::PasswordHasher::hash_password_with_salt(&raw.unwrap(), windows.as_bytes(), b"somesalt");
        let raw = StoredPassword { phc: raw.unwrap().to_string(), pepper: Some("a".into()) };
        assert_eq!(verify(windows, &raw, COST, &peppers, &mut workspace), Verdict::RightButOutdated);
        assert_eq!(verify("m\u{e2}t kh\u{e2}u", &raw, COST, &peppers, &mut workspace), Verdict::Wrong);
    }

    #[test]
    fn what_is_no_argon2id_string_is_not_supported() {
        for phc in [
            "",
            "x",
            "$argon2id$v=19$m=64,t=1,p=1",
            "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAA",
            "$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAA",
        ] {
            assert!(!is_supported(phc), "{phc}");
        }
    }
}
