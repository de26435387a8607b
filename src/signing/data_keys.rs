//! Keys that the database holds sealed: for columns that identify people, for looking them up, for tokens.

use crate::base::block::IdCipher;
use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::sealed::Purpose;
use crate::base::sealed::SealingKeys;
use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::signing::roots::Roots;
use crate::store::data_keys;
use crate::store::db::Db;

/// The data keys.
pub struct DataKeys {
    /// Seals personal data.
    pub personal: SealingKeys,
    /// Keys the digests of names to sign in with.
    pub lookup: Secret<Vec<u8>>,
    /// Keys the MAC of refresh tokens.
    pub refresh: Secret<Vec<u8>>,
    /// Hides the grants that access tokens name.
    pub jti: IdCipher,
    /// Hides the families that refresh tokens name.
    pub family: IdCipher,
}

const PURPOSE: Purpose = Purpose("data-key");
const PAIRWISE_CHECK: &str = "pairwise-check";

impl DataKeys {
    /// Opens the keys, making them on the first start; refuses root secrets that belong to another database.
    pub async fn load(db: &Db, roots: &Roots, now: Timestamp, entropy: &dyn Entropy) -> Result<Self, Fault> {
        let open = async |name: &'static str, fresh: Secret<Vec<u8>>| {
            let candidate = roots.kek.seal(PURPOSE, fresh.expose(), now, entropy)?;
            let sealed = data_keys::ensure(db, name, &candidate, now).await?;
            roots.kek.open(PURPOSE, &sealed).map(Secret::new).ok_or_else(|| {
                Fault::broken("encryption.key does not open the keys of this database: it belongs to another instance")
            })
        };
        let random = || Secret::new(entropy.bytes::<32>().to_vec());
        let fingerprint = sha256(&[b"pairwise".as_slice(), roots.pairwise.expose()].concat());
        let expected = open(PAIRWISE_CHECK, Secret::new(fingerprint.to_vec())).await?;
        if !equal(expected.expose(), &fingerprint) {
            return Err(Fault::broken("pairwise.key is not the one that this database's subjects derive from"));
        }
        let refresh = open("refresh", random()).await?;
        Ok(Self {
            personal: SealingKeys::new(vec![open("personal", random()).await?]),
            lookup: open("lookup", random()).await?,
            jti: IdCipher::new(&refresh, "jti"),
            family: IdCipher::new(&refresh, "family"),
            refresh,
        })
    }

    /// Whether the database holds keys already.
    pub async fn exist(db: &Db) -> Result<bool, Fault> {
        data_keys::find(db, PAIRWISE_CHECK).await.map(|found| found.is_some())
    }
}
