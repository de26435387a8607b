//! The root secrets of an instance: files of its key directory that every replica must have alike.
//!
//! Each file holds 32 random bytes in base64url on a line; where a further line is allowed it is a former secret that
//! still opens what it sealed.

use std::fs;
use std::io::ErrorKind;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::sealed::SealingKeys;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::secret::hmac_sha256;
use crate::base::secret::sha256;

/// The root secrets.
pub struct Roots {
    /// `encryption.key`: seals signing keys and data keys.
    pub kek: SealingKeys,
    /// `sealing.key`: seals codes and sign-ins in progress.
    pub sealing: SealingKeys,
    /// `pairwise.key`: every subject identifier derives from it; it is never replaced.
    pub pairwise: Secret<Vec<u8>>,
    /// `pepper.key`: enters every password hash; each with its name, the current one first.
    pub peppers: Vec<(String, Secret<Vec<u8>>)>,
    /// By what a database knows the keys of a file again.
    pub marks: [Marks; 2],
    directory: PathBuf,
}

/// The marks of the keys of one file, which say nothing about the keys.
pub struct Marks {
    /// The file.
    pub file: Replaceable,
    /// For each of its keys, the current one first.
    pub marks: Vec<[u8; 32]>,
}

/// A file whose keys can be replaced by others when they are lost for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaceable {
    /// Whoever is just signing in begins again.
    Sealing,
    /// No password matches any more.
    Pepper,
}

impl Replaceable {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sealing => "sealing.key",
            Self::Pepper => "pepper.key",
        }
    }

    /// Makes the file in `directory` if it is not there.
    pub fn make(self, directory: &Path, entropy: &dyn Entropy) -> Result<(), Fault> {
        read_or_create(&directory.join(self.name()), Missing::Create, entropy).map(drop)
    }

    fn marks(self, keys: &[Secret<Vec<u8>>]) -> Marks {
        let mark = |key: &Secret<Vec<u8>>| hmac_sha256(key.expose(), &[b"mark of ", self.name().as_bytes()]);
        Marks { file: self, marks: keys.iter().map(mark).collect() }
    }
}

const FILES: [&str; 4] = ["encryption.key", "sealing.key", "pairwise.key", "pepper.key"];

/// What to do about a file that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Make it: the instance is new.
    Create,
    /// Refuse: the database holds what only the missing secret opens.
    Refuse,
}

impl Roots {
    /// Reads the files of `directory`.
    pub fn load(directory: &Path, missing: Missing, entropy: &dyn Entropy) -> Result<Self, Fault> {
        let read = |name: &str| read_or_create(&directory.join(name), missing, entropy);
        let pairwise = read("pairwise.key")?;
        let [pairwise] = <[_; 1]>::try_from(pairwise)
            .map_err(|_| Fault::broken("pairwise.key: expected one line; another key would change every subject"))?;
        let (sealing, peppers) = (read("sealing.key")?, read("pepper.key")?);
        let marks = [Replaceable::Sealing.marks(&sealing), Replaceable::Pepper.marks(&peppers)];
        let named = |key: Secret<Vec<u8>>| (base64url(sha256(key.expose()).split_at(6).0), key);
        Ok(Self {
            kek: SealingKeys::new(read("encryption.key")?),
            sealing: SealingKeys::new(sealing),
            pairwise,
            peppers: peppers.into_iter().map(named).collect(),
            marks,
            directory: directory.to_owned(),
        })
    }

    /// Reads those of the files that are there: of a first start that broke off, some are.
    pub fn check(directory: &Path, entropy: &dyn Entropy) -> Result<(), Fault> {
        let present = FILES.iter().map(|name| directory.join(name)).filter(|path| path.exists());
        present.into_iter().try_for_each(|path| read_or_create(&path, Missing::Refuse, entropy).map(drop))
    }

    /// Whether none of the files is there.
    pub fn are_absent(directory: &Path) -> bool {
        !FILES.iter().any(|name| directory.join(name).exists())
    }

    /// The fault of a file that belongs to another database.
    pub fn foreign(&self, name: &str) -> Fault {
        let path = self.directory.join(name);
        let lost = if_lost(name);
        Fault::broken(format!(
            "{}: belongs to another database than database.url names; restore the file that was used with this one, or \
             correct keys.directory or database.url{lost}",
            path.display()
        ))
    }
}

/// The last resort, where there is one.
fn if_lost(name: &str) -> String {
    let known = [Replaceable::Sealing, Replaceable::Pepper].into_iter().find(|file| file.name() == name);
    known.map(|file| format!("; lost for good: see `motcua keys adopt --help` ({})", file.name())).unwrap_or_default()
}

fn read_or_create(path: &Path, missing: Missing, entropy: &dyn Entropy) -> Result<Vec<Secret<Vec<u8>>>, Fault> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).ok_or_else(|| {
            Fault::broken(format!("{}: expected lines of 32 bytes in base64url, at least one", path.display()))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound && missing == Missing::Create => {
            let line = format!("{}\n", base64url(&entropy.bytes::<32>()));
            write_new(path, line.as_bytes())?;
            read_or_create(path, Missing::Refuse, entropy) // of two that begin at once, both read what the first wrote
        }
        Err(error) => {
            let lost = path.file_name().and_then(|name| name.to_str()).map(if_lost).unwrap_or_default();
            let mend = "restore it from the backup, copy it from another replica, or correct keys.directory";
            Err(Fault::broken(format!("{}: {error}; {mend}{lost}", path.display())))
        }
    }
}

fn parse(text: &str) -> Option<Vec<Secret<Vec<u8>>>> {
    let lines = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Option<Vec<_>> =
        lines.map(|line| from_base64url(line).filter(|key| key.len() == 32).map(Secret::new)).collect();
    keys.filter(|keys| !keys.is_empty())
}

/// Writes a file that only its owner can read, whole or not at all; one that is there stays.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), Fault> {
    let fault = |error: std::io::Error| Fault::broken(format!("{}: {error}", path.display()));
    if let Some(directory) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(fault)?;
    }
    // Named after its content, which is random: in containers two writers may well have the same process id.
    let draft = path.with_extension(format!("{}.draft", base64url(sha256(content).split_at(12).0)));
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| match fs::hard_link(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
    let removed = fs::remove_file(&draft);
    written.and(removed).map_err(fault)
}
