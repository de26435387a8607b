//! TLS: certificates from files, read again when they change.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::server::ClientHello;
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::parse_x509_certificate;

use crate::base::fault::Fault;
use crate::telemetry::metrics::Metrics;

/// The certificate that is served.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
    /// The files of the certificate, and those that could not be used of late.
    looked: Mutex<(Files, Option<Files>)>,
    metrics: Arc<Metrics>,
}

/// What changes when a file is written or another takes its place, whatever time it claims to be of.
type Identity = Option<(u64, u64, u64, i64, i64)>;

/// The chain and the key.
type Files = [Identity; 2];

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

impl Certificate {
    /// Reads the files; metrics tell when the certificate expires.
    pub fn load(chain: &Path, key: &Path, metrics: &Arc<Metrics>) -> Result<Arc<Self>, Fault> {
        let looked = Mutex::new(([identity(chain), identity(key)], None));
        let certified = read(chain, key)?;
        metrics.surroundings.certificate_expires(expires_at(&certified));
        let (current, metrics) = (RwLock::new(certified), Arc::clone(metrics));
        Ok(Arc::new(Self { chain: chain.to_owned(), key: key.to_owned(), current, looked, metrics }))
    }

    /// A server configuration that serves it; `h2` and `http/1.1` by ALPN.
    pub fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, Fault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Fault::broken)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Looks at the files for ever. Files that do not fit together leave the former certificate in use.
    pub async fn watch(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.look();
        }
    }

    fn look(&self) {
        let now = [identity(&self.chain), identity(&self.key)];
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let (used, failed) = &mut *looked;
        if now == *used {
            return;
        }
        match read(&self.chain, &self.key) {
            Ok(certified) => {
                (*used, *failed) = (now, None);
                self.metrics.surroundings.certificate_expires(expires_at(&certified));
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = certified;
                tracing::info!(target: "motcua::tls", "the certificate was read again");
            }
            // Tried again and again, and said once.
            Err(fault) if failed.replace(now) != Some(now) => {
                tracing::warn!(target: "motcua::tls", %fault, "the former certificate stays in use");
            }
            Err(_) => {}
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Whether the files can be used.
pub fn check(chain: &Path, key: &Path) -> Result<(), Fault> {
    read(chain, key).map(drop)
}

fn read(chain: &Path, key: &Path) -> Result<Arc<CertifiedKey>, Fault> {
    let at = |path: &Path, error: &dyn std::fmt::Display| Fault::broken(format!("{}: {error}", path.display()));
    let chain_der = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| at(chain, &error))?;
    if chain_der.is_empty() {
        return Err(at(chain, &"no certificate in it"));
    }
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| at(key, &error))?;
    let signer = any_supported_type(&key_der).map_err(|error| at(key, &error))?;
    let certified = CertifiedKey::new(chain_der, signer);
    certified.keys_match().map_err(|error| at(key, &error))?;
    Ok(Arc::new(certified))
}

fn identity(path: &Path) -> Identity {
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.dev(), meta.ino(), meta.size(), meta.ctime(), meta.ctime_nsec()))
}

/// When the first certificate of the chain expires that does, in seconds since 1970.
fn expires_at(certified: &CertifiedKey) -> Option<i64> {
    let end = |der: &CertificateDer<'_>| {
        parse_x509_certificate(der).ok().map(|(_, certificate)| certificate.validity().not_after.timestamp())
    };
    certified.cert.iter().filter_map(end).min()
}
