//! Keys that the database holds sealed: for columns that identify people, for looking them up, for tokens.

use crate::base::block::IdCipher;
use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::signing::personal_keys;
use crate::signing::personal_keys::PersonalKeys;
use crate::signing::roots::Marks;
use crate::signing::roots::Replaceable;
use crate::signing::roots::Roots;
use crate::signing::year_keys::YearKeys;
use crate::store::credentials;
use crate::store::data_keys;
use crate::store::db::Db;

/// The data keys.
pub struct DataKeys {
    /// Seal personal data.
    pub personal: PersonalKeys,
    /// Keys the digests of names to sign in with.
    pub lookup: Secret<Vec<u8>>,
    /// Keys the MAC of refresh tokens.
    pub refresh: Secret<Vec<u8>>,
    /// Hides the grants that access tokens name.
    pub jti: IdCipher,
    /// Hides the families that refresh tokens name.
    pub family: IdCipher,
    /// Hides the ids of rows from those who may not know whose they are: an id bears its person's shard.
    pub rows: IdCipher,
    /// Hash people who are counted.
    pub years: YearKeys,
}

const PURPOSE: Purpose = Purpose("data-key");
const PAIRWISE_CHECK: &str = "pairwise-check";

impl DataKeys {
    /// Opens the keys, making them on the first start; refuses root secrets that belong to another database.
    pub async fn load(db: &Db, roots: &Roots, now: Timestamp, entropy: &dyn Entropy) -> Result<Self, Fault> {
        let open = async |name: &'static str, fresh: Secret<Vec<u8>>| {
            let candidate = roots.kek.seal(PURPOSE, fresh.expose(), now, entropy)?;
            let sealed = data_keys::ensure(db, name, &candidate, now).await?;
            opened(roots, &sealed)
        };
        let random = || Secret::new(entropy.bytes::<32>().to_vec());
        let fingerprint = pairwise_fingerprint(roots);
        if !equal(open(PAIRWISE_CHECK, Secret::new(fingerprint.to_vec())).await?.expose(), &fingerprint) {
            return Err(roots.foreign("pairwise.key"));
        }
        for marks in &roots.marks {
            while !know(db, roots, marks, now, entropy).await? {}
        }
        let refresh = open("refresh", random()).await?;
        Ok(Self {
            personal: personal(db, roots, now, entropy).await?,
            lookup: open("lookup", random()).await?,
            jti: IdCipher::new(&refresh, "jti"),
            family: IdCipher::new(&refresh, "family"),
            rows: IdCipher::new(&refresh, "rows"),
            years: YearKeys::new(&roots.kek),
            refresh,
        })
    }

    /// Whether the database holds keys already.
    pub async fn exist(db: &Db) -> Result<bool, Fault> {
        data_keys::find(db, PAIRWISE_CHECK).await.map(|found| found.is_some())
    }

    /// Refuses root secrets that belong to another database, and changes nothing in it.
    pub async fn check(db: &Db, roots: &Roots) -> Result<(), Fault> {
        let Some(sealed) = data_keys::find(db, PAIRWISE_CHECK).await? else { return Ok(()) };
        if !equal(opened(roots, &sealed)?.expose(), &pairwise_fingerprint(roots)) {
            return Err(roots.foreign("pairwise.key"));
        }
        for marks in &roots.marks {
            match data_keys::find(db, purpose(marks.file)).await? {
                Some(sealed) => drop(unknown(roots, marks, &opened(roots, &sealed)?)?),
                None => plausible(db, roots, marks).await?,
            }
        }
        Ok(())
    }

    /// Accepts the keys of a file in the place of those that were lost.
    pub async fn adopt(
        db: &Db,
        roots: &Roots,
        file: Replaceable,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<(), Fault> {
        for marks in roots.marks.iter().filter(|marks| marks.file == file) {
            let sealed = roots.kek.seal(PURPOSE, &marks.marks.concat(), now, entropy)?;
            let before = data_keys::ensure(db, purpose(file), &sealed, now).await?;
            opened(roots, &before)?; // whoever has another encryption.key has nothing to say here
            if !data_keys::replace(db, purpose(file), &before, &sealed).await? {
                return Err(Fault::unavailable("the database learned of other keys at the same time: try again"));
            }
        }
        Ok(())
    }
}

/// The keys of personal data, of which the first is made at the first start and never again.
async fn personal(db: &Db, roots: &Roots, now: Timestamp, entropy: &dyn Entropy) -> Result<PersonalKeys, Fault> {
    let first = roots.kek.seal(PURPOSE, &entropy.bytes::<32>(), now, entropy)?;
    data_keys::ensure(db, personal_keys::FIRST, &first, now).await?;
    PersonalKeys::load(db, &roots.kek).await
}

/// Sees to it that the database knows the keys of a file: it refuses a file of which it knows none, and learns what stands
/// beside one that it knows. `false` where another replica taught it something meanwhile.
async fn know(db: &Db, roots: &Roots, marks: &Marks, now: Timestamp, entropy: &dyn Entropy) -> Result<bool, Fault> {
    let purpose = purpose(marks.file);
    if data_keys::find(db, purpose).await?.is_none() {
        plausible(db, roots, marks).await?;
    }
    let all = roots.kek.seal(PURPOSE, &marks.marks.concat(), now, entropy)?;
    let sealed = data_keys::ensure(db, purpose, &all, now).await?;
    let known = opened(roots, &sealed)?;
    let fresh = unknown(roots, marks, &known)?;
    if fresh.is_empty() {
        return Ok(true);
    }
    if marks.marks.first() == fresh.first() {
        tracing::warn!(
            file = marks.file.name(),
            "a key seals that was not accepted before: other replicas refuse what it made until they have it; to replace a \
             key without that, put it on the second line first"
        );
    }
    let both = [known.expose().as_slice(), &fresh.concat()].concat();
    data_keys::replace(db, purpose, &sealed, &roots.kek.seal(PURPOSE, &both, now, entropy)?).await
}

/// The marks of a file that are not among `known` ones; a fault where none is.
fn unknown(roots: &Roots, marks: &Marks, known: &Secret<Vec<u8>>) -> Result<Vec<[u8; 32]>, Fault> {
    let (known, fresh): (Vec<[u8; 32]>, Vec<[u8; 32]>) =
        marks.marks.iter().partition(|mark| known.expose().chunks(32).any(|other| equal(other, *mark)));
    if known.is_empty() { Err(roots.foreign(marks.file.name())) } else { Ok(fresh) }
}

/// A database that was used before it learned any mark still tells a foreign pepper: passwords name theirs.
async fn plausible(db: &Db, roots: &Roots, marks: &Marks) -> Result<(), Fault> {
    if marks.file != Replaceable::Pepper {
        return Ok(());
    }
    let used = credentials::some_peppers(db).await?;
    let ours = used.is_empty() || used.iter().any(|used| roots.peppers.iter().any(|(id, _)| id == used));
    if ours { Ok(()) } else { Err(roots.foreign(marks.file.name())) }
}

const fn purpose(file: Replaceable) -> &'static str {
    match file {
        Replaceable::Sealing => "sealing-check",
        Replaceable::Pepper => "pepper-check",
    }
}

fn opened(roots: &Roots, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
    roots.kek.open(PURPOSE, sealed).map(Secret::new).ok_or_else(|| roots.foreign("encryption.key"))
}

fn pairwise_fingerprint(roots: &Roots) -> [u8; 32] {
    sha256(&[b"pairwise".as_slice(), roots.pairwise.expose()].concat())
}
