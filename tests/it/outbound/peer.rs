//! Somebody outside: a TLS server with an authority of its own, which answers each path by a table.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

pub struct Peer {
    pub port: u16,
    /// The authority's certificate.
    pub ca: PathBuf,
    /// Woken by each request.
    pub asked: Arc<Notify>,
    requests: Arc<AtomicUsize>,
    acceptor: TlsAcceptor,
    directory: Arc<tempfile::TempDir>,
}

impl Peer {
    /// A peer named `localhost`, which writes what `answer` makes of each request, and nothing where that is `None`.
    pub async fn answering(answer: fn(&str) -> Option<Vec<u8>>) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.pem"), made.cert.pem()).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Self::listening(TlsAcceptor::from(Arc::new(config)), Arc::new(directory), answer).await
    }

    /// Another peer at another port, with the same certificate.
    pub async fn neighbour(&self, answer: fn(&str) -> Option<Vec<u8>>) -> Self {
        Self::listening(self.acceptor.clone(), Arc::clone(&self.directory), answer).await
    }

    async fn listening(
        acceptor: TlsAcceptor,
        directory: Arc<tempfile::TempDir>,
        answer: fn(&str) -> Option<Vec<u8>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, requests) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let (woken, counted) = (Arc::clone(&asked), Arc::clone(&requests));
        let accepting = acceptor.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (acceptor, woken, counted) = (accepting.clone(), Arc::clone(&woken), Arc::clone(&counted));
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(connection).await else { return };
                    let mut read = vec![0; 16 * 1024];
                    let length = stream.read(&mut read).await.unwrap_or(0);
                    let request = String::from_utf8_lossy(&read[..length]).into_owned();
                    counted.fetch_add(1, Ordering::SeqCst);
                    woken.notify_one();
                    match answer(&request) {
                        Some(bytes) => {
                            let _ = stream.write_all(&bytes).await;
                            let _ = stream.shutdown().await;
                        }
                        None => std::future::pending().await,
                    }
                });
            }
        });
        let ca = directory.path().join("ca.pem");
        Self { port, ca, asked, requests, acceptor, directory }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }
}
